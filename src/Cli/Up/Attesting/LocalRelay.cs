using Microsoft.Extensions.Logging;
using OpenGradient.Cli.Up.Local;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateService.Relaying;

namespace OpenGradient.Cli.Up.Attesting;

// The loggers go to the relay, and are disposed of with it, also when its start fails half-way.
#pragma warning disable CA2000

/// <summary>The relay before the attested node's gateway: it sees who asks, and the gateway sees what.</summary>
internal sealed class LocalRelay : IAsyncDisposable
{
    private readonly RelayHost _host;
    private readonly ILoggerFactory _loggers;

    private LocalRelay(RelayHost host, ILoggerFactory loggers) => (_host, _loggers) = (host, loggers);

    public Uri Address => _host.Address;

    public static async Task<LocalRelay> StartAsync(LocalNode node, NodeLogs logs, CancellationToken cancellationToken)
    {
        var gateway = node.Gateway ?? throw new InvalidOperationException($"{node.Name} takes no private requests.");
        var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Warning));
        try
        {
            var options = new RelayOptions { Gateways = new Dictionary<Address, Uri> { [node.Address] = gateway } };
            return new LocalRelay(await RelayHost.StartAsync(new Uri("http://127.0.0.1:0"), options, TimeProvider.System, loggers, cancellationToken), loggers);
        }
        catch
        {
            loggers.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _loggers.Dispose();
    }
}
