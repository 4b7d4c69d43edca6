using System.Net;
using System.Text.Json;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Tests.Storage;
using OpenGradient.IndexerClient;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api;

public sealed class SqliteBalanceTests(SqliteFixture databases) : BalanceTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresBalanceTests(PostgresFixture databases) : BalanceTests(databases);

/// <summary>Who holds how much, in the same grammar as all lists.</summary>
public abstract class BalanceTests(IDatabaseFixture databases)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_run_through_all_holders_once_in_either_order()
    {
        await using var index = await StartAsync();
        var all = (await index.GetAsync("/v1/token_balances?order=asc&limit=500")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("account").GetString()!).ToList();
        Assert.True(all.Count > 3, $"There were only {all.Count} holders.");
        Assert.Equal(all.Order(StringComparer.Ordinal), all, StringComparer.Ordinal);

        foreach (var order in (string[])["asc", "desc"])
        {
            var seen = new List<string>();
            for (string? cursor = ""; cursor is not null;)
            {
                var page = await index.GetAsync($"/v1/token_balances?limit=2&order={order}{(cursor.Length == 0 ? "" : $"&cursor={cursor}")}");
                seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("account").GetString()!));
                cursor = page.GetProperty("next").GetString();
            }

            Assert.Equal(order == "asc" ? all : Enumerable.Reverse(all), seen, StringComparer.Ordinal);
        }

        var next = (await index.GetAsync("/v1/token_balances?limit=1&order=asc")).GetProperty("next").GetString();
        await index.GetAsync($"/v1/token_balances?limit=1&order=desc&cursor={next}", 400);
        await index.GetAsync($"/v1/requests?order=asc&cursor={next}", 400);
        await index.GetAsync($"/v1/token_balances?order=asc&cursor={(await index.GetAsync("/v1/events/token_transfer?limit=1&order=asc")).GetProperty("next").GetString()}", 400);
    }

    [Fact]
    public async Task Balances_are_what_transfers_come_to_and_are_filtered_as_all_lists_are()
    {
        await using var index = await StartAsync();
        var transfers = (await index.GetAsync("/v1/events/token_transfer?limit=500")).GetProperty("items").EnumerateArray().ToList();
        var items = (await index.GetAsync("/v1/token_balances?limit=500")).GetProperty("items").EnumerateArray().ToList();

        foreach (var item in items)
        {
            var account = item.GetProperty("account").GetString();
            var moved = transfers.Where(transfer => transfer.GetProperty("from_address").GetString() == account || transfer.GetProperty("to_address").GetString() == account).ToList();
            var held = moved.Aggregate(Int256.Parse("0"), (sum, transfer) =>
                sum + (transfer.GetProperty("to_address").GetString() == account ? Value(transfer) : Int256.Parse("0")) - (transfer.GetProperty("from_address").GetString() == account ? Value(transfer) : Int256.Parse("0")));
            Assert.Equal((held.ToString(), moved[0].GetProperty("id").GetString()), (item.GetProperty("balance").GetString(), item.GetProperty("id").GetString()));
        }

        var (some, emitter) = (items[1].GetProperty("account").GetString(), IndexedChain.Token.ToLowerHex());
        Assert.Equal(items[1].GetRawText(), Assert.Single((await index.GetAsync($"/v1/token_balances?account={some}")).GetProperty("items").EnumerateArray()).GetRawText());
        Assert.Equal(items[1].GetRawText(), (await index.GetAsync($"/v1/token_balances/{emitter}-{some}")).GetRawText());
        Assert.Equal(items.Count(item => Int256.Parse(item.GetProperty("balance").GetString()!) > Int256.Parse("0")), (await index.GetAsync("/v1/token_balances?balance.gt=0")).GetProperty("items").GetArrayLength());
        Assert.Empty((await index.GetAsync($"/v1/token_balances?block.gt={index.Chain.Blocks.Head.Number}")).GetProperty("items").EnumerateArray());
        await index.GetAsync($"/v1/token_balances/{emitter}-0x00000000000000000000000000000000000000ff", 404);
        await index.GetAsync($"/v1/token_balances/{emitter}", 400);
        await index.GetAsync($"/v1/token_balances/{some}-", 400);
        await index.GetAsync("/v1/token_balances?as_of=3", 400);

        static Int256 Value(JsonElement transfer) => Int256.Parse(transfer.GetProperty("value").GetString()!);
    }

    [Fact]
    public async Task They_are_exported_tagged_and_read_by_the_client()
    {
        await using var index = await StartAsync();
        var client = new IndexClient(index.Client);

        var rows = (await client.TokenBalances.ListAsync(Question.All with { IsAscending = true, Limit = 500 }, Stop) as IndexAnswer<RowPage<TokenBalancesRow>>.Given)!.Value.Rows;
        var csv = (await index.Client.GetStringAsync(new Uri("/v1/token_balances/export?format=csv&order=asc", UriKind.Relative), Stop)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var lines = (await index.Client.GetStringAsync(new Uri("/v1/token_balances/export?format=jsonl&order=asc", UriKind.Relative), Stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("id,emitter,account,balance,final_balance", csv[0]);
        Assert.Equal(rows.Select(row => $"{row.Id},{row.Emitter.ToLowerHex()},{row.Account.ToLowerHex()},{row.Balance},{row.FinalBalance}"), csv.Skip(1), StringComparer.Ordinal);
        Assert.Equal(rows.Select(row => row.Balance.ToString()), lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("balance").GetString()!), StringComparer.Ordinal);

        using var first = await index.Client.GetAsync(new Uri("/v1/token_balances", UriKind.Relative), Stop);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/v1/token_balances") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var fresh = await index.Client.SendAsync(again, Stop);
        Assert.Equal(HttpStatusCode.NotModified, fresh.StatusCode);
    }

    private async Task<ServedIndex> StartAsync()
    {
        var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        index.Chain.Mine(30, new Random(8));
        await index.SettleAsync();
        return index;
    }
}
