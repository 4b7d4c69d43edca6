using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Contracts;
using OpenGradient.Database;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Hosting;
using OpenGradient.Indexer.Proofs;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;
using OpenGradient.Indexer.Webhooks;
using OpenGradient.Support;
using OpenGradient.Support.Databases;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Indexer.Tests.Hosting;

public sealed class HostTests(AnvilFixture anvil, SqliteFixture databases) : IClassFixture<AnvilFixture>, IClassFixture<SqliteFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_chain_is_indexed_answered_about_reorganised_and_taken_up_again()
    {
        await using var chain = EthereumClient.Connect(anvil.HttpUrl);
        using var signer = new LocalSigner(DevelopmentAccounts.Key(0));
        var sender = new DevelopmentSender(chain, signer, AnvilOptions.DevelopmentChainId);
        var token = new TestTokenContract(chain, await sender.DeployAsync(TestTokenContract.Deployment(), Stop));
        await sender.SendAsync(token.PrepareMint(sender.Address, 7u), cancellationToken: Stop);
        var options = new IndexerOptions
        {
            ChainId = AnvilOptions.DevelopmentChainId,
            Endpoints = [anvil.HttpUrl],
            Families = [TokenFamily.Of("token", [token.Address], new(0))],
            Database = await databases.CreateAsync(),
            Api = new ApiOptions { Listen = new Uri("http://127.0.0.1:0") },
            // Nobody listens there.
            Webhooks = [new Webhook("deaf", new Uri("http://127.0.0.1:1/og"), "a secret of 24 letters..", "token_transfer")],
            AllowsPrivateWebhooks = true,
        };

        await using (var host = await IndexerHost.StartAsync(options, NullLoggerFactory.Instance, cancellationToken: Stop))
        {
            using var client = new HttpClient { BaseAddress = host.Address };
            Assert.Equal("7", string.Join(' ', await UntilAsync(client, values => values.Count == 1)));
            await ReadyAsync(client);

            var snapshot = await chain.SnapshotAsync();
            await sender.SendAsync(token.PrepareMint(sender.Address, 8u), cancellationToken: Stop);
            await UntilAsync(client, values => values.Count == 2);
            await chain.RevertAsync(snapshot);
            await sender.SendAsync(token.PrepareMint(sender.Address, 9u), cancellationToken: Stop);
            await chain.MineAsync();
            Assert.Equal("9 7", string.Join(' ', await UntilAsync(client, values => values.Contains("9", StringComparer.Ordinal))));
            var reorgs = await GetAsync(client, "/v1/reorgs");
            Assert.Equal(1, reorgs.GetProperty("items").GetArrayLength());
            await ProvesAsync(client, chain);
            var figures = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop);
            Assert.Contains("og_indexer_tip_block", figures, StringComparison.Ordinal);
            Assert.Contains("og_indexer_webhook_failed_attempts{hook=\"deaf\"}", figures, StringComparison.Ordinal);
        }

        await sender.SendAsync(token.PrepareMint(sender.Address, 10u), cancellationToken: Stop);
        await using (var again = await IndexerHost.StartAsync(options, NullLoggerFactory.Instance, cancellationToken: Stop))
        {
            using var later = new HttpClient { BaseAddress = again.Address };
            Assert.Equal("10 9 7", string.Join(' ', await UntilAsync(later, values => values.Count == 3)));
        }

        // What joins the head makes it go back, and it comes forward again though the chain stands still.
        var balanced = options with { Families = [TokenFamily.Of("token", [token.Address], new(0), keepsBalances: true)] };
        await using var last = await IndexerHost.StartAsync(balanced, NullLoggerFactory.Instance, cancellationToken: Stop);
        using var asked = new HttpClient { BaseAddress = last.Address };
        Assert.Equal("10 9 7", string.Join(' ', await UntilAsync(asked, values => values.Count == 3)));
        await ReadyAsync(asked);
    }

    [Fact]
    public async Task An_index_that_is_named_later_is_made_after_the_next_start()
    {
        await using var chain = EthereumClient.Connect(anvil.HttpUrl);
        using var signer = new LocalSigner(DevelopmentAccounts.Key(1));
        var sender = new DevelopmentSender(chain, signer, AnvilOptions.DevelopmentChainId);
        var token = new TestTokenContract(chain, await sender.DeployAsync(TestTokenContract.Deployment(), Stop));
        await sender.SendAsync(token.PrepareMint(sender.Address, 7u), cancellationToken: Stop);
        var options = new IndexerOptions
        {
            ChainId = AnvilOptions.DevelopmentChainId,
            Endpoints = [anvil.HttpUrl],
            Families = [Coins()],
            Database = await databases.CreateAsync(),
            Api = new ApiOptions { Listen = new Uri("http://127.0.0.1:0") },
        };
        await RunUntilReadyAsync(options);
        Assert.Equal("", await IndexesAsync());

        await RunUntilReadyAsync(options with { Families = [Coins("to_address", "from_address")] });

        Assert.Equal("coin_moved_by_from_address coin_moved_by_to_address", await IndexesAsync());

        EventFamily Coins(params string[] indexes) =>
            new("coin", [new EventTable("coin_moved", "event Transfer(address indexed from, address indexed to, uint256 value)", indexes)], [token.Address], new(0));

        async Task<string> IndexesAsync()
        {
            await using var database = await DatabaseFactory.OpenAsync(options.Database, [IndexerSchema.Migrations], cancellationToken: Stop);
            return string.Join(' ', await database.ReadAsync(
                session => session.QueryAsync<string>("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'coin_moved' ORDER BY name"), Stop));
        }
    }

    [Fact]
    public async Task An_endpoint_of_another_chain_is_refused()
    {
        var options = new IndexerOptions
        {
            ChainId = new(1),
            Endpoints = [anvil.HttpUrl],
            Families = [TokenFamily.Of("token", [], new(0))],
            Database = await databases.CreateAsync(),
        };

        await Assert.ThrowsAsync<IndexerException>(() => IndexerHost.StartAsync(options, NullLoggerFactory.Instance, cancellationToken: Stop));
    }

    private static async Task ProvesAsync(HttpClient client, EthereumClient chain)
    {
        var id = (await GetAsync(client, "/v1/events/token_transfer")).GetProperty("items")[0].GetProperty("id").GetString();
        var bundle = RowBundle.Parse(Encoding.UTF8.GetBytes((await GetAsync(client, $"/v1/events/token_transfer/{id}/proof")).GetRawText()))!;
        // The hash is the chain's word, and not the bundle's.
        Assert.True(RowId.TryParse(id, out var row));
        var header = await chain.GetHeaderAsync(row.Block, Stop);
        Assert.IsType<BundleVerdict.Holds>(RowProof.Verify(bundle, header!.Hash));
    }

    private static async Task RunUntilReadyAsync(IndexerOptions options)
    {
        await using var host = await IndexerHost.StartAsync(options, NullLoggerFactory.Instance, cancellationToken: Stop);
        using var client = new HttpClient { BaseAddress = host.Address };
        await ReadyAsync(client);
    }

    private static async Task ReadyAsync(HttpClient client)
    {
        var said = "";
        await Eventually.UntilAsync(
            async () =>
            {
                using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), Stop);
                said = await answer.Content.ReadAsStringAsync(Stop);
                return answer.StatusCode == HttpStatusCode.OK;
            },
            "it is ready", Stop, () => said);
    }

    private static async Task<List<string>> UntilAsync(HttpClient client, Func<List<string>, bool> isThere)
    {
        List<string> values = [];
        await Eventually.UntilAsync(
            async () =>
            {
                values = [.. (await GetAsync(client, "/v1/events/token_transfer")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("value").GetString()!)];
                return isThere(values);
            },
            "the rows are there", Stop, () => $"There were {string.Join(' ', values)}.");
        return values;
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, string path) =>
        JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync(new Uri(path, UriKind.Relative), Stop));
}
