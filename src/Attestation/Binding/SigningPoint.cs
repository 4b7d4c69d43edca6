using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Binding;

/// <summary>
/// The public key of whoever signs receipts, as evidence binds it: x and y of a point of secp256k1 or of P-256. Nothing says which curve it is, since hardly any
/// point lies on both; its account is made of the same bytes on either.
/// </summary>
public sealed class SigningPoint : IEquatable<SigningPoint>
{
    public const int Length = P256.PointLength;

    private const byte Uncompressed = 4;

    private readonly byte[] _bytes;
    private readonly Address _account;

    private SigningPoint(ReadOnlySpan<byte> bytes, Address account) => (_bytes, _account) = (bytes.ToArray(), account);

    /// <summary>x ‖ y.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Reads x ‖ y; null where it is a point of neither curve.</summary>
    public static SigningPoint? TryRead(ReadOnlySpan<byte> point) =>
        point.Length != Length ? null
        : PublicKey.TryParse([Uncompressed, .. point], out var key) ? new SigningPoint(point, key.ToAddress())
        : P256.TryReadAccount(point, out var account) ? new SigningPoint(point, account)
        : null;

    public static SigningPoint FromPublicKey(PublicKey key) => new(key.ToUncompressed().AsSpan(1), key.ToAddress());

    public static SigningPoint FromP256(P256Key key) => new(key.Point, key.Address);

    public static implicit operator SigningPoint(PublicKey key) => FromPublicKey(key);

    /// <summary>The account that its signatures are by.</summary>
    public Address ToAddress() => _account;

    public bool Equals(SigningPoint? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => Equals(obj as SigningPoint);

    public override int GetHashCode() => _account.GetHashCode();
}
