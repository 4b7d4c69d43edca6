using OpenGradient.Blobs.Addresses;
using OpenGradient.Blobs.Caching;
using OpenGradient.Blobs.Folders;
using OpenGradient.Blobs.Http;
using OpenGradient.Blobs.Reading;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Integer;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving.Materials;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Relayer.Versions;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Proving.Elsewhere;

/// <summary>What a prover's own shelf refuses is known of the version, and is no artifact that may still come.</summary>
public sealed class RefusedArtifactTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>, IAsyncLifetime
{
    private static readonly byte[] Artifact = File.ReadAllBytes(Repository.PathOf("models", "volatility", "model.ogq"));
    private static readonly IntegerModel Model = Assert.IsType<IntegerReading.Accepted>(IntegerModel.Read(Artifact, ArtifactLimits.Default)).Model;

    private readonly string _folder = Directory.CreateTempSubdirectory("og-refused-").FullName;
    private readonly HttpBlobClient _http = new();
    private OperationsScene _scene = null!;
    private BlobCache _cache = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _scene = await OperationsScene.OpenAsync(fixture);
        _cache = BlobCache.Open(new BlobCacheOptions { Folder = Path.Combine(_folder, "cache"), BudgetBytes = 1 << 30 }, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _cache.Dispose();
        _http.Dispose();
        await _scene.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task One_that_is_too_large_or_is_not_what_was_published_is_refused_with_its_reason()
    {
        await PutAsync();
        var (right, other) = (await PublishAsync(1, Model.Signature.Hash), await PublishAsync(2, Hash32.FromUInt256(9)));

        Assert.Equal((true, null), await KnownAsync(right, new ShelfOptions()));
        var (isThere, refusal) = await KnownAsync(right, new ShelfOptions { MemoryBytes = 20_000 });
        Assert.False(isThere);
        Assert.Contains("more than", refusal, StringComparison.Ordinal);
        (isThere, refusal) = await KnownAsync(other, new ShelfOptions());
        Assert.False(isThere);
        Assert.Contains("Signature", refusal, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task One_that_is_nowhere_may_still_come()
    {
        Assert.Equal((false, null), await KnownAsync(await PublishAsync(1, Model.Signature.Hash), new ShelfOptions()));
    }

    private async Task<(bool IsThere, string? Refusal)> KnownAsync(Hash32 versionId, ShelfOptions options)
    {
        var blobs = new BlobReader([new FolderBlobStore(Path.Combine(_folder, "blobs"))], _cache, new BlobUris(_http, ipfs: null, s3: null), clock: TimeProvider.System);
        await using var shelf = new VersionShelf(_scene.Database, blobs, ServedVersions.All, ArtifactLimits.Default, options, TimeProvider.System);
        using var inputs = new InputReader(blobs, maxBytes: 1 << 20, mostFromStrangers: 1);
        await using var materials = new ProofMaterials(shelf, inputs, new KeptInputs(_scene.Database), new JobSignal(), TimeProvider.System);
        ProvenVersion? version = null;
        await Eventually.UntilAsync(() => Task.FromResult((version = materials.VersionOf(versionId)) is not null), "it is known", Stop);
        return (version!.Descriptor is not null, version.Refusal);
    }

    private async Task PutAsync()
    {
        using var content = new MemoryStream(Artifact, writable: false);
        await new FolderBlobStore(Path.Combine(_folder, "blobs")).PutAsync(content, Stop);
    }

    private async Task<Hash32> PublishAsync(int number, Hash32 signature)
    {
        var published = new IModelRegistryContract.VersionPublishedEvent(
            Hash32.Zero, OperationsScene.Id(number),
            new IModelRegistryContract.Version(
                1, 0, ArtifactSource.HashOf(Artifact), signature, Address.Zero,
                new IModelRegistryContract.Semantics((byte)SemanticsKind.Integer, Model.Descriptor.Hash, Hash32.Zero, UInt256.Zero, UInt256.Zero), []));
        await _scene.ExecuteAsync(
            "INSERT INTO versions (version_id, model_id, status, published) VALUES (@VersionId, @ModelId, @Active, @Data)",
            new { published.VersionId, published.ModelId, Active = (int)VersionStatus.Active, Data = published.ToLog(Address.Zero).Data.ToArray() });
        return published.VersionId;
    }
}
