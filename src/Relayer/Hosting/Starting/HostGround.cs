using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Proving.Schema;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Sending;

namespace OpenGradient.Relayer.Hosting.Starting;

/// <summary>What every host stands on: the chain that the contracts are on, the database, metrics, and a name of its own.</summary>
internal sealed record HostGround(IReadOnlyList<EthereumClient> Clients, IDatabase Database, IMeterFactory Meters, string Owner, InstanceRegister Register)
{
    public static async Task<HostGround> OpenAsync(RelayerOptions options, HostLife life, InstanceRole role, ILogger logger, TimeProvider clock, CancellationToken cancellationToken)
    {
        var clients = life.Connect(options.Endpoints, clock);
        await ChainCheck.HoldAsync(clients, options.Deployment.ChainId, logger, cancellationToken);
        var database = life.Own(await DatabaseFactory.OpenAsync(
            options.Database, [.. TransactionQueue.Migrations, RelayerSchema.Migrations, OperationsSchema.Migrations, AttestingSchema.Migrations, ProvingSchema.Migrations], clock, cancellationToken));
        var metrics = life.Own(new ServiceCollection().AddMetrics().BuildServiceProvider());
        var owner = InstanceRegister.NewOwner();
        if (options.OtlpEndpoint is { } collector)
            life.Own(TraceExport.Start(collector, owner));
        var register = new InstanceRegister(database, owner, options.Schedule.Silence, clock, role);
        life.Own(register.Leaving());
        return new HostGround(clients, database, metrics.GetRequiredService<IMeterFactory>(), owner, register);
    }
}
