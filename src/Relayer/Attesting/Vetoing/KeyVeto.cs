using Microsoft.Extensions.Logging;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Keys;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Archive;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Sending;

namespace OpenGradient.Relayer.Attesting.Vetoing;

/// <summary>
/// Looks again at the evidence of every key that becomes valid soon, with what is known now, and vetoes those that <see cref="VetoPolicy"/> says. It looks
/// until the key is valid: what a vendor revokes meanwhile counts.
/// </summary>
public sealed class KeyVeto(
    IPendingKeys register, IBlockWitnesses blocks, KeyJudge judge, ClaimMemory claims, CollateralArchive? archive, IDatabase database, ITransactionQueue queue, IOrders orders,
    IAttestedKeysContract contract, Address attester, ulong inclusionSeconds, ILogger<KeyVeto> logger) : ITimedWork
{
    private const int MostPending = 256;
    private const int MostChanges = 100;

    private readonly Dictionary<Address, string> _pending = [];
    private BlockNumber? _upTo;

    /// <summary>Told of every claim that is brought.</summary>
    public ClaimMemory Claims { get; } = claims;

    public string Name => "attestation-veto";

    public TimeSpan Every => TimeSpan.FromSeconds(15);

    // What was claimed is known to the process that it was brought to.
    public WorkScope Scope => WorkScope.Replica;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var reading = await register.RegisteredSinceAsync(_upTo, cancellationToken);
        _upTo = reading.UpTo;
        foreach (var signer in reading.Signers.TakeLast(MostPending))
        {
            if (_pending.Count < MostPending)
                _pending.TryAdd(signer, "");
        }

        if (_pending.Count == 0 || !await register.IsAttesterAsync(attester, cancellationToken))
            return;
        var own = archive is null ? [] : await archive.ReadCurrentAsync(cancellationToken);
        foreach (var signer in _pending.Keys.ToList())
            await LookAsync(signer, own, cancellationToken);
    }

    private async Task LookAsync(Address signer, IReadOnlyList<CollateralFile> own, CancellationToken cancellationToken)
    {
        if (await register.StandingAsync(signer, cancellationToken) is not { State: KeyState.Pending } key || key.Time >= key.ActiveFrom)
        {
            _pending.Remove(signer);
            return;
        }

        List<IReadOnlyList<RefusalReason>> rechecks = [];
        foreach (var claim in Claims.Find(key.Registration.EvidenceHash))
        {
            if (await blocks.FindAsync(claim.BlockHash, cancellationToken) is { } block && judge.Recheck(claim, block, key.Registration, own) is { } reasons)
                rechecks.Add(reasons);
        }

        switch (VetoPolicy.Decide(key, inclusionSeconds, rechecks))
        {
            case VetoDecision.Veto(var reason):
                await VetoAsync(signer, reason, cancellationToken);
                _pending.Remove(signer);
                logger.KeyVetoOrdered(signer.ToString(), key.Registration.KeyEpoch, key.Registration.Node.ToString(), reason);
                break;
            case VetoDecision.Leave(var reason) when _pending[signer] != reason:
                _pending[signer] = reason;
                logger.KeyLeft(signer.ToString(), key.Registration.KeyEpoch, key.Registration.Node.ToString(), reason);
                break;
            default:
                break;
        }
    }

    private Task VetoAsync(Address signer, string reason, CancellationToken cancellationToken)
    {
        var call = contract.PrepareVeto(signer, reason);
        return database.WriteAsync(
            async session =>
            {
                // Nobody else follows these orders: taking their changes lets them be forgotten one day.
                await queue.TakeChangesAsync(session, QueuedOrders.NameOf(OrderPurpose.Register), MostChanges);
                await orders.PlaceAsync(session, new Order($"veto:{signer}", call.To, call.Data, GasLimit: null, OrderPurpose.Register));
            },
            cancellationToken);
    }
}
