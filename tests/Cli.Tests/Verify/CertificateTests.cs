using OpenGradient.Cli.Tests.Support;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tries;
using OpenGradient.Indexer.Proofs;

namespace OpenGradient.Cli.Tests.Verify;

/// <summary>What <c>og verify</c> says of a range of which nothing but a header is shown.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("og-certificate");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_empty_filter_over_receipts_is_said_in_the_verdict()
    {
        var (full, fullHash) = await WriteAsync("full.json", Hash32.FromUInt256(7));
        var (empty, emptyHash) = await WriteAsync("empty.json", Trie.EmptyRoot);

        var words = await OgRun.RunAsync("verify", full, "--block-hash", fullHash);
        var report = await OgRun.ReportAsync("verify", full, "--block-hash", fullHash);
        var other = await OgRun.ReportAsync("verify", empty, "--block-hash", emptyHash);

        Assert.Contains("1 blocks have receipts, and are ruled out by an empty filter", words.Output, StringComparison.Ordinal);
        Assert.Equal((true, 1, 0), (report.GetProperty("complete").GetBoolean(), report.GetProperty("emptyFilters").GetInt32(), report.GetProperty("foreign").GetInt32()));
        Assert.Equal(0, other.GetProperty("emptyFilters").GetInt32());
    }

    private async Task<(string Path, string Hash)> WriteAsync(string name, Hash32 receiptsRoot)
    {
        var header = new BlockHeader
        {
            ParentHash = default,
            OmmersHash = default,
            Beneficiary = default,
            StateRoot = default,
            TransactionsRoot = default,
            ReceiptsRoot = receiptsRoot,
            LogsBloom = Bloom.Empty,
            Difficulty = default,
            Number = new(5),
            GasLimit = 30_000_000,
            GasUsed = 0,
            Timestamp = 1_700_000_000,
            ExtraData = Array.Empty<byte>(),
            MixHash = default,
            Nonce = 0,
        };
        var hash = header.ComputeHash().ToString();
        var bundle = new CompletenessBundle
        {
            Kind = CompletenessBundle.KindName,
            Version = CompletenessBundle.CurrentVersion,
            ChainId = 5,
            Table = "hub_delivered",
            Event = "event Delivered(bytes32 indexed requestId, address indexed by, bool succeeded)",
            Emitters = ["0x00000000000000000000000000000000000000c3"],
            From = 5,
            To = 5,
            BlockHash = hash,
            Blocks = [new ShownBlock(Hex.Encode(header.Encode()))],
            Rows = [],
            Gaps = [],
        };
        var path = Path.Combine(_folder.FullName, name);
        await File.WriteAllBytesAsync(path, bundle.ToUtf8(), TestContext.Current.CancellationToken);
        return (path, hash);
    }
}
