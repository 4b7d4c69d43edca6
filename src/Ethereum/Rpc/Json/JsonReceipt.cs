using System.Text.Json;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>Reads receipts.</summary>
internal static class JsonReceipt
{
    /// <summary>What is left to bound once the answer's length is: far above what any block has held.</summary>
    public const int MaxReceipts = 1_000_000;

    /// <inheritdoc cref="MaxReceipts"/>
    public const int MaxLogs = 4_000_000;

    private const Field Required = Field.TransactionHash | Field.TransactionIndex | Field.BlockHash | Field.BlockNumber | Field.From
        | Field.GasUsed | Field.CumulativeGasUsed | Field.Logs | Field.LogsBloom;

    [Flags]
    private enum Field
    {
        None = 0,
        TransactionHash = 1 << 0,
        TransactionIndex = 1 << 1,
        BlockHash = 1 << 2,
        BlockNumber = 1 << 3,
        From = 1 << 4,
        To = 1 << 5,
        ContractAddress = 1 << 6,
        Type = 1 << 7,
        Status = 1 << 8,
        Root = 1 << 9,
        GasUsed = 1 << 10,
        CumulativeGasUsed = 1 << 11,
        EffectiveGasPrice = 1 << 12,
        BlobGasUsed = 1 << 13,
        BlobGasPrice = 1 << 14,
        L1Fee = 1 << 15,
        Logs = 1 << 16,
        LogsBloom = 1 << 17,
    }

    public static TransactionReceipt? ReadOrNull(ref Utf8JsonReader reader) => reader.IsNull() ? null : Read(ref reader);

    public static IReadOnlyList<TransactionReceipt>? ReadAllOrNull(ref Utf8JsonReader reader) =>
        reader.IsNull() ? null : reader.ReadArray("receipts", MaxReceipts, Read);

    public static TransactionReceipt Read(ref Utf8JsonReader reader)
    {
        reader.ExpectObject("receipt");
        var fields = new Fields();
        while (reader.TryReadField(out var name))
        {
            var field = Identify(name);
            if ((fields.Seen & field) != Field.None)
                throw JsonRead.Twice("receipt", name);
            if (field == Field.None || reader.IsNull())
            {
                reader.Skip();
                continue;
            }

            fields.Seen |= field;
            Read(ref reader, field, fields);
        }

        return fields.ToReceipt();
    }

    private static void Read(ref Utf8JsonReader reader, Field field, Fields receipt)
    {
        switch (field)
        {
            case Field.TransactionHash: receipt.TransactionHash = reader.ReadHash("receipt.transactionHash"); break;
            case Field.TransactionIndex: receipt.TransactionIndex = reader.ReadUInt32("receipt.transactionIndex"); break;
            case Field.BlockHash: receipt.BlockHash = reader.ReadHash("receipt.blockHash"); break;
            case Field.BlockNumber: receipt.BlockNumber = reader.ReadBlockNumber("receipt.blockNumber"); break;
            case Field.From: receipt.From = reader.ReadAddress("receipt.from"); break;
            case Field.To: receipt.To = reader.ReadAddress("receipt.to"); break;
            case Field.ContractAddress: receipt.ContractAddress = reader.ReadAddress("receipt.contractAddress"); break;
            case Field.Type: receipt.Type = reader.ReadByte("receipt.type"); break;
            case Field.Status: receipt.Succeeded = ReadStatus(ref reader); break;
            case Field.Root: receipt.PostState = ReadRoot(ref reader); break;
            case Field.GasUsed: receipt.GasUsed = reader.ReadUInt64("receipt.gasUsed"); break;
            case Field.CumulativeGasUsed: receipt.CumulativeGasUsed = reader.ReadUInt64("receipt.cumulativeGasUsed"); break;
            case Field.EffectiveGasPrice: receipt.EffectiveGasPrice = reader.ReadWei("receipt.effectiveGasPrice"); break;
            case Field.BlobGasUsed: receipt.BlobGasUsed = reader.ReadUInt64("receipt.blobGasUsed"); break;
            case Field.BlobGasPrice: receipt.BlobGasPrice = reader.ReadWei("receipt.blobGasPrice"); break;
            case Field.L1Fee: receipt.L1Fee = reader.ReadWei("receipt.l1Fee"); break;
            case Field.Logs: receipt.Logs = JsonLog.ReadAll(ref reader, "receipt.logs"); break;
            default: receipt.LogsBloom = reader.ReadBloom("receipt.logsBloom"); break;
        }
    }

