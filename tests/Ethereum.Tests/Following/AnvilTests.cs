using System.Text.Json;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Tests.Following.Simulation;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Following;

/// <summary>The same, against a real node over JSON-RPC.</summary>
public sealed class AnvilTests
{
    private const int BlocksUntilFinal = 16;

    // Emits one log: the calldata as data, its first word as the topic.
    private const string LoggerCode = "0x365f5f375f35365fa100";

    private static readonly Address Logger = Address.Parse("0x00000000000000000000000000000000000a11ce");
    private static readonly LogFilter Filter = new([Logger]);
    private static readonly FollowerOptions Options = new()
    {
        Ranges = new RangePolicy { Blocks = 4 },
        MaxBlocksPerStep = 6,
        Reorgs = new ReorgPolicy { ShorterChainPatience = TimeSpan.Zero },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Follows_a_real_node_through_reorgs_and_rollbacks_and_stops_when_a_final_block_goes()
    {
        await using var anvil = await StartAsync();
        await using var client = EthereumClient.Connect(anvil.HttpUrl, new RpcOptions { MaxAttempts = 1 });
        await DoAsync(client, "anvil_setCode", Logger.ToString(), LoggerCode);
        var sink = new CheckedSink();
        var seen = new Recorder();
        await using var follower = new ChainFollower([new RpcChainSource(client, "anvil")], sink, new LogFilterSet(Filter), Options, seen);
        var value = 0;

        await EmitAsync(40);
        await SettleAsync();
        Assert.Equal(40, sink.Rows.Count);
        Assert.Equal(sink.Cursor.Tip.Number - BlocksUntilFinal, sink.Cursor.Final.Number);

        foreach (var depth in (int[])[1, 5, BlocksUntilFinal - 1])
        {
            var tip = sink.Cursor.Tip;
            await ReorgAsync(depth);
            await SettleAsync();
            Assert.Equal(tip.Number, sink.Cursor.Tip.Number);
            Assert.NotEqual(tip.Hash, sink.Cursor.Tip.Hash);
            Assert.Equal(depth, sink.Commits.Last(commit => commit.IsReorg).Orphaned.Count);
            await EmitAsync(BlocksUntilFinal);
            await SettleAsync();
        }

        await DoAsync(client, "anvil_rollback", 4);
        await SettleAsync();
        Assert.Equal(4, sink.Commits.Last(commit => commit.IsReorg).Orphaned.Count);
        await EmitAsync(6);
        await SettleAsync();
        Assert.Equal(4, sink.Rewinds);
        Assert.Empty(seen.Failures);

        var (rows, final) = (sink.Rows, sink.Cursor.Final);
        await ReorgAsync(BlocksUntilFinal + 3);
        var stopped = Assert.IsType<StepOutcome.Stopped>(await follower.StepAsync(Cancellation));
        Assert.Equal(final, stopped.Stop.Ours);
        Assert.Equal(final.Number, stopped.Stop.Theirs.Number);
        Assert.Equal(rows, sink.Rows);

        async Task EmitAsync(int blocks)
        {
            for (var i = 0; i < blocks; i++)
                await EmitOneAsync(client, ++value);
        }

        Task ReorgAsync(int depth) => DoAsync(client, "anvil_reorg", depth, Array.Empty<object>());

        // What it has must be what the node itself says, and what a first start finds.
        async Task SettleAsync()
        {
            await StepUntilUpToDateAsync(follower);
            var head = await client.GetHeaderAsync(BlockTag.Latest, Cancellation);
            Assert.Equal(head!.Ref, sink.Cursor.Tip);
            var logs = await client.GetLogsAsync(BlockTag.Earliest, BlockTag.Latest, Filter, Cancellation);
            Assert.Equal(LogsDigest.Of(logs), LogsDigest.Of(sink.Rows));
            Assert.Equal(logs.Count, sink.Rows.Count);

            var fresh = new CheckedSink();
            await using var other = new ChainFollower([new RpcChainSource(client)], fresh, new LogFilterSet(Filter), Options);
            await StepUntilUpToDateAsync(other);
            Assert.Equal(LogsDigest.Of(fresh.Rows), LogsDigest.Of(sink.Rows));
        }
    }

    [Fact]
    public async Task Understands_what_a_real_node_says_about_blocks_that_it_does_not_have()
    {
        await using var anvil = await StartAsync();
        await using var client = EthereumClient.Connect(anvil.HttpUrl, new RpcOptions { MaxAttempts = 1 });
        var source = new RpcChainSource(client);
        var nowhere = Hash32.FromUInt256(12345);

        Assert.IsType<SourceFailure.UnknownBlock>((await source.ReadHeaderAsync(new BlockNumber(99), Cancellation)).Failure);
        Assert.IsType<SourceFailure.UnknownBlock>((await source.ReadHeaderAsync(BlockTag.At(nowhere), Cancellation)).Failure);
        Assert.IsType<SourceFailure.UnknownBlock>((await source.ReadHeadersAsync(new BlockRange(new(0), new(9)), Cancellation)).Failure);
        Assert.IsType<SourceFailure.UnknownBlock>((await source.ReadLogsAsync(new BlockRange(new(0), new(9)), Filter, Cancellation)).Failure);

        await anvil.DisposeAsync();
        Assert.IsType<SourceFailure.Unavailable>((await source.ReadHeaderAsync(BlockTag.Latest, Cancellation)).Failure);
    }

    private static Task<Anvil> StartAsync() =>
        Anvil.StartAsync(Repository.Root, new AnvilOptions { SlotsInAnEpoch = BlocksUntilFinal / 2 }, Cancellation);

    private static async Task StepUntilUpToDateAsync(ChainFollower follower)
    {
        for (var i = 0; i < 200; i++)
        {
            if (await follower.StepAsync(Cancellation) is StepOutcome.UpToDate)
                return;
        }

        Assert.Fail("The follower does not come to an end.");
    }

    // The development account's transaction is mined at once, in a block of its own.
    private static Task EmitOneAsync(EthereumClient client, int value) => DoAsync(client, "eth_sendTransaction", new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["from"] = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
        ["to"] = Logger.ToString(),
        ["data"] = Hash32.FromUInt256((ulong)value).ToString(),
    });

    private static async Task DoAsync(EthereumClient client, string method, params object[] parameters) => await client.SendAsync(
        RpcCall.Create(
            method,
            json =>
            {
                foreach (var parameter in parameters)
                    JsonSerializer.Serialize(json, parameter);
            },
            static (ref Utf8JsonReader reader) =>
            {
                reader.Skip();
                return true;
            }),
        Cancellation);
}
