using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tries;
using OpenGradient.Indexer.Proofs;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Proofs;

public sealed class CompletenessTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task A_certificate_shows_every_row_of_its_blocks_and_no_other()
    {
        await using var index = await StartAsync();
        index.Chain.Mine(60, new Random(12));
        await index.SettleAsync();
        var tip = index.Chain.Blocks.Head.Number;
        var (foreign, malformed) = (0, 0);

        foreach (var table in ServedIndex.Families.SelectMany(family => family.Tables))
        {
            var bundle = await CertificateAsync(index, table.Name, 3, tip);
            var verdict = Assert.IsType<CompletenessVerdict.Holds>(Completeness.Verify(bundle, Hash32.Parse(bundle.BlockHash)));
            var listed = (await index.GetAsync($"/v1/events/{table.Name}?block.ge=3&order=asc&limit=500")).GetProperty("items");

            Assert.True(verdict.IsComplete);
            Assert.Equal((listed.GetArrayLength(), 3UL, tip), (verdict.Rows, verdict.From, verdict.To));
            // What shares a signature and is no row is either kept as it came, or of another event: index and reader agree which.
            var strangers = index.Chain.Blocks.Canonical.Where(block => block.Number >= 3).SelectMany(block => block.Logs)
                .Count(log => log.Content.Address.ToLowerHex() == bundle.Emitters[0] && log.Content.Topics[0] == table.Topic0 && !table.Event.Matches(log.Content));
            var undecoded = (await index.GetAsync($"/v1/events/{table.Name.Split('_')[0]}_undecoded?block.ge=3&limit=500")).GetProperty("items").EnumerateArray()
                .Count(row => row.GetProperty("topics").GetString()!.StartsWith(table.Topic0.ToString(), StringComparison.Ordinal));
            Assert.Equal((undecoded, strangers), (verdict.Undecoded, verdict.Foreign));
            (foreign, malformed) = (foreign + strangers, malformed + undecoded);
            Assert.Equal(index.Chain.Blocks[2].Header.Hash, verdict.BlockBefore);
            for (var i = 0; i < bundle.Rows.Count; i++)
            {
                foreach (var column in listed[i].EnumerateObject())
                    Assert.True(JsonElement.DeepEquals(column.Value, bundle.Rows[i][column.Name]), column.Name);
            }
        }

        Assert.True(foreign > 0 && malformed > 0, $"There were {foreign} logs of other events and {malformed} that are none.");
    }

    [Fact]
    public async Task What_only_an_empty_filter_rules_out_is_counted()
    {
        await using var index = await StartAsync();
        var bundle = await CertificateAsync(index, "hub_delivered", 3, 3);
        var header = index.Chain.Blocks[3].Header.Header with { LogsBloom = Bloom.Empty };
        var of = (BlockHeader shown) => bundle with { BlockHash = shown.ComputeHash().ToString(), Blocks = [new ShownBlock(Hex.Encode(shown.Encode()))], Rows = [] };

        // With receipts, nobody can tell whether the chain fills filters; without, there is nothing to filter.
        var full = Assert.IsType<CompletenessVerdict.Holds>(Completeness.Verify(of(header), header.ComputeHash()));
        var without = header with { ReceiptsRoot = Trie.EmptyRoot };
        var empty = Assert.IsType<CompletenessVerdict.Holds>(Completeness.Verify(of(without), without.ComputeHash()));

        Assert.Equal((1, 0), (full.EmptyFilters, empty.EmptyFilters));
    }

    [Fact]
    public async Task A_block_whose_filter_rules_the_event_out_is_shown_by_its_header_alone()
    {
        await using var index = await StartAsync();

        var bundle = await CertificateAsync(index, "hub_delivered", 1, index.Chain.Blocks.Head.Number);

        Assert.Contains(bundle.Blocks, block => block.Receipts is null);
        Assert.Contains(bundle.Blocks, block => block.Receipts is not null);
        Assert.True(bundle.Blocks.Count(block => block.Receipts is not null) < bundle.Blocks.Count / 2);
    }

    [Fact]
    public async Task A_certificate_from_which_anything_was_left_out_or_changed_is_refused()
    {
        await using var index = await StartAsync();
        var bundle = await CertificateAsync(index, "hub_requested", 3, index.Chain.Blocks.Head.Number);
        var hash = Hash32.Parse(bundle.BlockHash);
        var full = bundle.Blocks.ToList().FindIndex(block => block.Receipts is { Count: > 0 });

        Assert.True(bundle.Rows.Count > 3);
        for (var left = 0; left < bundle.Rows.Count; left++)
            Refuses(bundle with { Rows = [.. bundle.Rows.Where((_, i) => i != left)] }, hash);
        Refuses(bundle with { Rows = [.. bundle.Rows, bundle.Rows[0]] }, hash);
        Refuses(bundle with { Rows = [.. bundle.Rows.Reverse()] }, hash);
        Refuses(bundle with { Rows = [.. bundle.Rows.Skip(1).Prepend(Changed(bundle.Rows[0], "fee", "\"1\""))] }, hash);
        Refuses(bundle with { Rows = [.. bundle.Rows.Skip(1).Prepend(Changed(bundle.Rows[0], "id", "\"3-7\""))] }, hash);
        Refuses(bundle with { Rows = [.. bundle.Rows.Skip(1).Prepend(Changed(bundle.Rows[0], "transaction_hash", "\"0x12\""))] }, hash);
        // A receipt less is no receipts root; no receipts at all are a gap that must be told; and a told gap excuses no row that is left out.
        Refuses(WithBlock(bundle, full, bundle.Blocks[full] with { Receipts = [.. bundle.Blocks[full].Receipts!.Skip(1)] }), hash);
        Refuses(WithBlock(bundle, full, bundle.Blocks[full] with { Receipts = null }), hash);
        Refuses(WithBlock(bundle, full, bundle.Blocks[full] with { Receipts = ["0x00"] }), hash);
        Refuses(bundle with { Gaps = [new CertificateGap(3, 4, "none")] }, hash);
        Refuses(bundle with { Blocks = [.. bundle.Blocks.Skip(1)] }, hash);
        Refuses(bundle with { Blocks = [.. bundle.Blocks.Where((_, i) => i != full)] }, hash);
        Refuses(bundle with { Blocks = [.. bundle.Blocks.Reverse()] }, hash);
        Refuses(bundle with { Blocks = [] }, hash);
        Refuses(bundle with { From = 2 }, hash);
        Refuses(bundle with { To = bundle.To - 1 }, hash);
        Refuses(bundle with { From = 0, To = 5_000 }, hash);
        Refuses(bundle with { Emitters = ["0x12"] }, hash);
        Refuses(bundle with { Emitters = [IndexedToken] }, hash);
        Refuses(bundle with { Event = "event Other(uint256 x)" }, hash);
        Refuses(bundle with { Kind = "row" }, hash);
        Refuses(bundle with { Version = 2 }, hash);
        Refuses(bundle, Hash32.Zero);
        for (var cut = 0; cut < bundle.Blocks[full].Header.Length; cut += 37)
            Refuses(WithBlock(bundle, full, bundle.Blocks[full] with { Header = bundle.Blocks[full].Header[..cut] }), hash);
    }

    [Fact]
    public async Task Blocks_that_a_node_cannot_show_are_gaps_by_name()
    {
        await using var index = await StartAsync();
        var (tip, hole) = (index.Chain.Blocks.Head.Number, index.Chain.Blocks[5].Header.Hash);
        index.ReceiptLie = receipts => receipts.SequenceEqual(index.Chain.Blocks.Find(hole)!.Receipts) ? [] : receipts;
        index.HeadersFrom = 4;

        var bundle = await CertificateAsync(index, "hub_requested", 2, tip);

        var verdict = Assert.IsType<CompletenessVerdict.Holds>(Completeness.Verify(bundle, Hash32.Parse(bundle.BlockHash)));
        Assert.False(verdict.IsComplete);
        Assert.Equal("2-3 5-5", string.Join(' ', verdict.Gaps.Select(gap => string.Create(CultureInfo.InvariantCulture, $"{gap.From}-{gap.To}"))));
        Assert.DoesNotContain(bundle.Rows, row => row["id"].GetString()!.StartsWith("5-", StringComparison.Ordinal));
        Refuses(bundle with { Gaps = [bundle.Gaps[0]] }, Hash32.Parse(bundle.BlockHash));
        Refuses(bundle with { Gaps = [] }, Hash32.Parse(bundle.BlockHash));
    }

    [Fact]
    public async Task Nothing_is_certified_that_the_node_and_the_index_tell_differently()
    {
        await using var index = await StartAsync();
        var tip = index.Chain.Blocks.Head.Number;
        index.Chain.Blocks.Rollback(3);
        index.Chain.Mine(3, new Random(9));

        await index.GetAsync($"/v1/events/hub_requested/completeness?from=3&to={tip}", 502);
        await index.GetAsync($"/v1/events/hub_requested/completeness?from=3&to={tip + 9}", 404);
        await index.GetAsync("/v1/events/hub_requested/completeness?from=5&to=3", 400);
        await index.GetAsync("/v1/events/hub_requested/completeness?from=0&to=1000", 400);
        await index.GetAsync("/v1/events/hub_requested/completeness?from=-1&to=3", 400);
        await index.GetAsync("/v1/events/hub_requested/completeness", 400);
        await index.GetAsync("/v1/events/hub_undecoded/completeness?from=1&to=3", 400);
    }

    [Fact]
    public async Task What_is_no_certificate_is_not_read_as_one()
    {
        await using var index = await StartAsync();
        var whole = (await CertificateAsync(index, "hub_requested", 3, 6)).ToUtf8();

        Assert.NotNull(CompletenessBundle.Parse(whole));
        for (var length = 0; length < whole.Length; length += 61)
            Assert.Null(CompletenessBundle.Parse(whole.AsSpan(0, length)));
        Assert.Null(CompletenessBundle.Parse("{}"u8));
        Assert.Null(CompletenessBundle.Parse("[1]"u8));
    }

    private const string IndexedToken = "0x00000000000000000000000000000000000000a1";

    private static void Refuses(CompletenessBundle bundle, Hash32 hash) => Assert.IsType<CompletenessVerdict.Fails>(Completeness.Verify(bundle, hash));

    private static CompletenessBundle WithBlock(CompletenessBundle bundle, int place, ShownBlock block) =>
        bundle with { Blocks = [.. bundle.Blocks.Select((known, i) => i == place ? block : known)] };

    private static Dictionary<string, JsonElement> Changed(IReadOnlyDictionary<string, JsonElement> row, string column, string json) =>
        new(row.ToDictionary(), StringComparer.Ordinal) { [column] = JsonSerializer.Deserialize<JsonElement>(json) };

    private static async Task<CompletenessBundle> CertificateAsync(ServedIndex index, string table, ulong from, ulong to)
    {
        var json = await index.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/events/{table}/completeness?from={from}&to={to}"));
        return CompletenessBundle.Parse(Encoding.UTF8.GetBytes(json.GetRawText())) ?? throw new InvalidOperationException("That is no certificate.");
    }

    private async Task<ServedIndex> StartAsync()
    {
        var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(8);
        index.Chain.Mine(6, new Random(4));
        await index.MineRequestsAsync(5);
        return index;
    }
}
