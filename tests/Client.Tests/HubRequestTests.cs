using System.Net;
using System.Text;
using OpenGradient.Client.Answers;
using OpenGradient.Client.Nodes;
using OpenGradient.Client.Tests.World;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Messages;
using OpenGradient.PrivateService.Answering;

namespace OpenGradient.Client.Tests;

/// <summary>What is asked privately through the hub: the gateway is given what the chain has only the commitment of.</summary>
public sealed class HubRequestTests
{
    private static readonly byte[] Input = Encoding.UTF8.GetBytes("what the chain never sees");
    private static readonly HubOrder Order = new(Keccak256.Hash("a request at the hub"u8), Keccak256.Hash("a salt"u8));

    [Fact]
    public async Task The_receipt_is_of_the_request_at_the_hub_and_opens_by_what_the_client_knows()
    {
        var hub = new FakeHub();
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels(), hub: hub);
        using var meddler = new Meddler();

        var answer = Assert.IsType<PrivateOutcome.Answered>(await world.AskAsync(Input, order => order with { Hub = Order }, meddler)).Answer;

        Assert.Equal((Order.RequestId, ScriptedModels.Version, Order.InputSalt), Assert.Single(hub.Asked));
        Assert.Equal(Order.RequestId, answer.Receipt.RequestId);
        Assert.Equal(PrivateCommitment.Of(Order.InputSalt, Input), answer.Receipt.InputCommit);
        Assert.Equal(PrivateCommitment.OutputSaltOf(Order.InputSalt, Order.RequestId), answer.OutputSalt);
        Assert.Equal(PrivateCommitment.Of(answer.OutputSalt, answer.Output!.Value.Span), answer.Receipt.OutputCommit);
        // Nobody on the way learns which request it is.
        Assert.All(meddler.Sent, bytes => Assert.True(bytes.AsSpan().IndexOf(Order.RequestId.Bytes) < 0));
        // Nor does whoever reads the gateway's log beside the chain.
        foreach (var told in (Hash32[])[Order.RequestId, answer.Receipt.InputCommit, answer.Receipt.OutputCommit])
            Assert.DoesNotContain(world.Log.Lines, line => line.Contains(told.ToString(), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Asked_again_it_is_answered_again_and_pays_no_price_beside_the_hub()
    {
        var hub = new FakeHub();
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels(), hub: hub);

        for (var i = 0; i < 2; i++)
            Assert.IsType<PrivateOutcome.Answered>(await world.AskAsync(Input, order => order with { Hub = Order, PriceCap = UInt256.Zero }));

        Assert.Equal(2, hub.Asked.Count);
    }

    [Fact]
    public async Task A_request_that_the_hub_does_not_have_is_not_answered()
    {
        var models = new ScriptedModels();
        await using var none = await PrivateWorld.StartAsync(models);
        await using var other = await PrivateWorld.StartAsync(models, hub: new FakeHub { Answer = new ModelPart.Unavailable(AnswerRefusal.HubRequestUnknown) });

        foreach (var world in (PrivateWorld[])[none, other])
        {
            var outcome = Assert.IsType<PrivateOutcome.Refused>(await world.AskAsync(Input, order => order with { Hub = Order }));
            Assert.Equal((PrivateRefusal.NodeRefused, AnswerRefusal.HubRequestUnknown), (outcome.Reason, outcome.ByNode));
        }

        Assert.Equal(0, models.Asked);
    }

    [Fact]
    public async Task A_node_whose_keys_may_not_be_used_hands_none_out_and_opens_nothing()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels());
        var trusted = await world.TrustAsync();
        world.Core.Close(isClosed: true);

        var looked = Assert.IsType<NodeExamination.Refused>(await world.Client().ExamineAsync(PrivateWorld.Node, TestContext.Current.CancellationToken));
        var asked = await world.Client().AskAsync(
            trusted, new PrivateOrder { VersionId = ScriptedModels.Version, Input = Input, PriceCap = 100 }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(NodeRefusal.Unreachable, looked.Reason);
        Assert.Equal(PrivateRefusal.KeyNotCurrent, Assert.IsType<PrivateOutcome.Refused>(asked).Reason);
    }

    [Fact]
    public async Task A_client_follows_a_relay_nowhere_else_and_sends_no_trace()
    {
        using var http = PrivateClient.OpenHttp();
        using var trace = new System.Diagnostics.Activity("asking").Start();
        await using var elsewhere = await PrivateWorld.StartAsync(new ScriptedModels());
        await using var relay = await FakeGateway.StartAsync();
        relay.Answer = context =>
        {
            context.Response.StatusCode = (int)HttpStatusCode.TemporaryRedirect;
            context.Response.Headers.Location = new Uri(elsewhere.Gateway.Address, PrivateMedia.RequestsPath).ToString();
            return Task.CompletedTask;
        };

        var outcome = await new PrivateClient(http, elsewhere.Options with { Relay = relay.Address }, TimeProvider.System).AskAsync(
            await elsewhere.TrustAsync(), new PrivateOrder { VersionId = ScriptedModels.Version, Input = Input, PriceCap = 100 }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(PrivateRefusal.Rejected, Assert.IsType<PrivateOutcome.Refused>(outcome).Reason);
        Assert.DoesNotContain("traceparent", Assert.Single(relay.Seen).Headers.Keys, StringComparer.OrdinalIgnoreCase);
    }

    private sealed class FakeHub : IHubRequests
    {
        public ModelPart Answer { get; init; } = new ModelPart.Content("the answer"u8.ToArray());

        public List<(Hash32 RequestId, Hash32 VersionId, Hash32 InputSalt)> Asked { get; } = [];

        public Task<ModelPart> AnswerAsync(Hash32 requestId, Hash32 versionId, Hash32 inputSalt, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
        {
            Asked.Add((requestId, versionId, inputSalt));
            return Task.FromResult(Answer);
        }
    }
}
