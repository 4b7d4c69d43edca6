using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Earnings;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Sending;

namespace OpenGradient.Relayer.Hosting;

/// <summary>What timed work is made of.</summary>
internal sealed record TimedParts(
    RelayerOptions Options, IReadOnlyList<EthereumClient> Clients, IDatabase Database, ITransactionQueue Queue, IOrders Orders, Address Node, ChainWatch Chain,
    PriceBoard Prices, InstanceRegister Register, JobSignal Signal, HttpClient Web, Func<Uri> Address, ILoggerFactory Loggers, TimeProvider Clock,
    IReadOnlyList<ITimedWork> OfRoles);

/// <summary>All that a relayer does by the clock.</summary>
internal static class TimedWorks
{
    public static IReadOnlyCollection<ITimedWork> Of(TimedParts parts)
    {
        var (schedule, deployment) = (parts.Options.Schedule, parts.Options.Deployment);
        List<ITimedWork> works =
        [
            new Heartbeat(parts.Register, parts.Address, schedule),
            new Reaper(parts.Register, parts.Signal, parts.Loggers.CreateLogger<Reaper>(), schedule),
            new Bookkeeper(parts.Database, deployment.HubTerms, parts.Prices, schedule, parts.Loggers.CreateLogger<Bookkeeper>()),
            new EarningsCollector(
                new EarningsBook(parts.Database, parts.Queue, parts.Orders, parts.Clock), parts.Clients, deployment, parts.Node, parts.Chain, parts.Prices,
                schedule, parts.Loggers.CreateLogger<EarningsCollector>()),
            new Pruner(parts.Database, deployment.ChainId, schedule, parts.Chain.TimeOfAsync, parts.Loggers.CreateLogger<Pruner>(), parts.Clock),
        ];
        if (parts.Options.Price.Source is { } source)
        {
            works.Add(new PriceFetcher(parts.Database, source, parts.Web, schedule, parts.Loggers.CreateLogger<PriceFetcher>(), parts.Clock));
            works.Add(new PricePosting(parts.Database, source, parts.Prices));
        }

        works.AddRange(parts.OfRoles);
        return works;
    }
}
