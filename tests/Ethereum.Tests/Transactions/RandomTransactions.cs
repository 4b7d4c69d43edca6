using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tests.Tries;
using OpenGradient.Ethereum.Transactions;

namespace OpenGradient.Ethereum.Tests.Transactions;

/// <summary>Draws transactions with fields about every length. Numbers that JavaScript keeps as doubles stay below 2^53.</summary>
internal static class RandomTransactions
{
    public static Transaction Next(Random random, TransactionType type) => type switch
    {
        TransactionType.Legacy => new LegacyTransaction
        {
            ChainId = random.Next(3) == 0 ? null : Chain(random),
            Nonce = Small(random),
            GasPrice = Amount(random),
            GasLimit = Small(random),
            To = Recipient(random),
            Value = Amount(random),
            Data = Data(random),
        },
        TransactionType.AccessList => new AccessListTransaction
        {
            ChainId = Chain(random),
            Nonce = Small(random),
            GasPrice = Amount(random),
            GasLimit = Small(random),
            To = Recipient(random),
            Value = Amount(random),
            Data = Data(random),
            AccessList = AccessList(random),
        },
        TransactionType.FeeMarket => new FeeMarketTransaction
        {
            ChainId = Chain(random),
            Nonce = Small(random),
            MaxPriorityFeePerGas = Tip(random),
            MaxFeePerGas = Fee(random),
            GasLimit = Small(random),
            To = Recipient(random),
            Value = Amount(random),
            Data = Data(random),
            AccessList = AccessList(random),
        },
        TransactionType.Blob => new BlobTransaction
        {
            ChainId = Chain(random),
            Nonce = Small(random),
            MaxPriorityFeePerGas = Tip(random),
            MaxFeePerGas = Fee(random),
            GasLimit = Small(random),
            To = NextAddress(random),
            Value = Amount(random),
            Data = Data(random),
            AccessList = AccessList(random),
            MaxFeePerBlobGas = Fee(random),
            BlobVersionedHashes = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => BlobSidecar.VersionedHash(Data(random)))],
        },
        _ => new SetCodeTransaction
        {
            ChainId = Chain(random),
            Nonce = Small(random),
            MaxPriorityFeePerGas = Tip(random),
            MaxFeePerGas = Fee(random),
            GasLimit = Small(random),
            To = NextAddress(random),
            Value = Amount(random),
            Data = Data(random),
            AccessList = AccessList(random),
            Authorizations =
            [
                .. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => new SignedAuthorization(
                    new Authorization(random.Next(2) == 0 ? UInt256.Zero : Small(random), NextAddress(random), Small(random)),
                    (byte)random.Next(2),
                    Scalar(random),
                    Scalar(random))),
            ],
        },
    };

    /// <summary>A number that a signature may hold, whether or not it is one of anyone.</summary>
    public static UInt256 Scalar(Random random) => UInt256.FromBigEndian(TrieTests.RandomBytes(random, 32)) >> (1 + random.Next(20));

    public static Address NextAddress(Random random) => new(TrieTests.RandomBytes(random, Address.ByteLength));

    public static ulong Small(Random random) => (ulong)random.NextInt64() >> (11 + random.Next(53));

    private static ChainId Chain(Random random) => new(1 + Small(random));

    private static Wei Amount(Random random) => new(UInt256.FromBigEndian(TrieTests.RandomBytes(random, 32)) >> random.Next(257));

    // A tip is never above the fee.
    private static Wei Tip(Random random) => new(Small(random));

    private static Wei Fee(Random random) => new((UInt256)(1UL << 53) + (UInt256)Small(random));

    private static Address? Recipient(Random random) => random.Next(4) == 0 ? null : NextAddress(random);

    private static byte[] Data(Random random) => TrieTests.RandomBytes(random, random.Next(3) switch { 0 => 0, 1 => random.Next(4), _ => random.Next(300) });

    private static AccessListEntry[] AccessList(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(4)).Select(_ => new AccessListEntry(
            NextAddress(random),
            [.. Enumerable.Range(0, random.Next(4)).Select(_ => new Hash32(TrieTests.RandomBytes(random, Hash32.ByteLength)))])),
    ];
}
