using System.Buffers;
using System.Text;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>A log's JSON, written out beforehand but for what differs from block to block: that is put in where it belongs, and costs a copy.</summary>
internal sealed class CannedLog
{
    private const int HashDigits = 2 * Hash32.ByteLength;
    // The end of a transaction's hash tells which one it is of its block.
    private const int PlaceDigits = 2 * sizeof(int);

    private readonly byte[] _text;
    private readonly int _blockHash;
    private readonly int _transactionHash;

    /// <param name="log">The log.</param>
    /// <param name="index">Its place in the block.</param>
    /// <param name="transaction">The place of its transaction there.</param>
    public CannedLog(Log log, int index, int transaction)
    {
        var before =
            $$"""
            {"address":"{{log.Address.ToLowerHex()}}","topics":["{{string.Join("\",\"", log.Topics)}}"],"data":"{{Hex.Encode(log.Data.Span)}}","transactionIndex":"{{Hex.EncodeQuantity((ulong)transaction)}}","logIndex":"{{Hex.EncodeQuantity((ulong)index)}}","removed":false,"blockHash":"0x
            """;
        const string Between = "\",\"transactionHash\":\"0x";
        _blockHash = before.Length;
        _transactionHash = _blockHash + HashDigits + Between.Length;
        _text = Encoding.ASCII.GetBytes($"{before}{new string('0', HashDigits)}{Between}{transaction.ToString($"x{HashDigits}", null)}\",\"blockTimestamp\":\"0x");
    }

    /// <summary>The hash that its transaction has in a block.</summary>
    public static Hash32 TransactionHash(Hash32 block, int transaction)
    {
        Span<byte> hash = stackalloc byte[Hash32.ByteLength];
        block.CopyTo(hash);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(hash[^sizeof(int)..], transaction);
        return new Hash32(hash);
    }

    /// <summary>Writes it as it stands in a block.</summary>
    /// <param name="blockHash">The block's hash, in hexadecimal.</param>
    /// <param name="end">The digits of the block's time, and all behind them, which one block's logs have in common.</param>
    /// <param name="to">Where to.</param>
    public void Write(ReadOnlySpan<byte> blockHash, ReadOnlySpan<byte> end, IBufferWriter<byte> to)
    {
        var text = to.GetSpan(_text.Length + end.Length);
        _text.CopyTo(text);
        blockHash.CopyTo(text[_blockHash..]);
        blockHash[..^PlaceDigits].CopyTo(text[_transactionHash..]);
        end.CopyTo(text[_text.Length..]);
        to.Advance(_text.Length + end.Length);
    }
}
