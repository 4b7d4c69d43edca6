using Microsoft.Extensions.Logging;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Database;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Relayer.Claiming;

namespace OpenGradient.Relayer.Chain;

/// <summary>
/// Looks at the chain again and again, so that everybody else need not. What it knows is at most a few seconds old; how old is told by
/// <see cref="Age"/>. The chain's time goes on between two looks by a clock that nobody can set. Where a quorum is asked for, it counts here as for the follower: what
/// time it is decides which requests are turned away for good, and who is paid stands in every receipt.
/// </summary>
/// <param name="endpoints">Who is asked.</param>
/// <param name="quorum">How many of them must say the same. One: whoever answers first, in their order.</param>
/// <param name="dataFees">Whether transactions pay another chain for their data.</param>
/// <param name="database">Where the follower stands.</param>
/// <param name="deployment">The contracts.</param>
/// <param name="node">Our node.</param>
/// <param name="plannedInclusion">How many seconds three blocks take, by the settings.</param>
/// <param name="logger">Is told who did not answer, and when transactions take longer than is planned.</param>
/// <param name="clock">The time.</param>
public sealed class ChainWatch(
    IReadOnlyList<EthereumClient> endpoints, int quorum, DataFees dataFees, IDatabase database, Deployment deployment, Address node, ulong plannedInclusion,
    ILogger<ChainWatch> logger, TimeProvider clock) : IChainWatch
{
    // So far behind nobody is who follows a chain.
    private const ulong MostLag = 64;

    // Nodes behind one address are a block or two apart.
    private const ulong UsualLag = 2;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(10);

    private volatile Look? _last;

    /// <summary>How old the last look is; null before the first.</summary>
    public TimeSpan? Age => _last is { } look ? clock.GetElapsedTime(look.At) : null;

    public Moment Now
    {
        get
        {
            var look = Last;
            var elapsed = (ulong)clock.GetElapsedTime(look.At).TotalSeconds;
            return new Moment(clock.GetUtcNow(), look.HeadTime, look.ChainTime + elapsed, look.IsPaused ? look.ActiveTime : look.ActiveTime + elapsed, look.Tip)
            {
                TipTime = look.TipTime,
                IsPaused = look.IsPaused,
                HasRivals = look.HasRivals,
                InclusionSeconds = look.InclusionSeconds,
            };
        }
    }

    public NodeStanding Standing => Last.Standing;

    public Wei WeiPerGas => Last.WeiPerGas;

    public Wei WeiPerByte => Last.WeiPerByte;

    /// <summary>What the node's key has for gas.</summary>
    public Wei KeyBalance => Last.KeyBalance;

    public bool IsCatchingUp => Last.CatchingUpTo is not null;

    private Look Last => _last ?? throw new InvalidOperationException("The chain was not looked at yet.");

    /// <summary>Looks once, for a start that knows where it stands. Throws what an endpoint threw when fewer than a quorum answer, or do not agree.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            using var limit = new CancellationTokenSource(LookLimit, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                var look = await LookAsync(quorum == 1 ? new EndpointQuorum([endpoints[i]], 1, logger, clock) : new EndpointQuorum(endpoints, quorum, logger, clock), either.Token);
                Tell(InclusionPolicy.MoveOf(plannedInclusion, _last?.InclusionSeconds ?? 0, look.InclusionSeconds), look.InclusionSeconds);
                _last = look;
                return;
            }
            catch (Exception failure) when (quorum == 1 && IsOfTheEndpoint(failure, cancellationToken) && i + 1 < endpoints.Count)
            {
                logger.LookFailed(endpoints[i].Endpoint.Name, failure.Message);
            }
        }
    }

    /// <summary>When a block was made, as a quorum says it; null where too few know it, or answer in time.</summary>
    public async Task<ulong?> TimeOfAsync(BlockRef block, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LookLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await TimeOfAsync(new EndpointQuorum(endpoints, quorum, logger, clock), block, either.Token);
        }
        catch (Exception failure) when (IsOfTheEndpoint(failure, cancellationToken))
        {
            logger.LookFailed(quorum == 1 ? "every endpoint" : "the quorum", failure.Message);
            return null;
        }
    }

    /// <summary>Goes on looking until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                try
                {
                    await LookAsync(stopping);
                }
                catch (Exception failure) when (IsOfTheEndpoint(failure, stopping) || failure is DatabaseException)
                {
                    logger.LookFailed(quorum == 1 ? "every endpoint" : "the quorum", failure.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
    }

    private void Tell(MarginMove move, ulong measured)
    {
        if (move == MarginMove.Grew)
            logger.MarginGrew(measured, plannedInclusion);
        else if (move == MarginMove.Back)
            logger.MarginBack(plannedInclusion);
    }

    private static bool IsOfTheEndpoint(Exception failure, CancellationToken stopping) =>
        failure is RpcException or ContractRevertedException or AbiException
        || (failure is OperationCanceledException && !stopping.IsCancellationRequested);

    private async Task<Look> LookAsync(EndpointQuorum asked, CancellationToken cancellationToken)
    {
        var at = clock.GetTimestamp();
        var news = await asked.HearAsync(NewsOfAsync, cancellationToken);
        var head = asked.Needed == 1 ? news[0].Head : await asked.HeadAsync(news.Select(one => one.Head.Number), cancellationToken);
        var then = BlockTag.At(head.Hash);
        var facts = await asked.AgreeAsync("eth_call", (client, token) => FactsOfAsync(client, then, token), cancellationToken);
        // On a chain that makes blocks only when there is something to put in, the last one may be old.
        var activeNow = Math.Max(facts.ActiveTime, Agreement.Reached(news.Select(one => one.PendingActiveTime), asked.Needed));
        var free = await asked.AgreeAsync(
            "eth_call", async (client, token) => new Told<UInt256>(await new INodeRegistryContract(client, deployment.Nodes).CallFreeStakeOfAsync(node, activeNow, then, token)), cancellationToken);
        var now = clock.GetUtcNow();
        var (cursor, hasRivals, took) = await database.ReadAsync(
            async session => (
                await HubCursor.Table.ReadAsync(session, deployment.ChainId),
                await Rivals.AreThereAsync(session, node, now),
                await InclusionTimes.ReadAsync(session, deployment.ChainId, node, now)),
            cancellationToken);
        var tip = cursor.IsEmpty ? new BlockNumber(0) : cursor.Tip.Number;
        if (head.Number + UsualLag < tip)
            throw new RpcException(news[0].Endpoint, "eth_getBlockByNumber", new RpcError.Malformed($"Its head {head.Number} lies behind block {tip}, which is stored."));
        return new Look(
            at,
            head.Header.Timestamp,
            head.Header.Timestamp + (activeNow - facts.ActiveTime),
            activeNow,
            facts.IsPaused,
            tip,
            await TipTimeAsync(asked, head, cursor, cancellationToken),
            hasRivals,
            InclusionPolicy.Measured(took),
            CatchingUpTo(_last, head.Header.Number, tip),
            new NodeStanding(facts.Payee, facts.Stake, free.Value, facts.Balance),
            Agreement.Middle([.. news.Select(one => one.GasPrice)]),
            Agreement.Middle([.. news.Select(one => one.BytePrice)]),
            facts.KeyBalance);
    }

    private async Task<News> NewsOfAsync(EthereumClient client, CancellationToken cancellationToken)
    {
        var head = await client.GetHeaderAsync(BlockTag.Latest, cancellationToken)
            ?? throw new RpcException(client.Endpoint.Name, "eth_getBlockByNumber", new RpcError.Malformed("There is no latest block."));
        var pending = await new IHubContract(client, deployment.Hub).CallActiveTimeAsync(BlockTag.Pending, cancellationToken);
        var gasPrice = await client.GetGasPriceAsync(cancellationToken);
        return new News(client.Endpoint.Name, head, pending, gasPrice, await DataFeeReading.PerByteAsync(dataFees, client, BlockTag.At(head.Hash), cancellationToken));
    }

    private async Task<Facts> FactsOfAsync(EthereumClient client, BlockTag then, CancellationToken cancellationToken)
    {
        var hub = new IHubContract(client, deployment.Hub);
        var active = await hub.CallActiveTimeAsync(then, cancellationToken);
        var isPaused = await hub.CallIsPausedAsync(then, cancellationToken);
        var register = await new INodeRegistryContract(client, deployment.Nodes).CallNodeOfAsync(node, then, cancellationToken);
        var balance = await hub.CallBalanceOfAsync(node, then, cancellationToken);
        return new Facts(active, isPaused, register.Payee, register.Stake - register.Unbonding, balance, await client.GetBalanceAsync(node, then, cancellationToken));
    }

    // An endpoint that has replaced the tip, or pruned it, does not know it: then what was known holds on, and nothing is given up meanwhile.
    private async Task<ulong> TipTimeAsync(EndpointQuorum asked, SealedHeader head, ChainCursor cursor, CancellationToken cancellationToken)
    {
        if (cursor.IsEmpty)
            return 0;
        if (cursor.Tip.Hash == head.Hash)
            return head.Header.Timestamp;
        return await TimeOfAsync(asked, cursor.Tip, cancellationToken) ?? _last?.TipTime ?? 0;
    }

    private static async Task<ulong?> TimeOfAsync(EndpointQuorum asked, BlockRef block, CancellationToken cancellationToken) => (await asked.FindAgreedAsync(
        async (client, token) =>
        {
            var answer = await client.TrySendAsync(Eth.GetHeader(BlockTag.At(block.Hash)), token);
            return new Told<ulong?>(answer.TryGet(out var known, out _) ? known?.Header.Timestamp : null);
        },
        cancellationToken))?.Value;

    // At the start up to the head, whatever is missing: a relayer that was away for a minute has missed who answered meanwhile.
    private static BlockNumber? CatchingUpTo(Look? last, BlockNumber head, BlockNumber tip)
    {
        var goal = last is null || (head > tip && head.Value - tip.Value > MostLag) ? head : last.CatchingUpTo;
        return goal is { } to && tip < to && tip < head ? to : null;
    }

    /// <summary>What an endpoint says of now.</summary>
    private sealed record News(string Endpoint, SealedHeader Head, ulong PendingActiveTime, Wei GasPrice, Wei BytePrice);

    /// <summary>What an endpoint says of a block, in which all of them must say the same.</summary>
    private sealed record Facts(ulong ActiveTime, bool IsPaused, Address Payee, UInt256 Stake, UInt256 Balance, Wei KeyBalance);

    private sealed record Told<T>(T Value);

    private sealed record Look(
        long At, ulong HeadTime, ulong ChainTime, ulong ActiveTime, bool IsPaused, BlockNumber Tip, ulong TipTime, bool HasRivals, ulong InclusionSeconds,
        BlockNumber? CatchingUpTo,
        NodeStanding Standing, Wei WeiPerGas, Wei WeiPerByte, Wei KeyBalance);
}
