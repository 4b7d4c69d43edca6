using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Benchmarks.Gas;

/// <summary>What every request runs through: asking, claiming, settling, delivering, giving back, collecting.</summary>
internal static class AnsweringCases
{
    private const int BatchSize = 32;
    private const uint CallbackGas = 100_000;
    private const ulong ShortSeconds = 60;

    public static async Task RunAsync(GasWorld world, CancellationToken cancellationToken)
    {
        var consumer = new PlainConsumerContract(
            world.Chain.Client,
            await world.Chain.DeployAsync(PlainConsumerContract.Deployment(world.Hub.Address), cancellationToken));
        await world.DoAsync(GasActors.Owner, world.Token.PrepareMint(consumer.Address, GasWorld.Tokens(1000)), cancellationToken);
        await AskAsync(world, consumer, cancellationToken);
        await ClaimAsync(world, cancellationToken);
        await SettleAsync(world, cancellationToken);
        await SettleManyAsync(world, cancellationToken);
        await DeliverAsync(world, consumer, cancellationToken);
        await RefundAsync(world, cancellationToken);
    }

    /// <summary>When everything is final.</summary>
    public static async Task CollectAsync(GasWorld world, CancellationToken cancellationToken)
    {
        var ask = await world.AskAsync(world.Request(), cancellationToken);
        var settle = world.Hub.PrepareSettle(await world.AnswerAsync(ask, cancellationToken));
        var settled = await world.DoAsync(GasActors.BusyNode, settle, cancellationToken);
        var until = GasWorld.Expect<IHubContract.SettledEvent>(settled)[0].Until;
        world.Chain.PassHours(5);
        var collect = world.Hub.PrepareCollect(world.Chain.AddressOf(GasActors.BusyPayee), [(until + 3599) / 3600 * 3600]);
        var collected = await world.MeasureAsync("collect an hour", GasActors.Owner, collect, cancellationToken);
        if (GasWorld.Expect<IHubContract.CollectedEvent>(collected)[0].Amount.IsZero)
            throw new InvalidOperationException("There was nothing to collect.");
    }

    private static async Task AskAsync(GasWorld world, PlainConsumerContract consumer, CancellationToken cancellationToken)
    {
        await world.MeasureAsync("request, 64 bytes, the hub's first", GasActors.Requester, world.Asking(world.OpenRequest()), cancellationToken);
        await world.MeasureAsync("request, 64 bytes", GasActors.Requester, world.Asking(world.OpenRequest()), cancellationToken);
        await world.MeasureAsync(
            "request, 64 bytes, paid from the account", GasActors.Requester,
            world.Asking(world.OpenRequest() with { Flags = (byte)RequestFlags.FromAccount }), cancellationToken);
        var fromAccount = world.OpenRequest() with { Flags = (byte)RequestFlags.FromAccount };
        List<ReadOnlyMemory<byte>> calls =
        [
            world.Hub.PrepareDeposit(world.Chain.AddressOf(GasActors.Requester), (UInt256)(ulong)BatchSize * (fromAccount.Fee + fromAccount.DeliveryTip)).Data,
            .. Enumerable.Range(0, BatchSize).Select(i => world.Asking(fromAccount with { Deadline = fromAccount.Deadline + (ulong)i }).Data),
        ];
        var asked = await world.MeasureAsync(
            "request, 64 bytes, each of a batch of 32", GasActors.Requester, world.Hub.PrepareMulticall(calls), cancellationToken, BatchSize);
        GasWorld.Expect<IHubContract.RequestedEvent>(asked, BatchSize);
        var byContract = world.Asking(world.OpenRequest() with { CallbackGas = CallbackGas }) with { To = consumer.Address };
        await world.MeasureAsync("request, 64 bytes, by a contract, with a callback", GasActors.Requester, byContract, cancellationToken);
    }

