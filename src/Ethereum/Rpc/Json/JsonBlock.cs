using System.Text.Json;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Reads blocks and headers. Chains that are not quite Ethereum leave out fields that mean nothing there (difficulty, mix hash, nonce, ommers);
/// those default to what Ethereum has had in them since the merge, and a header whose hash that makes wrong fails its check later.
/// </summary>
internal static class JsonBlock
{
    private const int MaxTransactions = 1_000_000;
    private const int MaxOmmers = 64;
    private const int MaxWithdrawals = 100_000;

    private const Field Required = Field.Hash | Field.ParentHash | Field.Beneficiary | Field.StateRoot | Field.TransactionsRoot
        | Field.ReceiptsRoot | Field.LogsBloom | Field.Number | Field.GasLimit | Field.GasUsed | Field.Timestamp | Field.ExtraData;

    private const Field Body = Field.Transactions | Field.Ommers | Field.Withdrawals | Field.Size;

    [Flags]
    private enum Field
    {
        None = 0,
        Hash = 1 << 0,
        ParentHash = 1 << 1,
        OmmersHash = 1 << 2,
        Beneficiary = 1 << 3,
        StateRoot = 1 << 4,
        TransactionsRoot = 1 << 5,
        ReceiptsRoot = 1 << 6,
        LogsBloom = 1 << 7,
        Difficulty = 1 << 8,
        Number = 1 << 9,
        GasLimit = 1 << 10,
        GasUsed = 1 << 11,
        Timestamp = 1 << 12,
        ExtraData = 1 << 13,
        MixHash = 1 << 14,
        Nonce = 1 << 15,
        BaseFeePerGas = 1 << 16,
        WithdrawalsRoot = 1 << 17,
        BlobGasUsed = 1 << 18,
        ExcessBlobGas = 1 << 19,
        ParentBeaconBlockRoot = 1 << 20,
        RequestsHash = 1 << 21,
        Transactions = 1 << 22,
        Ommers = 1 << 23,
        Withdrawals = 1 << 24,
        Size = 1 << 25,
        BlockAccessListHash = 1 << 26,
        SlotNumber = 1 << 27,
    }

    public static Block? ReadOrNull(ref Utf8JsonReader reader) => reader.IsNull() ? null : Read(ref reader, whole: false);

    public static Block? ReadWholeOrNull(ref Utf8JsonReader reader) => reader.IsNull() ? null : Read(ref reader, whole: true);

    private static Block Read(ref Utf8JsonReader reader, bool whole)
    {
        var block = ReadFields(ref reader);
        if ((block.Seen & Field.Transactions) == Field.None)
            throw JsonRead.Missing("block", nameof(Field.Transactions));
        if (whole && block.Transactions is null && block.TransactionHashes.Count > 0)
            throw JsonRead.Malformed("block.transactions", "has hashes instead of transactions");

        return new Block
        {
            Sealed = block.Seal(),
            TransactionHashes = block.TransactionHashes,
            Transactions = whole ? block.Transactions ?? [] : null,
            OmmerHashes = block.OmmerHashes,
            Withdrawals = block.Withdrawals,
            Size = block.Size,
        };
    }

    public static SealedHeader? ReadHeaderOrNull(ref Utf8JsonReader reader) => reader.IsNull() ? null : ReadHeader(ref reader);

    /// <summary>Reads what a subscription to new heads sends, or the header of a whole block.</summary>
    public static SealedHeader ReadHeader(ref Utf8JsonReader reader) => ReadFields(ref reader).Seal();

    private static Fields ReadFields(ref Utf8JsonReader reader)
    {
        reader.ExpectObject("block");
        var block = new Fields();
        while (reader.TryReadField(out var name))
        {
            var field = Identify(name);
            if ((block.Seen & field) != Field.None)
                throw JsonRead.Twice("block", name);

            // A field that a fork brought may be there and null on chains without that fork.
            if (field == Field.None || reader.IsNull())
            {
                reader.Skip();
                continue;
            }

            block.Seen |= field;
            if ((field & Body) != Field.None)
                ReadBody(ref reader, field, block);
            else
                ReadHeaderField(ref reader, field, block);
        }

        return block;
    }

