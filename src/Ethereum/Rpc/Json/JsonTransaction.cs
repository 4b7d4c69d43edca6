using System.Text.Json;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Transactions;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>Reads transactions of every type, known or not.</summary>
internal static class JsonTransaction
{
    private const int MaxAccessList = 100_000;
    private const int MaxBlobs = 4096;
    private const int MaxAuthorizations = 100_000;

    private const Field Required =
        Field.Hash | Field.From | Field.Nonce | Field.Gas | Field.Value | Field.Input;

    [Flags]
    private enum Field
    {
        None = 0,
        Hash = 1 << 0,
        Type = 1 << 1,
        BlockHash = 1 << 2,
        BlockNumber = 1 << 3,
        TransactionIndex = 1 << 4,
        From = 1 << 5,
        To = 1 << 6,
        Nonce = 1 << 7,
        Gas = 1 << 8,
        Value = 1 << 9,
        Input = 1 << 10,
        ChainId = 1 << 11,
        GasPrice = 1 << 12,
        MaxFeePerGas = 1 << 13,
        MaxPriorityFeePerGas = 1 << 14,
        MaxFeePerBlobGas = 1 << 15,
        AccessList = 1 << 16,
        BlobHashes = 1 << 17,
        Authorizations = 1 << 18,
        R = 1 << 19,
        S = 1 << 20,
        V = 1 << 21,
        YParity = 1 << 22,
    }

    public static TransactionInfo? ReadOrNull(ref Utf8JsonReader reader) => reader.IsNull() ? null : Read(ref reader);

    public static TransactionInfo Read(ref Utf8JsonReader reader)
    {
        reader.ExpectObject("transaction");
        var fields = new Fields();
        while (reader.TryReadField(out var name))
        {
            var field = Identify(name);
            if ((fields.Seen & field) != Field.None)
                throw JsonRead.Twice("transaction", name);
            if (field == Field.None || reader.IsNull())
            {
                reader.Skip();
                continue;
            }

            fields.Seen |= field;
            Read(ref reader, field, fields);
        }

        return fields.ToTransaction();
    }

    private static void Read(ref Utf8JsonReader reader, Field field, Fields transaction)
    {
        switch (field)
        {
            case Field.Hash: transaction.Hash = reader.ReadHash("transaction.hash"); break;
            case Field.Type: transaction.Type = reader.ReadByte("transaction.type"); break;
            case Field.BlockHash: transaction.BlockHash = reader.ReadHash("transaction.blockHash"); break;
            case Field.BlockNumber: transaction.BlockNumber = reader.ReadBlockNumber("transaction.blockNumber"); break;
            case Field.TransactionIndex: transaction.Index = reader.ReadUInt32("transaction.transactionIndex"); break;
            case Field.From: transaction.From = reader.ReadAddress("transaction.from"); break;
            case Field.To: transaction.To = reader.ReadAddress("transaction.to"); break;
            case Field.Nonce: transaction.Nonce = reader.ReadUInt64("transaction.nonce"); break;
            case Field.Gas: transaction.Gas = reader.ReadUInt64("transaction.gas"); break;
            case Field.Value: transaction.Value = reader.ReadWei("transaction.value"); break;
            case Field.Input: transaction.Input = reader.ReadBytes("transaction.input"); break;
            case Field.ChainId: transaction.ChainId = new ChainId(reader.ReadUInt64("transaction.chainId")); break;
            case Field.GasPrice: transaction.GasPrice = reader.ReadWei("transaction.gasPrice"); break;
            case Field.MaxFeePerGas: transaction.MaxFeePerGas = reader.ReadWei("transaction.maxFeePerGas"); break;
            case Field.MaxPriorityFeePerGas: transaction.MaxPriorityFeePerGas = reader.ReadWei("transaction.maxPriorityFeePerGas"); break;
            case Field.MaxFeePerBlobGas: transaction.MaxFeePerBlobGas = reader.ReadWei("transaction.maxFeePerBlobGas"); break;
            case Field.AccessList:
                transaction.AccessList = reader.ReadArray("transaction.accessList", MaxAccessList, ReadAccessListEntry);
                break;
            case Field.BlobHashes:
                transaction.BlobHashes = reader.ReadArray("transaction.blobVersionedHashes", MaxBlobs, ReadBlobHash);
                break;
            case Field.Authorizations:
                transaction.Authorizations = reader.ReadArray("transaction.authorizationList", MaxAuthorizations, ReadAuthorization);
                break;
            case Field.R: transaction.R = reader.ReadPaddedUInt256("transaction.r"); break;
            case Field.S: transaction.S = reader.ReadPaddedUInt256("transaction.s"); break;
            case Field.V: transaction.V = reader.ReadPaddedUInt256("transaction.v"); break;
            default: transaction.YParity = reader.ReadPaddedUInt256("transaction.yParity"); break;
        }
    }

