using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Hosting;
using OpenGradient.Indexer.Schema;
using OpenGradient.Support;
using OpenGradient.Support.Databases;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Indexer.Tests.Hosting;

/// <summary>New heads are heard of, and a subscription that is not to be had costs nothing but time.</summary>
public sealed class HeadListenerTests(AnvilFixture anvil, SqliteFixture databases) : IClassFixture<AnvilFixture>, IClassFixture<SqliteFixture>
{
    // With a clock that stands still no such wait ever ends: whoever takes a block has been woken.
    private static readonly PollPolicy Seldom = new() { Shortest = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromDays(1) };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_block_is_taken_when_the_node_tells_of_it_also_after_a_connection_was_cut()
    {
        await using var chain = EthereumClient.Connect(anvil.HttpUrl);
        await using var proxy = new CuttableProxy(anvil.HttpUrl.Port);
        await using var host = await IndexerHost.StartAsync(
            await OptionsAsync(chain, new Uri($"ws://127.0.0.1:{proxy.Port}/"), Seldom), NullLoggerFactory.Instance, new ManualTime { LeapLimit = TimeSpan.FromMilliseconds(500) }, Stop);
        await UntilTipAsync(host, chain);
        // Blocks that are hours apart: a quarter of that is when polling would look again.
        for (var i = 0; i < 2; i++)
            await MineLaterAsync(chain, host);

        await MineLaterAsync(chain, host);
        Assert.True(host.Status.HeadsHeard > 0);

        proxy.Cut();
        proxy.Mend();
        // Nobody tells of a block that came while nobody listened; that somebody listens again is a reason to look.
        await MineLaterAsync(chain, host);
        var heard = host.Status.HeadsHeard;
        await MineLaterAsync(chain, host);
        Assert.True(host.Status.HeadsHeard > heard);
    }

    [Fact]
    public async Task Where_nobody_tells_of_heads_they_are_polled_for()
    {
        await using var chain = EthereumClient.Connect(anvil.HttpUrl);
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var nobody = new Uri($"ws://127.0.0.1:{((System.Net.IPEndPoint)taken.LocalEndpoint).Port}/");
        taken.Stop();
        await using var host = await IndexerHost.StartAsync(
            await OptionsAsync(chain, nobody, new PollPolicy { Shortest = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromMilliseconds(100) }), NullLoggerFactory.Instance, cancellationToken: Stop);

        await UntilTipAsync(host, chain);
        await chain.MineAsync();
        await UntilTipAsync(host, chain);

        Assert.Equal(0, host.Status.HeadsHeard);
    }

    private async Task<IndexerOptions> OptionsAsync(EthereumClient chain, Uri heads, PollPolicy polling)
    {
        using var signer = new LocalSigner(DevelopmentAccounts.Key(0));
        var sender = new DevelopmentSender(chain, signer, AnvilOptions.DevelopmentChainId);
        var token = await sender.DeployAsync(TestTokenContract.Deployment(), Stop);
        return new IndexerOptions
        {
            ChainId = AnvilOptions.DevelopmentChainId,
            Endpoints = [anvil.HttpUrl],
            HeadEndpoints = [heads],
            Families = [TokenFamily.Of("token", [token], new(0))],
            Database = await databases.CreateAsync(),
            Api = new ApiOptions { Listen = new Uri("http://127.0.0.1:0") },
            Following = new FollowerOptions { Polling = polling },
        };
    }

    private static async Task MineLaterAsync(EthereumClient chain, IndexerHost host)
    {
        await chain.SendAsync(RpcCall.Create("evm_increaseTime", static json => json.WriteNumberValue(36_000), static (ref Utf8JsonReader reader) => reader.TokenType != JsonTokenType.None), Stop);
        await chain.MineAsync();
        await UntilTipAsync(host, chain);
    }

    private static async Task UntilTipAsync(IndexerHost host, EthereumClient chain)
    {
        var head = (await chain.GetHeaderAsync(BlockTag.Latest, Stop))!.Number.Value;
        await Eventually.UntilAsync(() => host.Status.Tip >= head, $"block {head} is taken", Stop, () => $"The tip is {host.Status.Tip}.");
    }
}
