using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Contracts.Tests;

/// <summary>Random values of the contracts' types, and samples of them that are the same on every run.</summary>
internal static class RandomData
{
    private const int Size = 30;
    private const ulong Seed = 712;
    private const ulong Gamma = 0x9e3779b97f4a7c15;

    public static Gen<Hash32> Hashes { get; } = Bytes(Hash32.ByteLength).Select(bytes => new Hash32(bytes));

    public static Gen<Address> Addresses { get; } = Bytes(Address.ByteLength).Select(bytes => new Address(bytes));

    /// <summary>Numbers of at most so many bits; as often small, or the greatest, as anything between.</summary>
    public static Gen<UInt256> Numbers(int bits) =>
        from word in Bytes(UInt256.ByteLength)
        from kept in Gen.OneOf(Gen.Choose(0, bits), Gen.Elements(0, 1, bits))
        from isGreatest in Gen.Frequency((7, Gen.Constant(false)), (1, Gen.Constant(true)))
        select kept == 0 ? UInt256.Zero : (isGreatest ? UInt256.MaxValue : UInt256.FromBigEndian(word)) >> (256 - kept);

    public static Gen<ulong> ShortNumbers(int bits) => Numbers(bits).Select(number => (ulong)number);

    public static Gen<byte[]> Bytes(int length) => Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value), length);

    /// <summary>Runs a check on a sample, the same each time; the item that fails is shown with its place and the seed.</summary>
    public static async Task ForEachAsync<T>(Gen<T> generator, int count, Func<T, Task> check)
    {
        var items = Gen.Sample(generator, count, new Rnd(Seed, Gamma), Size).ToList();
        Assert.Equal(count, items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            try
            {
                await check(items[i]);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Item {i} of the sample with seed {Seed} fails: {items[i]}", failure);
            }
        }
    }
}
