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
    IPendingKeys register, IBlockWitnesses blocks, KeyJudge judge, ClaimMemory claims, OwnCollateral collateral, IDatabase database, ITransactionQueue queue, IOrders orders,
    IAttestedKeysContract contract, Address attester, ulong inclusionSeconds, ILogger<KeyVeto> logger) : ITimedWork
{
    /// <summary>How many pending keys are known at once. Each was let pass by several attesters: so many at a time nobody has seen.</summary>
    public const int MostPending = 1_024;

    // Of more the ones that were not looked at for longest come first.
    private const int MostLooks = 256;
    private const int MostChanges = 100;

    // The last blocks are read again each time: what a reorganisation puts there is new though its numbers are old.
    private const ulong ReadAgain = 128;

    private readonly Dictionary<Address, Watched> _pending = [];
    private readonly Queue<Address> _turns = new();
    private BlockNumber? _after;

    /// <summary>Told of every claim that is brought.</summary>
    public ClaimMemory Claims { get; } = claims;

    public string Name => "attestation-veto";

    public TimeSpan Every => TimeSpan.FromSeconds(15);

    // What was claimed is known to the process that it was brought to.
    public WorkScope Scope => WorkScope.Replica;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _after = Remember(await register.RegisteredSinceAsync(_after, cancellationToken));
        if (_pending.Count == 0 || !await register.IsAttesterAsync(attester, cancellationToken))
            return;
        var own = await collateral.ReadAsync(cancellationToken);
        for (var left = Math.Min(MostLooks, _turns.Count); left > 0; left--)
        {
            var signer = _turns.Dequeue();
            var isPending = true;
            try
            {
                isPending = await LookAsync(signer, own, cancellationToken);
            }
            finally
            {
                // What broke comes last the next time, so that the others come at all.
                if (isPending)
                    _turns.Enqueue(signer);
                else
                    _pending.Remove(signer);
            }
        }
    }

    // Gives after which block to read on. Where no more fit, that is before the first that does not: none is passed over.
    private BlockNumber? Remember(RegistrationReading reading)
    {
        foreach (var (signer, block) in reading.Signers)
        {
            if (_pending.ContainsKey(signer))
                continue;
            if (_pending.Count == MostPending)
            {
                logger.TooManyPending(MostPending, block.Value);
                return Before(block, 1);
            }

            _pending.Add(signer, new Watched("", IsVetoed: false));
            _turns.Enqueue(signer);
        }

        return Before(reading.UpTo, ReadAgain);
    }

    private static BlockNumber Before(BlockNumber block, ulong blocks) => new(block.Value - Math.Min(block.Value, blocks));

    // Whether it has to be looked at again.
    private async Task<bool> LookAsync(Address signer, IReadOnlyList<CollateralFile> own, CancellationToken cancellationToken)
    {
        if (await register.StandingAsync(signer, cancellationToken) is not { State: KeyState.Pending } key || key.Time >= key.ActiveFrom)
            return false;
        var watched = _pending[signer];
        if (watched.IsVetoed)
            return true;

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
                _pending[signer] = new Watched(reason, IsVetoed: true);
                logger.KeyVetoOrdered(signer.ToString(), key.Registration.KeyEpoch, key.Registration.Node.ToString(), reason);
                break;
            case VetoDecision.Leave(var reason) when watched.Said != reason:
                _pending[signer] = new Watched(reason, IsVetoed: false);
                logger.KeyLeft(signer.ToString(), key.Registration.KeyEpoch, key.Registration.Node.ToString(), reason);
                break;
            default:
                break;
        }

        return true;
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

    // What was said last of a key that is not valid yet.
    private sealed record Watched(string Said, bool IsVetoed);
}
