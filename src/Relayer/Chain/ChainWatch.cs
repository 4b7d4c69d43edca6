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
/// <see cref="Age"/>. The chain's time goes on between two looks by a clock that nobody can set.
/// </summary>
public sealed class ChainWatch(
    IReadOnlyList<EthereumClient> endpoints, IDatabase database, Deployment deployment, Address node, ILogger<ChainWatch> logger, TimeProvider clock) : IChainWatch
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
            };
        }
    }

    public NodeStanding Standing => Last.Standing;

    public Wei WeiPerGas => Last.WeiPerGas;

    /// <summary>What the node's key has for gas.</summary>
    public Wei KeyBalance => Last.KeyBalance;

    public bool IsCatchingUp => Last.CatchingUpTo is not null;

    private Look Last => _last ?? throw new InvalidOperationException("The chain was not looked at yet.");

    /// <summary>Looks once, for a start that knows where it stands. Throws what the last endpoint threw when none answers.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            using var limit = new CancellationTokenSource(LookLimit, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                _last = await LookAsync(endpoints[i], either.Token);
                return;
            }
            catch (Exception failure) when (IsOfTheEndpoint(failure, cancellationToken) && i + 1 < endpoints.Count)
            {
                logger.LookFailed(endpoints[i].Endpoint.Name, failure.Message);
            }
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
                    logger.LookFailed("every endpoint", failure.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
    }

    private static bool IsOfTheEndpoint(Exception failure, CancellationToken stopping) =>
        failure is RpcException or ContractRevertedException or AbiException
        || (failure is OperationCanceledException && !stopping.IsCancellationRequested);

    private async Task<Look> LookAsync(EthereumClient client, CancellationToken cancellationToken)
    {
        var at = clock.GetTimestamp();
        var head = await client.GetHeaderAsync(BlockTag.Latest, cancellationToken)
            ?? throw new RpcException(client.Endpoint.Name, "eth_getBlockByNumber", new RpcError.Malformed("There is no latest block."));
        var hub = new IHubContract(client, deployment.Hub);
        var nodes = new INodeRegistryContract(client, deployment.Nodes);
        var then = BlockTag.At(head.Hash);
        var activeThen = await hub.CallActiveTimeAsync(then, cancellationToken);
        // On a chain that makes blocks only when there is something to put in, the last one may be old.
        var activeNow = Math.Max(activeThen, await hub.CallActiveTimeAsync(BlockTag.Pending, cancellationToken));
        var isPaused = await hub.CallIsPausedAsync(then, cancellationToken);
        var register = await nodes.CallNodeOfAsync(node, then, cancellationToken);
        var free = await nodes.CallFreeStakeOfAsync(node, activeNow, then, cancellationToken);
        var balance = await hub.CallBalanceOfAsync(node, then, cancellationToken);
        var price = await client.GetGasPriceAsync(cancellationToken);
        var gas = await client.GetBalanceAsync(node, then, cancellationToken);
        var (cursor, hasRivals) = await database.ReadAsync(
            async session => (await HubCursor.Table.ReadAsync(session, deployment.ChainId), await Rivals.AreThereAsync(session, node, clock.GetUtcNow())),
            cancellationToken);
        var tip = cursor.IsEmpty ? new BlockNumber(0) : cursor.Tip.Number;
        if (head.Number + UsualLag < tip)
            throw new RpcException(client.Endpoint.Name, "eth_getBlockByNumber", new RpcError.Malformed($"Its head {head.Number} lies behind block {tip}, which is stored."));
        return new Look(
            at,
            head.Header.Timestamp,
            head.Header.Timestamp + (activeNow - activeThen),
            activeNow,
            isPaused,
            tip,
            await TipTimeAsync(client, head, cursor, cancellationToken),
            hasRivals,
            CatchingUpTo(_last, head.Header.Number, tip),
            new NodeStanding(register.Payee, register.Stake - register.Unbonding, free, balance),
            price,
            gas);
    }

    // An endpoint that has replaced the tip, or pruned it, does not know it: then what was known holds on, and nothing is given up meanwhile.
    private async Task<ulong> TipTimeAsync(EthereumClient client, SealedHeader head, ChainCursor cursor, CancellationToken cancellationToken)
    {
        if (cursor.IsEmpty)
            return 0;
        if (cursor.Tip.Hash == head.Hash)
            return head.Header.Timestamp;
        var known = await client.TrySendAsync(Eth.GetHeader(BlockTag.At(cursor.Tip.Hash)), cancellationToken);
        return known.TryGet(out var tip, out _) && tip is not null ? tip.Header.Timestamp : _last?.TipTime ?? 0;
    }

    // At the start up to the head, whatever is missing: a relayer that was away for a minute has missed who answered meanwhile.
    private static BlockNumber? CatchingUpTo(Look? last, BlockNumber head, BlockNumber tip)
    {
        var goal = last is null || (head > tip && head.Value - tip.Value > MostLag) ? head : last.CatchingUpTo;
        return goal is { } to && tip < to && tip < head ? to : null;
    }

    private sealed record Look(
        long At, ulong HeadTime, ulong ChainTime, ulong ActiveTime, bool IsPaused, BlockNumber Tip, ulong TipTime, bool HasRivals, BlockNumber? CatchingUpTo,
        NodeStanding Standing, Wei WeiPerGas, Wei KeyBalance);
}
