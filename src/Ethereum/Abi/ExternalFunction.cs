using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Abi;

/// <summary>A value of Solidity's type <c>function</c>: a function of a contract, to be called later.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ExternalFunction(Address Contract, Selector Selector)
{
    /// <summary>The address, then the selector.</summary>
    public const int ByteLength = Address.ByteLength + Selector.ByteLength;

    /// <summary>Takes exactly 24 bytes.</summary>
    public static ExternalFunction FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == ByteLength
            ? new ExternalFunction(new Address(bytes[..Address.ByteLength]), Selector.FromBytes(bytes[Address.ByteLength..]))
            : throw new ArgumentException($"A function has {ByteLength} bytes, not {bytes.Length}.", nameof(bytes));

    public void CopyTo(Span<byte> destination)
    {
        Contract.CopyTo(destination);
        Selector.CopyTo(destination[Address.ByteLength..]);
    }
}