    private static Hash32 ReadBlobHash(ref Utf8JsonReader reader) => reader.ReadHash("transaction.blobVersionedHashes");

    private static Hash32 ReadStorageKey(ref Utf8JsonReader reader) => reader.ReadHash("accessList.storageKeys");

    private static AccessListEntry ReadAccessListEntry(ref Utf8JsonReader reader)
    {
        const string What = "accessList";
        reader.ExpectObject(What);
        Address? address = null;
        List<Hash32>? keys = null;
        while (reader.TryReadField(out var name))
        {
            if (name.SequenceEqual("address"u8))
                address = reader.ReadAddress("accessList.address");
            else if (name.SequenceEqual("storageKeys"u8))
                keys = reader.ReadArray("accessList.storageKeys", MaxAccessList, ReadStorageKey);
            else
                reader.Skip();
        }

        return new AccessListEntry(
            address ?? throw JsonRead.Missing(What, nameof(address)), keys ?? throw JsonRead.Missing(What, "storageKeys"));
    }

    private static SignedAuthorization ReadAuthorization(ref Utf8JsonReader reader)
    {
        const string What = "authorizationList";
        reader.ExpectObject(What);
        UInt256? chainId = null, r = null, s = null;
        Address? account = null;
        ulong? nonce = null;
        byte? yParity = null;
        while (reader.TryReadField(out var name))
        {
            if (name.SequenceEqual("chainId"u8))
                chainId = reader.ReadUInt256("authorizationList.chainId");
            else if (name.SequenceEqual("address"u8))
                account = reader.ReadAddress("authorizationList.address");
            else if (name.SequenceEqual("nonce"u8))
                nonce = reader.ReadUInt64("authorizationList.nonce");
            else if (name.SequenceEqual("yParity"u8))
                yParity = reader.ReadByte("authorizationList.yParity");
            else if (name.SequenceEqual("r"u8))
                r = reader.ReadPaddedUInt256("authorizationList.r");
            else if (name.SequenceEqual("s"u8))
                s = reader.ReadPaddedUInt256("authorizationList.s");
            else
                reader.Skip();
        }

        return new SignedAuthorization(
            new Authorization(
                chainId ?? throw JsonRead.Missing(What, nameof(chainId)),
                account ?? throw JsonRead.Missing(What, "address"),
                nonce ?? throw JsonRead.Missing(What, nameof(nonce))),
            yParity ?? throw JsonRead.Missing(What, nameof(yParity)),
            r ?? throw JsonRead.Missing(What, nameof(r)),
            s ?? throw JsonRead.Missing(What, nameof(s)));
    }

    private static bool IsOdd(UInt256 value) => (value & UInt256.One) == UInt256.One;

