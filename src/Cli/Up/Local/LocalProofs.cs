using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Samples;

namespace OpenGradient.Cli.Up.Local;

/// <summary>
/// The setup that proofs stand on here, the one whose verifier a local chain deploys: its secret follows from a word that everyone knows, so that they show
/// how it works, and nothing else.
/// </summary>
internal sealed class LocalProofs
{
    // As contracts/script/deployment/development-setup.json has it.
    private const string Seed = "development";

    private LocalProofs(ProvingSetup setup) => Setup = setup;

    public ProvingSetup Setup { get; }

    public string Label => Setup.Verifier.Origin.Label;

    /// <summary>Makes as many powers as the largest sample needs. It takes a second or two, while a chain starts.</summary>
    public static Task<LocalProofs> MakeAsync(Checkout checkout, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var most = SampleModels.Read(checkout.Root)
                .SelectMany(sample => sample.Card.Artifacts.Where(artifact => artifact.DescriptorHash is not null).Select(sample.PathOf))
                .Max(path => checked((int)WeightLayout.Of(Read(File.ReadAllBytes(path)).Descriptor)!.Coefficients));
            return new LocalProofs(DevelopmentSetup.FromSeed(Seed, most, Work.OnAllCores(cancellationToken)));
        },
        cancellationToken);

    /// <summary>What a sample publishes for its proofs.</summary>
    public CommittedModel Commit(ReadOnlyMemory<byte> artifact, CancellationToken cancellationToken) =>
        CommittedModel.Create(Read(artifact), Setup, Work.OnAllCores(cancellationToken));

    private static IntegerModel Read(ReadOnlyMemory<byte> artifact) => IntegerModel.Read(artifact, ArtifactLimits.Default) is IntegerReading.Accepted(var model)
        ? model
        : throw new InvalidOperationException("A sample's integer form is none.");
}
