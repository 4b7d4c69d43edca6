using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Folders;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Attesting.Keys;

/// <summary>The evidence behind our keys, where others find it.</summary>
public sealed class EvidencePublisherTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("og-evidence-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Evidence_lies_under_the_hash_that_registrations_name_in_every_store()
    {
        await using var scene = await OperationsScene.OpenAsync(fixture);
        var (folder, other) = (new FolderBlobStore(_folder.FullName), new FakeStore { Refuses = true });
        var keys = new KeyStore(scene.Database, scene.Queue, new FakeOrders(), AttestingScene.Clock);
        var first = await RegisterAsync(keys, 1);
        var publisher = new EvidencePublisher(keys, [folder, other], TimeSpan.FromSeconds(1), NullLogger<EvidencePublisher>.Instance);

        await publisher.RunAsync(Stop);
        await publisher.RunAsync(Stop);

        Assert.Equal(first.Evidence.ToArray(), await ReadAsync(folder, BlobHash.Of(first.Evidence.Span)));
        Assert.Equal(2, other.Asked);
        // What is there is not put again, and what was not is.
        other.Refuses = false;
        var second = await RegisterAsync(keys, 2);
        await publisher.RunAsync(Stop);
        await publisher.RunAsync(Stop);
        Assert.Equal(4, other.Asked);
        Assert.Equal(second.Evidence.ToArray(), await ReadAsync(folder, BlobHash.Of(second.Evidence.Span)));
    }

    private static async Task<KeyClaim> RegisterAsync(KeyStore keys, byte epoch)
    {
        var claim = (await AttestingScene.ClaimAsync()) with { KeyEpoch = epoch };
        await keys.RegisterAsync(
            new KeyRow(
                new Address([.. new byte[19], epoch]), epoch, claim.Kind, BlobHash.Of(claim.Evidence.Span).Value,
                JsonSerializer.SerializeToUtf8Bytes(ClaimMessage.Of(claim), AttestingJson.Default.ClaimMessage), new(1)),
            Hash32.FromUInt256(epoch), new ContractCall(AttestingScene.Deployment.Keys, ReadOnlyMemory<byte>.Empty), Stop);
        return claim;
    }

    private static async Task<byte[]> ReadAsync(FolderBlobStore store, BlobHash hash)
    {
        var content = Assert.IsType<BlobOffer.Content>(await store.OpenAsync(hash, 0, Stop));
        await using (content.Stream)
        {
            using var all = new MemoryStream();
            await content.Stream.CopyToAsync(all, Stop);
            return all.ToArray();
        }
    }

    private sealed class FakeStore : IBlobStore
    {
        public string Name => "elsewhere";

        public bool Refuses { get; set; }

        public int Asked { get; private set; }

        public Task<BlobOffer> OpenAsync(BlobHash hash, long offset, CancellationToken cancellationToken) => Task.FromResult<BlobOffer>(new BlobOffer.Missing());

        public async Task<BlobWriting> PutAsync(Stream content, CancellationToken cancellationToken)
        {
            Asked++;
            return Refuses ? new BlobWriting.Failed("It is down.") : new BlobWriting.Stored(await BlobHash.OfAsync(content, cancellationToken), content.Length, WasThere: false);
        }
    }
}
