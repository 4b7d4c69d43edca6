using Microsoft.Extensions.Logging;
using OpenGradient.Attestation.Binding;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateService.Answering;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Private;

// The keys go to the gateway, which disposes of them.
#pragma warning disable CA2000

/// <summary>What a private role is made of.</summary>
/// <param name="Ring">The keys that may be used.</param>
/// <param name="EvidenceOf">Finds a key's evidence by its hash; null where nothing is written of it.</param>
/// <param name="Hub">The hub that receipts are for.</param>
/// <param name="Node">Our node.</param>
/// <param name="Chain">Tells whom its operator has named to be paid.</param>
/// <param name="Models">Who answers what is asked beside the chain.</param>
/// <param name="Requests">Who answers what is asked through the hub.</param>
public sealed record PrivateParts(
    KeyRing Ring, Func<Hash32, CancellationToken, Task<KeyEvidence?>> EvidenceOf, HubDomain Hub, Address Node, IChainWatch Chain, IPrivateModels Models,
    IHubRequests Requests);

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
        var answering = new GatewayOptions { Node = parts.Node, Payee = () => parts.Chain.Standing.Payee, Hub = parts.Hub };
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
        var now = _parts.Chain.Now;
        if (_parts.Ring.Usable(now) is not { } key)
        {
            _gateway.Close(isClosed: true);
            return;
        }

        if (key.KeyEpoch > _epoch && await FindKeysAsync(key, cancellationToken) is { } next)
        {
            _host.Rotate(next);
            _epoch = key.KeyEpoch;
        }

        // A key that is replaced drains; one that was taken away does not.
        _gateway.EndFormerUnless(signer => _parts.Ring.MaySign(signer, now));
        // What is handed out is the newest key: where that may not sign, an older one that may does not help.
        _gateway.Close(isClosed: key.KeyEpoch != _epoch);
    }

    /// <summary>Lets nobody in any more, and finishes what is in hand; what takes longer than this is cut off.</summary>
    public Task StopAsync(TimeSpan limit) => _host.StopAsync(limit);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _gateway.Dispose();
    }

    private async Task<GatewayKeys?> FindKeysAsync(UsableKey key, CancellationToken cancellationToken) =>
        _parts.Ring.HpkeOf(key.Signer.Address) is { } hpke && await _parts.EvidenceOf(key.EvidenceHash, cancellationToken) is { } evidence
            ? new GatewayKeys(evidence, hpke, key.Signer, isBorrowed: true)
            : null;
}
