using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Hosting;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Indexer.Tests.Hosting;

/// <summary>What a node does not have is nothing, and what it has no time for is another thing.</summary>
public sealed class NodeReadingTests
{
    private static readonly BlockRange Range = new(new(1), new(3));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(null)]
    public async Task A_node_without_time_is_not_taken_for_one_that_has_nothing(int? status)
    {
        await using var client = Client(_ => status is { } code ? Say.Body("busy", code) : RpcReply.Failed(new RpcError.Transport("connection refused", MayHaveArrived: false)));

        await Assert.ThrowsAsync<NodeBusyException>(() => NodeReading.ReadHeadersAsync(client, Range, Stop));
        await Assert.ThrowsAsync<NodeBusyException>(() => NodeReading.ReadBlockAsync(client, Hash32.Zero, Stop));
    }

    [Fact]
    public async Task What_a_node_does_not_have_or_does_not_offer_is_nothing()
    {
        await using var without = Client(message => Say.Body(Say.Results(message, _ => "null")));
        await using var unable = Client(message => Say.Body(message.IsBatch ? $"[{string.Join(',', message.Calls.Select(call => Say.Error(call.Id, -32601, "no such method")))}]" : Say.Error(message.Only.Id, -32601, "no such method")));

        foreach (var client in (EthereumClient[])[without, unable])
        {
            Assert.Equal(3, (await NodeReading.ReadHeadersAsync(client, Range, Stop)).Count(header => header is null));
            Assert.Null(await NodeReading.ReadBlockAsync(client, Hash32.Zero, Stop));
        }
    }

    private static EthereumClient Client(Func<SeenMessage, RpcReply> answer) => new(new ScriptedTransport(answer), new RpcOptions { MaxAttempts = 1 });
}
