using OpenGradient.Contracts;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;
using OpenGradient.Relayer.Versions;
using OpenGradient.Support;

namespace OpenGradient.Relayer.Tests.Proving;

/// <summary>A sample's integer form, committed to, as it is published and as it is loaded.</summary>
internal static class SampleProvable
{
    private static readonly Address Verifier = Address.Parse("0x00000000000000000000000000000000000000c3");
    public static readonly ProofContext Context = new(new ChainId(31337), Verifier);
    public static readonly Lazy<CommittedModel> Committed = new(Commit);

    public static KnownVersion Published(Hash32 commitment, Address? verifier = null) => new(
        Version().Id, Hash32.Zero, VersionStatus.Active,
        new IModelRegistryContract.Version(
            1, 0, Version().ArtifactHash, Version().Signature.Hash, verifier ?? Verifier,
            new IModelRegistryContract.Semantics((byte)SemanticsKind.Integer, Committed.Value.Model.Descriptor.Hash, commitment, UInt256.Zero, UInt256.Zero), []));

    public static LoadedVersion Version()
    {
        var model = Committed.Value.Model;
        return new LoadedVersion(Hash32.FromUInt256(5), Hash32.FromUInt256(6), model.Signature, new VersionSemantics.Integer(model.Descriptor.Hash), new VersionBody.Integer(model));
    }

    private static CommittedModel Commit()
    {
        if (IntegerModel.Read(File.ReadAllBytes(Repository.PathOf("models", "volatility", "model.ogq")), ArtifactLimits.Default) is not IntegerReading.Accepted(var model))
            throw new InvalidOperationException("The sample is no integer model.");
        var work = new Work(1, CancellationToken.None);
        return CommittedModel.Create(model, DevelopmentSetup.FromSeed("test", checked((int)WeightLayout.Of(model.Descriptor)!.Coefficients), work), work);
    }
}
