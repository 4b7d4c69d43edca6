using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.PrivateRequests.Hpke;
using OpenGradient.Relayer.Chain;

namespace OpenGradient.Relayer.Attesting.Keys;

// A key that is made here goes to its holder, and is disposed of with it.
#pragma warning disable CA2000

/// <summary>
/// The keys that were born in this process, and which of them may sign now. Their secrets are nowhere else: they end with the process, and whoever reads its
/// database finds none. What the register last said of them is kept here, so that nobody who signs has to ask.
/// </summary>
/// <param name="isDevelopment">Whether keys under emulated roots count.</param>
/// <param name="inclusionSeconds">How long a transaction takes to be mined: a key that ends before that signs no more.</param>
/// <param name="clock">The time.</param>
public sealed class KeyRing(bool isDevelopment, ulong inclusionSeconds, TimeProvider clock) : IDisposable
{
    // One that is on its way, one that signs, one that drains, and one that came to nothing.
    private const int MostKeys = 4;

    // Who does not know how a key stands does not sign with it.
    private static readonly TimeSpan OldestLook = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<BornKey> _keys = [];
    private volatile Look? _last;

    /// <summary>How the register had them when it was last looked at; null before that.</summary>
    public KeySituation? Situation => _last?.Situation;

    /// <summary>The addresses of all keys that are held.</summary>
    public IReadOnlyCollection<Address> Signers
    {
        get
        {
            lock (_gate)
                return [.. _keys.Select(key => key.Signer.Address)];
        }
    }

    /// <summary>The key for an epoch: made when it is first asked for, and the same until the epoch is another's.</summary>
    public BornKey KeyFor(ulong epoch)
    {
        lock (_gate)
        {
            if (_keys.Find(key => key.Epoch == epoch) is { } born)
                return born;
            if (_keys.Count == MostKeys)
            {
                _keys[0].Dispose();
                _keys.RemoveAt(0);
            }

            var fresh = BornKey.Make(epoch);
            _keys.Add(fresh);
            return fresh;
        }
    }

    public bool Holds(Address signer)
    {
        lock (_gate)
            return _keys.Exists(key => key.Signer.Address == signer);
    }

    /// <summary>What private requests are sealed to under the key of an epoch: born, attested and registered with it. Null where it is not held. It stays the ring's.</summary>
    public HpkeKeyPair? HpkeOf(Address signer)
    {
        lock (_gate)
            return _keys.Find(key => key.Signer.Address == signer)?.Hpke;
    }

    /// <summary>Forgets a key that was never registered: its epoch went to another, or its registration failed.</summary>
    public void Forget(Address signer)
    {
        lock (_gate)
        {
            if (_keys.Find(key => key.Signer.Address == signer) is not { } born)
                return;
            _keys.Remove(born);
            born.Dispose();
        }
    }

    /// <summary>Notes what the register says now.</summary>
    public void Post(KeySituation situation) => _last = new Look(clock.GetTimestamp(), situation);

    /// <summary>The newest key that may sign what is mined soon; null where there is none.</summary>
    public UsableKey? Usable(Moment now)
    {
        if (_last is not { } look || clock.GetElapsedTime(look.At) > OldestLook)
            return null;
        lock (_gate)
        {
            foreach (var known in look.Situation.Held)
            {
                var mayServe = known.State == KeyState.Active && known.ActiveFrom <= now.HeadTime && now.ChainTime + inclusionSeconds < known.ValidUntil
                    && (isDevelopment || !known.IsEmulated);
                if (mayServe && _keys.Find(key => key.Signer.Address == known.Signer) is { } born)
                    return new UsableKey(born.Signer, known.KeyEpoch, known.EvidenceHash, known.WorkloadId, known.RootLabel, known.ValidUntil);
            }
        }

        return null;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _keys.ForEach(key => key.Dispose());
            _keys.Clear();
        }
    }

    private sealed record Look(long At, KeySituation Situation);
}

/// <summary>A key that was made here, and with it one that private requests are sealed to.</summary>
public sealed class BornKey : IDisposable
{
    private readonly LocalSigner _signer;

    private BornKey(ulong epoch, PublicKey publicKey, LocalSigner signer) => (Epoch, PublicKey, _signer) = (epoch, publicKey, signer);

    /// <summary>The epoch that it is meant for.</summary>
    public ulong Epoch { get; }

    public PublicKey PublicKey { get; }

    public ISigner Signer => _signer;

    public HpkeKeyPair Hpke { get; } = HpkeKeyPair.Generate();

    public void Dispose()
    {
        _signer.Dispose();
        Hpke.Dispose();
    }

    internal static BornKey Make(ulong epoch)
    {
        var key = PrivateKey.Generate();
        return new BornKey(epoch, key.PublicKey, new LocalSigner(key));
    }
}

/// <summary>A key that may sign receipts now.</summary>
/// <param name="Signer">The key.</param>
/// <param name="KeyEpoch">What receipts name.</param>
/// <param name="EvidenceHash">What they name, too.</param>
/// <param name="WorkloadId">What runs here.</param>
/// <param name="RootLabel">"production" or "emulated".</param>
/// <param name="ValidUntil">When it ends, as chain time.</param>
public sealed record UsableKey(ISigner Signer, ulong KeyEpoch, Hash32 EvidenceHash, Hash32 WorkloadId, string RootLabel, ulong ValidUntil)
{
    /// <summary>Whether a request takes answers of what runs here.</summary>
    public bool Serves(IReadOnlyList<Hash32> acceptedWorkloads) => acceptedWorkloads.Count == 0 || acceptedWorkloads.Contains(WorkloadId);
}
