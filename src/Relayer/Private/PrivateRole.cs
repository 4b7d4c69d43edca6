using Microsoft.Extensions.Logging;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateService.Answering;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Private;

// The keys go to the gateway, which disposes of them.
#pragma warning disable CA2000

/// <summary>What a private role is made of.</summary>
public sealed record PrivateParts(AttestedRole Attested, HubDomain Hub, Address Node, IChainWatch Chain, IPrivateModels Models, IHubRequests Requests);

/// <summary>
/// The private role of an attested node: a gateway whose keys are those that the chain has registered. It opens nothing before one of them is valid, changes over with
/// them, and opens nothing any more once they may not sign.
/// </summary>
public sealed class PrivateRole : ITimedWork, IAsyncDisposable
{
    private readonly PrivateParts _parts;
    private readonly RequestGateway _gateway;
    private readonly GatewayHost _host;
    private ulong _epoch;

    private PrivateRole(PrivateParts parts, RequestGateway gateway, GatewayHost host) => (_parts, _gateway, _host) = (parts, gateway, host);

    /// <summary>Where it answers.</summary>
    public Uri Address => _host.Address;

    public string Name => "private-gateway-keys";

    public TimeSpan Every => TimeSpan.FromSeconds(1);

    public WorkScope Scope => WorkScope.Replica;

    public static async Task<PrivateRole> OpenAsync(PrivateOptions options, PrivateParts parts, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var answering = new GatewayOptions { Node = parts.Node, Payee = parts.Chain.Standing.Payee, Hub = parts.Hub };
        var gateway = new RequestGateway(answering, keys: null, parts.Models, clock, parts.Requests);
        try
        {
            return new PrivateRole(parts, gateway, await GatewayHost.StartAsync(options.Listen, gateway, clock, loggers, cancellationToken));
        }
        catch
        {
            gateway.Dispose();
            throw;
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_parts.Attested.Ring.Usable(_parts.Chain.Now) is not { } key)
        {
            _gateway.Close(isClosed: true);
            return;
        }

        if (key.KeyEpoch > _epoch && await FindKeysAsync(key, cancellationToken) is { } next)
        {
            _host.Rotate(next);
            _epoch = key.KeyEpoch;
        }

        // What is handed out is the newest key: where that may not sign, an older one that may does not help.
        _gateway.Close(isClosed: key.KeyEpoch != _epoch);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _gateway.Dispose();
    }

    private async Task<GatewayKeys?> FindKeysAsync(UsableKey key, CancellationToken cancellationToken) =>
        _parts.Attested.Ring.HpkeOf(key.Signer.Address) is { } hpke && await _parts.Attested.EvidenceOfAsync(key.EvidenceHash, cancellationToken) is { } evidence
            ? new GatewayKeys(evidence, hpke, key.Signer, isBorrowed: true)
            : null;
}
