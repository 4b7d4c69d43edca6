using System.Security.Cryptography;

namespace OpenGradient.PrivateRequests.Hpke;

/// <summary>
/// HPKE in base mode with DHKEM(P-256, HKDF-SHA256) and HKDF-SHA256: what both sides hold once one has encapsulated to the other's key. One side seals and the
/// other opens, in the same order.
/// </summary>
internal sealed class HpkeContext : IDisposable
{
    public const int Kem = 0x0010;
    public const int Kdf = 0x0001;

    private const int SecretBytes = 32;
    private const byte BaseMode = 0;

    private static readonly byte[] KemSuite = [.. "KEM"u8, 0x00, 0x10];

    private readonly byte[] _suite;
    private readonly byte[] _key;
    private readonly byte[] _baseNonce;
    private readonly byte[] _exporter;
    private ulong _sequence;

    private HpkeContext(HpkeAead aead, byte[] sharedSecret, ReadOnlySpan<byte> info)
    {
        Aead = aead;
        _suite = [.. "HPKE"u8, 0x00, 0x10, 0x00, 0x01, 0x00, (byte)aead];
        byte[] schedule = [BaseMode, .. LabeledKdf.Extract(_suite, [], "psk_id_hash"u8, []), .. LabeledKdf.Extract(_suite, [], "info_hash"u8, info)];
        var secret = LabeledKdf.Extract(_suite, sharedSecret, "secret"u8, []);
        _key = LabeledKdf.Expand(_suite, secret, "key"u8, schedule, aead.KeyBytes());
        _baseNonce = LabeledKdf.Expand(_suite, secret, "base_nonce"u8, schedule, HpkeAeads.NonceBytes);
        _exporter = LabeledKdf.Expand(_suite, secret, "exp"u8, schedule, SecretBytes);
        CryptographicOperations.ZeroMemory(secret);
    }

    public HpkeAead Aead { get; }

    /// <summary>Begins to send to a key; null where its bytes are no point of the curve.</summary>
    public static (byte[] Encapsulated, HpkeContext Context)? TrySend(HpkeAead aead, ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> info)
    {
        using var ephemeral = HpkeKeyPair.Generate();
        return TrySend(aead, ephemeral, recipient, info);
    }

    internal static (byte[] Encapsulated, HpkeContext Context)? TrySend(HpkeAead aead, HpkeKeyPair ephemeral, ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> info) =>
        ephemeral.TryAgree(recipient) is { } agreed ? (ephemeral.PublicKey, From(aead, agreed, ephemeral.PublicKey, recipient, info)) : null;

    /// <summary>Begins to receive what was encapsulated to a key; null where it is no point of the curve.</summary>
    public static HpkeContext? TryReceive(HpkeAead aead, HpkeKeyPair recipient, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> info) =>
        recipient.TryAgree(encapsulated) is { } agreed ? From(aead, agreed, encapsulated, recipient.PublicKey, info) : null;

    public byte[] Seal(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain) => Aead.Seal(_key, NextNonce(), associated, plain);

    /// <summary>Opens the next message; null, and the place is kept, where it is not that.</summary>
    public byte[]? TryOpen(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> cipher)
    {
        var before = _sequence;
        var plain = Aead.TryOpen(_key, NextNonce(), associated, cipher);
        if (plain is null)
            _sequence = before;
        return plain;
    }

    /// <summary>A secret that both sides come to, for another use.</summary>
    public byte[] Export(ReadOnlySpan<byte> context, int length) => LabeledKdf.Expand(_suite, _exporter, "sec"u8, context, length);

    public void Dispose()
    {
        foreach (var secret in (byte[][])[_key, _baseNonce, _exporter])
            CryptographicOperations.ZeroMemory(secret);
    }

    private static HpkeContext From(HpkeAead aead, byte[] agreed, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> info)
    {
        var early = LabeledKdf.Extract(KemSuite, [], "eae_prk"u8, agreed);
        byte[] context = [.. encapsulated, .. recipient];
        var shared = LabeledKdf.Expand(KemSuite, early, "shared_secret"u8, context, SecretBytes);
        var made = new HpkeContext(aead, shared, info);
        foreach (var secret in (byte[][])[agreed, early, shared])
            CryptographicOperations.ZeroMemory(secret);
        return made;
    }

    private byte[] NextNonce()
    {
        // No nonce is ever used twice: after the last one there is none.
        var sequence = _sequence;
        _sequence = checked(sequence + 1);
        return HpkeAeads.NonceAt(_baseNonce, sequence);
    }
}
