using OpenGradient.Blobs.Folders;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Integer;
using OpenGradient.Inference.Tensors;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests.Network;

/// <summary>The integer form of a sample, with the setup that local chains verify by.</summary>
internal sealed class ProvableSample
{
    // As contracts/script/deployment/development-setup.json has it.
    private const string Seed = "development";

    private ProvableSample(string name, CommittedModel committed) => (Name, Committed) = (name, committed);

    public string Name { get; }

    public CommittedModel Committed { get; }

    public ProvingSetup Setup => Committed.Setup;

    public Hash32 Commitment => Committed.ProofCommitment;

    public static ProvableSample Read(string name)
    {
        var bytes = File.ReadAllBytes(Repository.PathOf("models", name, "model.ogq"));
        if (IntegerModel.Read(bytes, ArtifactLimits.Default) is not IntegerReading.Accepted(var model))
            throw new InvalidOperationException($"The sample {name} is no integer model.");
        var work = Work.OnAllCores(TestContext.Current.CancellationToken);
        var setup = DevelopmentSetup.FromSeed(Seed, checked((int)WeightLayout.Of(model.Descriptor)!.Coefficients), work);
        return new ProvableSample(name, CommittedModel.Create(model, setup, work));
    }

    public Task<Hash32> PublishAsync(TestNetwork network, string name) => network.PublishAsync(Name, "model.ogq", name, Commitment);

    public async Task StoreAsync(string folder)
    {
        await using var content = File.OpenRead(Repository.PathOf("models", Name, "model.ogq"));
        await new FolderBlobStore(folder).PutAsync(content, TestContext.Current.CancellationToken);
    }

    /// <summary>An input; another seed gives another.</summary>
    public byte[] Input(int seed)
    {
        var data = Enumerable.Range(0, Committed.Model.Descriptor.Inputs).Select(i => (byte)(100 + (((i * 7) + (seed * 13)) % 60))).ToArray();
        return TensorEncoding.TryEncode([new Tensor("input", DataType.Uint8, [(uint)data.Length], data)], out var encoded) is var fault and not TensorFault.None
            ? throw new InvalidOperationException($"The input has no encoding: {fault}.")
            : encoded;
    }
}