    private static void ReadHeaderField(ref Utf8JsonReader reader, Field field, Fields block)
    {
        switch (field)
        {
            case Field.Hash: block.Hash = reader.ReadHash("block.hash"); break;
            case Field.ParentHash: block.ParentHash = reader.ReadHash("block.parentHash"); break;
            case Field.OmmersHash: block.OmmersHash = reader.ReadHash("block.sha3Uncles"); break;
            case Field.Beneficiary: block.Beneficiary = reader.ReadAddress("block.miner"); break;
            case Field.StateRoot: block.StateRoot = reader.ReadHash("block.stateRoot"); break;
            case Field.TransactionsRoot: block.TransactionsRoot = reader.ReadHash("block.transactionsRoot"); break;
            case Field.ReceiptsRoot: block.ReceiptsRoot = reader.ReadHash("block.receiptsRoot"); break;
            case Field.LogsBloom: block.LogsBloom = reader.ReadBloom("block.logsBloom"); break;
            case Field.Difficulty: block.Difficulty = reader.ReadUInt256("block.difficulty"); break;
            case Field.Number: block.Number = reader.ReadBlockNumber("block.number"); break;
            case Field.GasLimit: block.GasLimit = reader.ReadUInt64("block.gasLimit"); break;
            case Field.GasUsed: block.GasUsed = reader.ReadUInt64("block.gasUsed"); break;
            case Field.Timestamp: block.Timestamp = reader.ReadUInt64("block.timestamp"); break;
            case Field.ExtraData: block.ExtraData = reader.ReadBytes("block.extraData"); break;
            case Field.MixHash: block.MixHash = reader.ReadHash("block.mixHash"); break;
            case Field.Nonce: block.Nonce = ReadNonce(ref reader); break;
            case Field.BaseFeePerGas: block.BaseFeePerGas = reader.ReadWei("block.baseFeePerGas"); break;
            case Field.WithdrawalsRoot: block.WithdrawalsRoot = reader.ReadHash("block.withdrawalsRoot"); break;
            case Field.BlobGasUsed: block.BlobGasUsed = reader.ReadUInt64("block.blobGasUsed"); break;
            case Field.ExcessBlobGas: block.ExcessBlobGas = reader.ReadUInt64("block.excessBlobGas"); break;
            case Field.ParentBeaconBlockRoot: block.ParentBeaconBlockRoot = reader.ReadHash("block.parentBeaconBlockRoot"); break;
            case Field.RequestsHash: block.RequestsHash = reader.ReadHash("block.requestsHash"); break;
            case Field.BlockAccessListHash: block.BlockAccessListHash = reader.ReadHash("block.blockAccessListHash"); break;
            default: block.SlotNumber = reader.ReadUInt64("block.slotNumber"); break;
        }
    }

    private static void ReadBody(ref Utf8JsonReader reader, Field field, Fields block)
    {
        switch (field)
        {
            case Field.Transactions: ReadTransactions(ref reader, block); break;
            case Field.Ommers: block.OmmerHashes = reader.ReadArray("block.uncles", MaxOmmers, ReadOmmerHash); break;
            case Field.Withdrawals: block.Withdrawals = reader.ReadArray("block.withdrawals", MaxWithdrawals, ReadWithdrawal); break;
            default: block.Size = reader.ReadUInt64("block.size"); break;
        }
    }

    private static void ReadTransactions(ref Utf8JsonReader reader, Fields block)
    {
        reader.ExpectArray("block.transactions");
        var hashes = new List<Hash32>();
        List<TransactionInfo>? transactions = null;
        while (reader.TryReadItem())
        {
            if (hashes.Count == MaxTransactions)
                throw JsonRead.Malformed("block.transactions", $"has more than {MaxTransactions} items");
            if (reader.TokenType == JsonTokenType.String && transactions is null)
            {
                hashes.Add(reader.ReadHash("block.transactions"));
                continue;
            }

            if (hashes.Count > 0 && transactions is null)
                throw JsonRead.Malformed("block.transactions", "mixes hashes and transactions");
            var transaction = JsonTransaction.Read(ref reader);
            (transactions ??= []).Add(transaction);
            hashes.Add(transaction.Hash);
        }

        block.TransactionHashes = hashes;
        block.Transactions = transactions;
    }

    private static Hash32 ReadOmmerHash(ref Utf8JsonReader reader) => reader.ReadHash("block.uncles");

    private static Withdrawal ReadWithdrawal(ref Utf8JsonReader reader)
    {
        reader.ExpectObject("withdrawal");
        ulong? index = null, validator = null, amount = null;
        Address? address = null;
        while (reader.TryReadField(out var name))
        {
            if (name.SequenceEqual("index"u8))
                index = reader.ReadUInt64("withdrawal.index");
            else if (name.SequenceEqual("validatorIndex"u8))
                validator = reader.ReadUInt64("withdrawal.validatorIndex");
            else if (name.SequenceEqual("address"u8))
                address = reader.ReadAddress("withdrawal.address");
            else if (name.SequenceEqual("amount"u8))
                amount = reader.ReadUInt64("withdrawal.amount");
            else
                reader.Skip();
        }

        return new Withdrawal(
            index ?? throw JsonRead.Missing("withdrawal", nameof(index)),
            validator ?? throw JsonRead.Missing("withdrawal", "validatorIndex"),
            address ?? throw JsonRead.Missing("withdrawal", nameof(address)),
            amount ?? throw JsonRead.Missing("withdrawal", nameof(amount)));
    }