    private static async Task ClaimAsync(GasWorld world, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 2; i++)
        {
            var ask = await world.AskAsync(world.OpenRequest(), cancellationToken);
            var claim = world.Hub.PrepareClaim(ask);
            if (i == 0)
                await world.DoAsync(GasActors.BusyNode, claim, cancellationToken);
            else
                await world.MeasureAsync("claim", GasActors.BusyNode, claim, cancellationToken);
            var settle = world.Hub.PrepareSettle(await world.AnswerAsync(ask, cancellationToken));
            // The first answer of the busy node in this hour makes the rest of the hour's cheaper.
            if (i == 0)
                await world.DoAsync(GasActors.BusyNode, settle, cancellationToken);
            else
                await world.MeasureAsync("settle Signed, by a claimant", GasActors.BusyNode, settle, cancellationToken);
        }
    }

    private static async Task SettleAsync(GasWorld world, CancellationToken cancellationToken)
    {
        var forFresh = world.Request() with { Assignee = world.Chain.AddressOf(GasActors.FreshNode) };
        var first = await world.AnswerAsync(await world.AskAsync(forFresh, cancellationToken), cancellationToken, GasActors.FreshNode);
        await world.MeasureAsync("settle Signed, a node's first", GasActors.FreshNode, world.Hub.PrepareSettle(first), cancellationToken);

        var signed = await world.AnswerAsync(await world.AskAsync(world.Request(), cancellationToken), cancellationToken);
        await world.MeasureAsync("settle Signed", GasActors.BusyNode, world.Hub.PrepareSettle(signed), cancellationToken);

        for (var i = 0; i < 2; i++)
        {
            var attested = await world.AnswerAsync(await world.AskAsync(world.Request(Assurance.Attested), cancellationToken), cancellationToken);
            var settle = world.Hub.PrepareSettle(attested);
            if (i == 0)
                await world.DoAsync(GasActors.BusyNode, settle, cancellationToken);
            else
                await world.MeasureAsync("settle Attested", GasActors.BusyNode, settle, cancellationToken);
        }

        world.Keep("settle Attested, beyond Signed", world.Figures["settle Attested"] - world.Figures["settle Signed"]);
    }

    private static async Task SettleManyAsync(GasWorld world, CancellationToken cancellationToken)
    {
        var answers = new List<IHubContract.Submission>();
        for (var i = 0; i < BatchSize; i++)
            answers.Add(await world.AnswerAsync(await world.AskAsync(world.Request(), cancellationToken), cancellationToken));
        var settled = await world.MeasureAsync(
            "settle Signed, each of a batch of 32", GasActors.BusyNode, world.Hub.PrepareSettleBatchCompactly(answers), cancellationToken, BatchSize);
        GasWorld.Expect<IHubContract.SettledEvent>(settled, BatchSize);
    }

    private static async Task DeliverAsync(GasWorld world, PlainConsumerContract consumer, CancellationToken cancellationToken)
    {
        // The same answer to the same contract, once with its callback and once without.
        var without = await SettleForAsync(callbackGas: 0);
        var with = await SettleForAsync(CallbackGas);
        RequireDelivered(with.Receipt, isExpected: true);
        world.Keep("settle Signed, with a callback", with.Receipt.GasUsed);
        var callback = await world.Chain.GasOfCallAsync(with.Receipt.TransactionHash, consumer.Address, cancellationToken);
        world.Keep("deliver with the settlement, beside the callback's own gas", with.Receipt.GasUsed - without.Receipt.GasUsed - callback);

        await world.DoAsync(GasActors.Owner, consumer.PrepareShut(isShut: true), cancellationToken);
        var refused = await SettleForAsync(CallbackGas);
        await world.DoAsync(GasActors.Owner, consumer.PrepareShut(isShut: false), cancellationToken);
        RequireDelivered(refused.Receipt, isExpected: false);
        var again = await world.MeasureAsync(
            "deliver again", GasActors.Requester,
            world.Hub.PrepareDeliver(refused.Ask, GasWorld.SettlementIn(refused.Receipt), GasWorld.OutputOf(1)), cancellationToken);
        RequireDelivered(again, isExpected: true);

        async Task<(IHubContract.Ask Ask, TransactionReceipt Receipt)> SettleForAsync(uint callbackGas)
        {
            var asking = world.Asking(world.Request() with { CallbackGas = callbackGas }) with { To = consumer.Address };
            var ask = GasWorld.AskIn(await world.DoAsync(GasActors.Requester, asking, cancellationToken));
            var answer = await world.AnswerAsync(ask, cancellationToken);
            return (ask, await world.DoAsync(GasActors.BusyNode, world.Hub.PrepareSettle(answer), cancellationToken));
        }
    }

    private static void RequireDelivered(TransactionReceipt receipt, bool isExpected)
    {
        if (GasWorld.Expect<IHubContract.DeliveredEvent>(receipt)[0].Succeeded != isExpected)
            throw new InvalidOperationException($"The callback should {(isExpected ? "succeed" : "fail")}.");
    }

    private static async Task RefundAsync(GasWorld world, CancellationToken cancellationToken)
    {
        var ask = await world.AskAsync(world.OpenRequest() with { Deadline = world.Chain.Now + ShortSeconds }, cancellationToken);
        world.Chain.Pass(2 * ShortSeconds);
        GasWorld.Expect<IHubContract.RefundedEvent>(
            await world.MeasureAsync("refund", GasActors.Requester, world.Hub.PrepareRefund(ask), cancellationToken));
    }
}
