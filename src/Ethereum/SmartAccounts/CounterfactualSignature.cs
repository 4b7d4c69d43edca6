using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.SmartAccounts;

/// <summary>
/// A signature of an account that may not be deployed yet, with what deploys it (ERC-6492): the ABI encoding of the three, and behind it a
/// magic word that no other signature ends with.
/// </summary>
/// <param name="Factory">Whom to call so that the account has code.</param>
/// <param name="FactoryCall">What to call it with.</param>
/// <param name="Signature">What to show the account then.</param>
public sealed record CounterfactualSignature(Address Factory, ReadOnlyMemory<byte> FactoryCall, ReadOnlyMemory<byte> Signature)
{
    private const int HeadBytes = 3 * AbiReader.WordLength;

    /// <summary>0x6492 sixteen times.</summary>
    public static Hash32 Magic { get; } = Hash32.Parse("0x6492649264926492649264926492649264926492649264926492649264926492");

    /// <summary>Whether a signature says that it is one of these.</summary>
    public static bool IsWrapped(ReadOnlySpan<byte> signature) => signature.EndsWith(Magic.Bytes);

    /// <summary>Reads what stands before the magic word; false if there is none, or if it is not what a contract would read.</summary>
    public static bool TryUnwrap(ReadOnlySpan<byte> signature, out CounterfactualSignature? unwrapped)
    {
        unwrapped = null;
        if (!IsWrapped(signature))
            return false;

        var reader = new AbiReader(signature[..^Hash32.ByteLength], HeadBytes, AbiDecoding.AsSolidity);
        var factory = reader.ReadAddress();
        var factoryCall = reader.ReadMemory();
        var inner = reader.ReadMemory();
        unwrapped = reader.End() ? new CounterfactualSignature(factory, factoryCall, inner) : null;
        return unwrapped is not null;
    }

    public byte[] Wrap()
    {
        var writer = new AbiWriter(stackalloc byte[512], HeadBytes);
        writer.WriteAddress(Factory);
        writer.WriteBytes(FactoryCall.Span);
        writer.WriteBytes(Signature.Span);
        return [.. writer.ToArray(), .. Magic.Bytes];
    }

    public bool Equals(CounterfactualSignature? other) =>
        other is not null && Factory == other.Factory && FactoryCall.Span.SequenceEqual(other.FactoryCall.Span)
        && Signature.Span.SequenceEqual(other.Signature.Span);

    public override int GetHashCode() => HashCode.Combine(Factory, FactoryCall.Length, Signature.Length);
}
