using Microsoft.Extensions.Logging;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Earnings;

/// <summary>
/// Collects for the node's payee what became final, when that pays. It is kept by hours: what is asked of the chain, and what is ordered, are hours that
/// are over, in which nothing more can be earned.
/// </summary>
public sealed class EarningsCollector(
    EarningsBook book, IReadOnlyList<EthereumClient> endpoints, Deployment deployment, Address node, IChainWatch chain, PriceBoard prices,
    ScheduleOptions options, ILogger<EarningsCollector> logger) : ITimedWork
{
    private const ulong DaySeconds = 86_400;

    private readonly CollectPolicy _policy = new(options.LeastCollected);

    public string Name => "collector";

    public TimeSpan Every => options.Collecting;

    public WorkScope Scope => WorkScope.Cluster;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var payee = chain.Standing.Payee;
        var activeTime = chain.Now.ActiveTime;
        await book.FindAsync(payee, activeTime, cancellationToken);
        var hours = await book.WaitingAsync(payee, cancellationToken);
        if (hours.Count == 0)
            return;

        foreach (var endpoint in endpoints)
        {
            try
            {
                await CollectAsync(endpoint, payee, hours, activeTime, cancellationToken);
                return;
            }
            catch (RpcException) when (endpoint != endpoints[^1])
            {
                // The next one is asked; what the last one says is the failure.
            }
        }
    }

    private async Task CollectAsync(
        EthereumClient endpoint, Address payee, IReadOnlyList<WaitingHour> hours, ulong activeTime, CancellationToken cancellationToken)
    {
        var hub = new IHubContract(endpoint, deployment.Hub);
        var total = UInt256.Zero;
        List<ulong> full = [];
        List<ulong> empty = [];
        foreach (var hour in hours)
        {
            var amount = await hub.CallEarningsOfAsync(payee, hour.HourEnd, BlockTag.Latest, cancellationToken);
            total += amount;
            if (!amount.IsZero)
                full.Add(hour.HourEnd);
            // Others may collect for us, too; a day later no reorganisation brings it back.
            else if (hour.IsOrderFinal || activeTime > hour.HourEnd + DaySeconds)
                empty.Add(hour.HourEnd);
        }

        await book.CloseAsync(payee, empty, cancellationToken);
        if (full.Count == 0)
            return;

        var call = hub.PrepareCollect(payee, full);
        var gas = await endpoint.EstimateGasAsync(new CallRequest { From = node, To = call.To, Data = call.Data }, BlockTag.Latest, cancellationToken: cancellationToken);
        if (!_policy.Pays(total, prices.Costs.CostOf(gas, chain.WeiPerGas), full[0], activeTime))
            return;
        var isOrdered = await book.OrderAsync(
            payee, full, key => new Order(key, call.To, call.Data, GasLimit: null, OrderPurpose.Collect), cancellationToken);
        if (isOrdered)
            logger.Collecting(full.Count, total.ToString(), payee.ToString());
    }
}
