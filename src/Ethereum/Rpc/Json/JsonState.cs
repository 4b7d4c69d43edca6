using System.Text.Json;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>Reads proofs and fee histories.</summary>
internal static class JsonState
{
    private const int MaxProofNodes = 80;
    private const int MaxSlots = 100_000;
    private const int MaxHistory = 100_000;
    private const int MaxPercentiles = 1_000;

    public static FeeHistory ReadFeeHistory(ref Utf8JsonReader reader)
    {
        const string What = "feeHistory";
        reader.ExpectObject(What);
        BlockNumber? oldest = null;
        List<Wei>? baseFees = null;
        List<double>? ratios = null;
        List<IReadOnlyList<Wei>> rewards = [];
        List<Wei> blobFees = [];
        List<double> blobRatios = [];
        while (reader.TryReadField(out var name))
        {
            if (reader.IsNull())
                continue;
            if (name.SequenceEqual("oldestBlock"u8))
                oldest = reader.ReadBlockNumber("feeHistory.oldestBlock");
            else if (name.SequenceEqual("baseFeePerGas"u8))
                baseFees = reader.ReadArray("feeHistory.baseFeePerGas", MaxHistory, ReadFee);
            else if (name.SequenceEqual("gasUsedRatio"u8))
                ratios = reader.ReadArray("feeHistory.gasUsedRatio", MaxHistory, ReadRatio);
            else if (name.SequenceEqual("reward"u8))
                rewards = reader.ReadArray<IReadOnlyList<Wei>>("feeHistory.reward", MaxHistory, ReadFees);
            else if (name.SequenceEqual("baseFeePerBlobGas"u8))
                blobFees = reader.ReadArray("feeHistory.baseFeePerBlobGas", MaxHistory, ReadFee);
            else if (name.SequenceEqual("blobGasUsedRatio"u8))
                blobRatios = reader.ReadArray("feeHistory.blobGasUsedRatio", MaxHistory, ReadRatio);
            else
                reader.Skip();
        }

        if (oldest is not { } first || baseFees is null || ratios is null)
            throw JsonRead.Missing(What, "one of oldestBlock, baseFeePerGas and gasUsedRatio");
        if (baseFees.Count != ratios.Count + 1)
            throw JsonRead.Malformed(What, "does not have one base fee more than blocks");
        if (rewards.Count != 0 && rewards.Count != ratios.Count)
            throw JsonRead.Malformed(What, "does not have rewards for each block");

        return new FeeHistory(first, baseFees, ratios, rewards, blobFees, blobRatios);
    }

    public static AccountProof ReadProof(ref Utf8JsonReader reader)
    {
        const string What = "proof";
        reader.ExpectObject(What);
        Address? address = null;
        Wei? balance = null;
        ulong? nonce = null;
        Hash32? codeHash = null, storageHash = null;
        List<ReadOnlyMemory<byte>>? nodes = null;
        List<StorageProof>? storage = null;
        while (reader.TryReadField(out var name))
        {
            if (name.SequenceEqual("address"u8))
                address = reader.ReadAddress("proof.address");
            else if (name.SequenceEqual("balance"u8))
                balance = reader.ReadWei("proof.balance");
            else if (name.SequenceEqual("nonce"u8))
                nonce = reader.ReadUInt64("proof.nonce");
            else if (name.SequenceEqual("codeHash"u8))
                codeHash = reader.ReadHash("proof.codeHash");
            else if (name.SequenceEqual("storageHash"u8))
                storageHash = reader.ReadHash("proof.storageHash");
            else if (name.SequenceEqual("accountProof"u8))
                nodes = reader.ReadArray("proof.accountProof", MaxProofNodes, ReadNode);
            else if (name.SequenceEqual("storageProof"u8))
                storage = reader.ReadArray("proof.storageProof", MaxSlots, ReadStorageProof);
            else
                reader.Skip();
        }

        return new AccountProof(
            address ?? throw JsonRead.Missing(What, nameof(address)),
            balance ?? throw JsonRead.Missing(What, nameof(balance)),
            nonce ?? throw JsonRead.Missing(What, nameof(nonce)),
            codeHash ?? throw JsonRead.Missing(What, nameof(codeHash)),
            storageHash ?? throw JsonRead.Missing(What, nameof(storageHash)),
            nodes ?? throw JsonRead.Missing(What, "accountProof"),
            storage ?? throw JsonRead.Missing(What, "storageProof"));
    }

    private static StorageProof ReadStorageProof(ref Utf8JsonReader reader)
    {
        const string What = "storageProof";
        reader.ExpectObject(What);
        UInt256? key = null, value = null;
        List<ReadOnlyMemory<byte>>? nodes = null;
        while (reader.TryReadField(out var name))
        {
            // Nodes write the key as it was asked for, as 32 bytes or as a quantity.
            if (name.SequenceEqual("key"u8))
                key = reader.ReadPaddedUInt256("storageProof.key");
            else if (name.SequenceEqual("value"u8))
                value = reader.ReadPaddedUInt256("storageProof.value");
            else if (name.SequenceEqual("proof"u8))
                nodes = reader.ReadArray("storageProof.proof", MaxProofNodes, ReadNode);
            else
                reader.Skip();
        }

        return new StorageProof(
            Hash32.FromUInt256(key ?? throw JsonRead.Missing(What, nameof(key))),
            value ?? throw JsonRead.Missing(What, nameof(value)),
            nodes ?? throw JsonRead.Missing(What, "proof"));
    }

    private static ReadOnlyMemory<byte> ReadNode(ref Utf8JsonReader reader) => reader.ReadBytes("proof");

    private static Wei ReadFee(ref Utf8JsonReader reader) => reader.ReadWei("feeHistory");

    private static double ReadRatio(ref Utf8JsonReader reader) => reader.ReadDouble("feeHistory");

    private static List<Wei> ReadFees(ref Utf8JsonReader reader) => reader.ReadArray("feeHistory.reward", MaxPercentiles, ReadFee);
}
