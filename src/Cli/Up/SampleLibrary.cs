using OpenGradient.Cli.Model;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Cli.Model.Publishing;
using OpenGradient.Cli.Model.Storage;
using OpenGradient.Cli.Up.Local;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Inference.Tensors;
using OpenGradient.Samples;

namespace OpenGradient.Cli.Up;

/// <summary>The sample models, published here, and a way to run them without any node: what an answer is held against.</summary>
internal sealed class SampleLibrary : IAsyncDisposable
{
    public const string SileroName = "silero-vad";
    // As others measured nothing of it, wide: its outputs lie between 0 and 1, its state between -5 and 5.
    private const string SileroTolerance = "0.001";

    private readonly OnnxBackend _onnx = new(new OnnxBackendOptions { Provider = ExecutionProvider.Cpu }, TimeProvider.System);
    private readonly IntegerBackend _integer = new();
    private readonly Dictionary<string, LocalModel> _models = new(StringComparer.Ordinal);

    public IReadOnlyCollection<LocalModel> Models => _models.Values;

    public LocalModel this[string name] => _models[name];

    /// <summary>Publishes all of them as anyone would, from the manifest on.</summary>
    public static async Task<SampleLibrary> PublishAsync(
        Checkout checkout, LocalSystem system, LocalProofs proofs, BlobShelf shelf, Action<PublishedModel> onPublished, CancellationToken cancellationToken)
    {
        var library = new SampleLibrary();
        try
        {
            var register = new ModelRegister(system.Network.Client, system.Network.ChainId, system.Deployment.Models, system.Deployment.FirstBlock);
            foreach (var read in await ReadAllAsync(checkout, cancellationToken))
            {
                var publication = read.Artifact.IsInteger
                    ? read.Provable(proofs.Commit(read.Artifact.Bytes, cancellationToken).ProofCommitment, system.Deployment.Proofs) : read;
                var published = await new ModelPublishing(register, shelf, system.Owner.Address, system.Publish).PublishAsync(publication, cancellationToken);
                library._models.Add(publication.Name, await LoadAsync(published, cancellationToken));
                onPublished(published);
            }

            return library;
        }
        catch
        {
            await library.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a model in this program.</summary>
    public Task<CanonicalOutcome> RunAsync(LocalModel model, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        IInferenceBackend backend = model.Version.Body is VersionBody.Integer ? _integer : _onnx;
        return backend.InferEncodedAsync(model.Version, input, cancellationToken);
    }

    /// <summary>Whether an answer is the same as this program's own, by the version's semantics.</summary>
    public async Task<bool> AgreesAsync(LocalModel model, ReadOnlyMemory<byte> input, ReadOnlyMemory<byte> output, CancellationToken cancellationToken) =>
        await RunAsync(model, input, cancellationToken) is CanonicalOutcome.Answered(var own)
        && (model.Version.Semantics is VersionSemantics.Float(var tolerance)
            ? Agreement.Agree(output, own, tolerance)
            : Agreement.AgreeExactly(output.Span, own.Span));

    public ValueTask DisposeAsync() => _onnx.DisposeAsync();

    private static async Task<IReadOnlyList<ModelPublication>> ReadAllAsync(Checkout checkout, CancellationToken cancellationToken)
    {
        List<ModelPublication> publications = [];
        foreach (var sample in SampleModels.Read(checkout.Root))
        {
            foreach (var artifact in sample.Card.Artifacts)
                publications.Add(await ModelPublication.OfSampleAsync(sample, artifact, cancellationToken));
        }

        if (SampleModels.SileroPath(checkout.Root) is { } silero)
        {
            var manifest = new ModelManifest
            {
                Name = SileroName,
                Description = "Whether someone speaks: Silero's voice activity detector, version 5, by others. It is asked again and again, with the state that it gave last.",
                File = Path.GetFileName(silero),
                Semantics = nameof(SemanticsKind.Float),
                ToleranceAbs = SileroTolerance,
                ToleranceRel = SileroTolerance,
                Use = "input: FLOAT [1, 512], sound at 16 kHz. state: FLOAT [2, 1, 128], zeros at first. sr: INT64, 16000. output: FLOAT [1, 1], the part that is speech. stateN: the next state.",
            };
            publications.Add(ModelPublication.Check(manifest, await ModelArtifact.ReadAsync(silero, cancellationToken)));
        }

        return publications;
    }

    private static async Task<LocalModel> LoadAsync(PublishedModel published, CancellationToken cancellationToken)
    {
        var (artifact, semantics) = (published.Publication.Artifact, published.Publication.Semantics);
        VersionSemantics meaning = (SemanticsKind)semantics.Kind == SemanticsKind.Integer
            ? new VersionSemantics.Integer(semantics.DescriptorHash)
            : new VersionSemantics.Float(new Tolerance((UInt128)semantics.ToleranceAbs, (UInt128)semantics.ToleranceRel));
        var loading = await VersionLoader.LoadAsync(
            new PublishedVersion(published.VersionId, artifact.Hash.Value, artifact.Signature.Hash, meaning), ArtifactSource.OfBytes(artifact.Bytes),
            ArtifactLimits.Default, cancellationToken);
        return loading is VersionLoading.Loaded(var version)
            ? new LocalModel(published.Publication.Name, published.VersionId, version)
            : throw new InvalidOperationException($"The sample {published.Publication.Name} does not load: {loading}");
    }
}

/// <summary>A sample that is published here.</summary>
/// <param name="Name">As in the register.</param>
/// <param name="VersionId">What requests name.</param>
/// <param name="Version">Ready to be run.</param>
internal sealed record LocalModel(string Name, Hash32 VersionId, LoadedVersion Version);
