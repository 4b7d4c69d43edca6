using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Private;
using OpenGradient.Relayer.Versions;

namespace OpenGradient.Relayer.Tests.Private;

/// <summary>What is answered privately beside the chain, and for how much.</summary>
public sealed class ShelfModelsTests
{
    private static readonly Hash32 Own = Hash32.FromUInt256(1);
    private static readonly Hash32 Remote = Hash32.FromUInt256(2);
    private static readonly Hash32 Other = Hash32.FromUInt256(3);

    [Fact]
    public void What_a_server_runs_or_nobody_serves_has_no_price()
    {
        // Neither of them is fetched to know that.
        var shelf = new VersionShelf(database: null!, blobs: null!, ServedVersions.Of([Own, Remote]), ArtifactLimits.Default);
        var backends = new BackendChoice(new IntegerBackend(), new IntegerBackend(), new Dictionary<Hash32, IInferenceBackend> { [Remote] = new IntegerBackend() });
        var models = new ShelfModels(shelf, backends, price: 7u);

        Assert.Equal(((UInt256?)7u, (UInt256?)null, (UInt256?)null), (models.PriceOf(Own), models.PriceOf(Remote), models.PriceOf(Other)));
    }
}