    // Eight bytes on Ethereum; some chains write a quantity.
    private static ulong ReadNonce(ref Utf8JsonReader reader)
    {
        var nonce = reader.ReadPaddedUInt256("block.nonce");
        return nonce.FitsUInt64 ? (ulong)nonce : throw JsonRead.Malformed("block.nonce", "has more than 8 bytes");
    }

    private static Field Identify(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("hash"u8) => Field.Hash,
        4 when name.SequenceEqual("size"u8) => Field.Size,
        5 when name.SequenceEqual("miner"u8) => Field.Beneficiary,
        5 when name.SequenceEqual("nonce"u8) => Field.Nonce,
        6 when name.SequenceEqual("number"u8) => Field.Number,
        6 when name.SequenceEqual("uncles"u8) => Field.Ommers,
        7 when name.SequenceEqual("gasUsed"u8) => Field.GasUsed,
        7 when name.SequenceEqual("mixHash"u8) => Field.MixHash,
        8 when name.SequenceEqual("gasLimit"u8) => Field.GasLimit,
        9 when name.SequenceEqual("timestamp"u8) => Field.Timestamp,
        9 when name.SequenceEqual("stateRoot"u8) => Field.StateRoot,
        9 when name.SequenceEqual("logsBloom"u8) => Field.LogsBloom,
        9 when name.SequenceEqual("extraData"u8) => Field.ExtraData,
        10 when name.SequenceEqual("parentHash"u8) => Field.ParentHash,
        10 when name.SequenceEqual("sha3Uncles"u8) => Field.OmmersHash,
        10 when name.SequenceEqual("difficulty"u8) => Field.Difficulty,
        10 when name.SequenceEqual("slotNumber"u8) => Field.SlotNumber,
        11 when name.SequenceEqual("blobGasUsed"u8) => Field.BlobGasUsed,
        11 when name.SequenceEqual("withdrawals"u8) => Field.Withdrawals,
        12 when name.SequenceEqual("receiptsRoot"u8) => Field.ReceiptsRoot,
        12 when name.SequenceEqual("transactions"u8) => Field.Transactions,
        12 when name.SequenceEqual("requestsHash"u8) => Field.RequestsHash,
        13 when name.SequenceEqual("baseFeePerGas"u8) => Field.BaseFeePerGas,
        13 when name.SequenceEqual("excessBlobGas"u8) => Field.ExcessBlobGas,
        15 when name.SequenceEqual("withdrawalsRoot"u8) => Field.WithdrawalsRoot,
        16 when name.SequenceEqual("transactionsRoot"u8) => Field.TransactionsRoot,
        19 when name.SequenceEqual("blockAccessListHash"u8) => Field.BlockAccessListHash,
        21 when name.SequenceEqual("parentBeaconBlockRoot"u8) => Field.ParentBeaconBlockRoot,
        _ => Field.None,
    };

    private sealed class Fields
    {
        public Field Seen;
        public Hash32 Hash, ParentHash, OmmersHash = BlockHeader.NoOmmersHash, StateRoot, TransactionsRoot, ReceiptsRoot, MixHash;
        public Hash32? WithdrawalsRoot, ParentBeaconBlockRoot, RequestsHash, BlockAccessListHash;
        public Address Beneficiary;
        public Bloom LogsBloom = Bloom.Empty;
        public UInt256 Difficulty;
        public BlockNumber Number;
        public ulong GasLimit, GasUsed, Timestamp, Nonce;
        public ulong? BlobGasUsed, ExcessBlobGas, SlotNumber, Size;
        public byte[] ExtraData = [];
        public Wei? BaseFeePerGas;
        public List<Hash32> TransactionHashes = [];
        public List<TransactionInfo>? Transactions;
        public List<Hash32> OmmerHashes = [];
        public List<Withdrawal>? Withdrawals;

        public SealedHeader Seal()
        {
            if ((Seen & Required) != Required)
                throw JsonRead.Missing("block", (Required & ~Seen).ToString());

            return new SealedHeader(Hash, new BlockHeader
            {
                ParentHash = ParentHash,
                OmmersHash = OmmersHash,
                Beneficiary = Beneficiary,
                StateRoot = StateRoot,
                TransactionsRoot = TransactionsRoot,
                ReceiptsRoot = ReceiptsRoot,
                LogsBloom = LogsBloom,
                Difficulty = Difficulty,
                Number = Number,
                GasLimit = GasLimit,
                GasUsed = GasUsed,
                Timestamp = Timestamp,
                ExtraData = ExtraData,
                MixHash = MixHash,
                Nonce = Nonce,
                BaseFeePerGas = BaseFeePerGas,
                WithdrawalsRoot = WithdrawalsRoot,
                BlobGasUsed = BlobGasUsed,
                ExcessBlobGas = ExcessBlobGas,
                ParentBeaconBlockRoot = ParentBeaconBlockRoot,
                RequestsHash = RequestsHash,
                BlockAccessListHash = BlockAccessListHash,
                SlotNumber = SlotNumber,
            });
        }
    }
}