    private static bool ReadStatus(ref Utf8JsonReader reader) => reader.ReadUInt64("receipt.status") switch
    {
        0 => false,
        1 => true,
        _ => throw JsonRead.Malformed("receipt.status", "is neither 0x0 nor 0x1"),
    };

    // Some nodes go on writing an empty state root after Byzantium.
    private static Hash32? ReadRoot(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && (reader.ValueSpan.IsEmpty || reader.ValueSpan.SequenceEqual("0x"u8))
            ? null
            : reader.ReadHash("receipt.root");

    private static Field Identify(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("to"u8) => Field.To,
        4 when name.SequenceEqual("from"u8) => Field.From,
        4 when name.SequenceEqual("type"u8) => Field.Type,
        4 when name.SequenceEqual("root"u8) => Field.Root,
        4 when name.SequenceEqual("logs"u8) => Field.Logs,
        5 when name.SequenceEqual("l1Fee"u8) => Field.L1Fee,
        6 when name.SequenceEqual("status"u8) => Field.Status,
        7 when name.SequenceEqual("gasUsed"u8) => Field.GasUsed,
        9 when name.SequenceEqual("blockHash"u8) => Field.BlockHash,
        9 when name.SequenceEqual("logsBloom"u8) => Field.LogsBloom,
        11 when name.SequenceEqual("blockNumber"u8) => Field.BlockNumber,
        11 when name.SequenceEqual("blobGasUsed"u8) => Field.BlobGasUsed,
        12 when name.SequenceEqual("blobGasPrice"u8) => Field.BlobGasPrice,
        15 when name.SequenceEqual("transactionHash"u8) => Field.TransactionHash,
        15 when name.SequenceEqual("contractAddress"u8) => Field.ContractAddress,
        16 when name.SequenceEqual("transactionIndex"u8) => Field.TransactionIndex,
        17 when name.SequenceEqual("cumulativeGasUsed"u8) => Field.CumulativeGasUsed,
        17 when name.SequenceEqual("effectiveGasPrice"u8) => Field.EffectiveGasPrice,
        _ => Field.None,
    };

    private sealed class Fields
    {
        public Field Seen;
        public Hash32 TransactionHash, BlockHash;
        public uint TransactionIndex;
        public BlockNumber BlockNumber;
        public Address From;
        public Address? To, ContractAddress;
        public byte Type;
        public bool? Succeeded;
        public Hash32? PostState;
        public ulong GasUsed, CumulativeGasUsed;
        public ulong? BlobGasUsed;
        public Wei? EffectiveGasPrice, BlobGasPrice, L1Fee;
        public List<LocatedLog> Logs = [];
        public Bloom LogsBloom = Bloom.Empty;

        public TransactionReceipt ToReceipt()
        {
            if ((Seen & Required) != Required)
                throw JsonRead.Missing("receipt", (Required & ~Seen).ToString());
            if (Succeeded is null && PostState is null)
                throw JsonRead.Missing("receipt", "both status and root");
            if (Type > Receipt.MaxTransactionType)
                throw JsonRead.Malformed("receipt.type", "is no type that a transaction can have");

            return new TransactionReceipt
            {
                TransactionHash = TransactionHash,
                TransactionIndex = TransactionIndex,
                Block = new BlockRef(BlockNumber, BlockHash),
                From = From,
                To = To,
                ContractAddress = ContractAddress,
                GasUsed = GasUsed,
                EffectiveGasPrice = EffectiveGasPrice,
                BlobGasUsed = BlobGasUsed,
                BlobGasPrice = BlobGasPrice,
                L1Fee = L1Fee,
                Logs = Logs,
                Consensus = new Receipt
                {
                    TransactionType = Type,
                    Succeeded = Succeeded,
                    // Some nodes add a state root where consensus has had none since Byzantium.
                    PostState = Succeeded is null ? PostState : null,
                    CumulativeGasUsed = CumulativeGasUsed,
                    LogsBloom = LogsBloom,
                    Logs = Logs.ConvertAll(log => log.Content),
                },
            };
        }
    }
}
