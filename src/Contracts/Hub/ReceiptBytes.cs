using System.Diagnostics.CodeAnalysis;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Contracts.Hub;

/// <summary>A receipt in the chain's own encoding, for where it travels by itself.</summary>
public static class ReceiptBytes
{
    /// <summary>Every receipt is as long as this.</summary>
    public const int Length = Fields * UInt256.ByteLength;

    private const int Fields = 11;

    public static byte[] Write(IHubContract.Receipt receipt)
    {
        var writer = new AbiWriter(stackalloc byte[Length], Length);
        IHubContract.Receipt.Write(ref writer, receipt);
        return writer.ToArray();
    }

    /// <summary>Reads a receipt; false for anything else, and for an assurance that there is not.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out IHubContract.Receipt? receipt)
    {
        var reader = new AbiReader(bytes, Length);
        var read = IHubContract.Receipt.Read(ref reader);
        receipt = bytes.Length == Length && reader.End() && read.Assurance != 0 && Enum.IsDefined((Assurance)read.Assurance) ? read : null;
        return receipt is not null;
    }
}
