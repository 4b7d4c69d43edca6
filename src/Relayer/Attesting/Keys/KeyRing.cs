using OpenGradient.Attestation.Binding;
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
/// <param name="curve">What keys are born on.</param>
public sealed class KeyRing(bool isDevelopment, ulong inclusionSeconds, TimeProvider clock, KeyCurve curve = KeyCurve.Secp256k1) : IDisposable
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

            var fresh = BornKey.Make(epoch, curve);
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
        lock (_gate)
        {
            foreach (var known in Serving(now))
            {
                if (_keys.Find(key => key.Signer.Address == known.Signer) is { } born)
                    return new UsableKey(born.Signer, known.KeyEpoch, known.EvidenceHash, known.WorkloadId, known.RootLabel, known.ValidUntil);
            }
        }

        return null;
    }

    /// <summary>Whether a key may sign what is mined soon, also where a newer one may, too.</summary>
    public bool MaySign(Address signer, Moment now) => Holds(signer) && Serving(now).Any(known => known.Signer == signer);

    public void Dispose()
    {
        lock (_gate)
        {
            _keys.ForEach(key => key.Dispose());
            _keys.Clear();
        }
    }

    // The newest first; none where nobody knows how they stand.
    private IEnumerable<RegisteredKey> Serving(Moment now) => _last is not { } look || clock.GetElapsedTime(look.At) > OldestLook ? [] : look.Situation.Held.Where(
        known => known.State == KeyState.Active && known.ActiveFrom <= now.HeadTime && now.ChainTime + inclusionSeconds < known.ValidUntil
            && (isDevelopment || !known.IsEmulated));

    private sealed record Look(long At, KeySituation Situation);
}

/// <summary>A key that was made here, and with it one that private requests are sealed to.</summary>
public sealed class BornKey : IDisposable
{
    private readonly IDisposable _secret;

    private BornKey(ulong epoch, SigningPoint publicKey, IReceiptSigner signer, IDisposable secret) =>
        (Epoch, PublicKey, Signer, _secret) = (epoch, publicKey, signer, secret);

    /// <summary>The epoch that it is meant for.</summary>
    public ulong Epoch { get; }

    public SigningPoint PublicKey { get; }

    public IReceiptSigner Signer { get; }

    public HpkeKeyPair Hpke { get; } = HpkeKeyPair.Generate();

    public void Dispose()
    {
        _secret.Dispose();
        Hpke.Dispose();
    }

    internal static BornKey Make(ulong epoch, KeyCurve curve)
    {
        if (curve == KeyCurve.P256)
        {
            var other = P256Key.Generate();
            return new BornKey(epoch, SigningPoint.FromP256(other), new P256ReceiptSigner(other), other);
        }

        var key = PrivateKey.Generate();
        var signer = new LocalSigner(key);
        return new BornKey(epoch, key.PublicKey, new Secp256k1ReceiptSigner(signer), signer);
    }
}

/// <summary>What keys that sign receipts are born on.</summary>
public enum KeyCurve
{
    /// <summary>Every chain checks it, for the least gas.</summary>
    Secp256k1 = 0,

    /// <summary>What secure hardware and certificates know. The chain needs the precompile of EIP-7951: without it the register takes no such key.</summary>
    P256 = 1,
}

/// <summary>A key that may sign receipts now.</summary>
/// <param name="Signer">The key.</param>
/// <param name="KeyEpoch">What receipts name.</param>
/// <param name="EvidenceHash">What they name, too.</param>
/// <param name="WorkloadId">What runs here.</param>
/// <param name="RootLabel">"production" or "emulated".</param>
/// <param name="ValidUntil">When it ends, as chain time.</param>
public sealed record UsableKey(IReceiptSigner Signer, ulong KeyEpoch, Hash32 EvidenceHash, Hash32 WorkloadId, string RootLabel, ulong ValidUntil)
{
    /// <summary>Whether a request takes answers of what runs here.</summary>
    public bool Serves(IReadOnlyList<Hash32> acceptedWorkloads) => acceptedWorkloads.Count == 0 || acceptedWorkloads.Contains(WorkloadId);
}