    private static Field Identify(ReadOnlySpan<byte> name) => name.Length switch
    {
        1 when name[0] == (byte)'r' => Field.R,
        1 when name[0] == (byte)'s' => Field.S,
        1 when name[0] == (byte)'v' => Field.V,
        2 when name.SequenceEqual("to"u8) => Field.To,
        3 when name.SequenceEqual("gas"u8) => Field.Gas,
        4 when name.SequenceEqual("hash"u8) => Field.Hash,
        4 when name.SequenceEqual("type"u8) => Field.Type,
        4 when name.SequenceEqual("from"u8) => Field.From,
        5 when name.SequenceEqual("nonce"u8) => Field.Nonce,
        5 when name.SequenceEqual("value"u8) => Field.Value,
        5 when name.SequenceEqual("input"u8) => Field.Input,
        7 when name.SequenceEqual("chainId"u8) => Field.ChainId,
        7 when name.SequenceEqual("yParity"u8) => Field.YParity,
        8 when name.SequenceEqual("gasPrice"u8) => Field.GasPrice,
        9 when name.SequenceEqual("blockHash"u8) => Field.BlockHash,
        10 when name.SequenceEqual("accessList"u8) => Field.AccessList,
        11 when name.SequenceEqual("blockNumber"u8) => Field.BlockNumber,
        12 when name.SequenceEqual("maxFeePerGas"u8) => Field.MaxFeePerGas,
        16 when name.SequenceEqual("transactionIndex"u8) => Field.TransactionIndex,
        16 when name.SequenceEqual("maxFeePerBlobGas"u8) => Field.MaxFeePerBlobGas,
        17 when name.SequenceEqual("authorizationList"u8) => Field.Authorizations,
        19 when name.SequenceEqual("blobVersionedHashes"u8) => Field.BlobHashes,
        20 when name.SequenceEqual("maxPriorityFeePerGas"u8) => Field.MaxPriorityFeePerGas,
        _ => Field.None,
    };

    private sealed class Fields
    {
        public Field Seen;
        public Hash32 Hash;
        public Hash32? BlockHash;
        public BlockNumber? BlockNumber;
        public uint? Index;
        public byte Type;
        public Address From;
        public Address? To;
        public ulong Nonce, Gas;
        public Wei Value;
        public byte[] Input = [];
        public ChainId? ChainId;
        public Wei? GasPrice, MaxFeePerGas, MaxPriorityFeePerGas, MaxFeePerBlobGas;
        public List<AccessListEntry>? AccessList;
        public List<Hash32>? BlobHashes;
        public List<SignedAuthorization>? Authorizations;
        public UInt256? R, S, V, YParity;

        public TransactionInfo ToTransaction()
        {
            if ((Seen & Required) != Required)
                throw JsonRead.Missing("transaction", (Required & ~Seen).ToString());

            return new TransactionInfo
            {
                Hash = Hash,
                Type = Type,
                Block = BlockHash is { } hash && BlockNumber is { } number ? new BlockRef(number, hash) : null,
                Index = Index,
                From = From,
                To = To,
                Nonce = Nonce,
                GasLimit = Gas,
                Value = Value,
                Input = Input,
                ChainId = ChainId,
                GasPrice = GasPrice,
                MaxFeePerGas = MaxFeePerGas,
                MaxPriorityFeePerGas = MaxPriorityFeePerGas,
                MaxFeePerBlobGas = MaxFeePerBlobGas,
                AccessList = AccessList,
                BlobHashes = BlobHashes,
                Authorizations = Authorizations,
                Signature = Signature(),
            };
        }

        private Signature? Signature() =>
            R is { } r && S is { } s && !(r.IsZero && s.IsZero) && Parity() is { } parity ? new Signature(r, s, parity) : null;

        // Typed transactions tell the parity; legacy ones add it to 27, or to 35 and twice the chain's id (EIP-155): odd v, even parity.
        private bool? Parity() =>
            YParity is { } parity ? IsOdd(parity)
            : V is not { } v ? null
            : v <= UInt256.One ? IsOdd(v)
            : !IsOdd(v);
    }
}
