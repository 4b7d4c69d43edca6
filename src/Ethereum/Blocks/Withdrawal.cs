using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>Currency that the beacon chain pays out to an account (EIP-4895).</summary>
/// <param name="Index">How many withdrawals the chain had before.</param>
/// <param name="ValidatorIndex">Whose stake it comes from.</param>
/// <param name="Recipient">Whose balance it goes to.</param>
/// <param name="AmountGwei">In gwei, the unit of the beacon chain.</param>
public sealed record Withdrawal(ulong Index, ulong ValidatorIndex, Address Recipient, ulong AmountGwei)
{
    /// <summary>What the withdrawals trie of a block holds.</summary>
    public byte[] Encode()
    {
        using var writer = new RlpWriter();
        writer.StartList();
        writer.Write(Index);
        writer.Write(ValidatorIndex);
        writer.Write(Recipient);
        writer.Write(AmountGwei);
        writer.EndList();
        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> writes; throws <see cref="RlpException"/> if it is not its canonical form.</summary>
    public static Withdrawal Decode(ReadOnlySpan<byte> encoding)
    {
        var whole = new RlpReader(encoding);
        var fields = whole.ReadList();
        whole.ReadEnd();
        var withdrawal = new Withdrawal(fields.ReadUInt64(), fields.ReadUInt64(), fields.ReadAddress(), fields.ReadUInt64());
        fields.ReadEnd();
        return withdrawal;
    }
}
