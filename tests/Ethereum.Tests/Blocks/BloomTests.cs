using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tests.Tries;

namespace OpenGradient.Ethereum.Tests.Blocks;

public sealed class BloomTests
{
    private static readonly Address Emitter = Address.Parse("0x22341ae42d6dd7384bc8584e50419ea3ac75b83f");
    private static readonly Hash32 Topic = Hash32.Parse("0x04491edcd115127caedbd478e2e7895ed80c7847e903431f94f9cfa579cad47f");

    [Fact]
    public void A_log_sets_three_bits_for_its_address_and_three_for_each_topic()
    {
        var bloom = Bloom.Of([new Log(Emitter, [Topic], ReadOnlyMemory<byte>.Empty)]);

        // Two items of three bits each, none of which coincide for these values.
        Assert.Equal(6, bloom.Bytes.ToArray().Sum(part => int.PopCount(part)));
        Assert.True(bloom.MayContain(Emitter));
        Assert.True(bloom.MayContain(Topic));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100)]
    public void Has_the_bits_of_its_definition(int count)
    {
        var random = new Random(count);
        var logs = Enumerable.Range(0, count).Select(_ => new Log(
            new Address(TrieTests.RandomBytes(random, 20)),
            [.. Enumerable.Range(0, random.Next(5)).Select(_ => new Hash32(TrieTests.RandomBytes(random, 32)))],
            default)).ToArray();

        // M of the yellow paper: for the first three pairs of bytes of each item's hash, the bit of that number modulo 2048.
        var bits = new bool[2048];
        foreach (var item in logs.SelectMany(log => (byte[][])[log.Address.ToArray(), .. log.Topics.Select(topic => topic.ToArray())]))
        {
            var hash = Keccak256.Hash(item).ToArray();
            foreach (var pair in (int[])[0, 2, 4])
                bits[((hash[pair] * 256) + hash[pair + 1]) % 2048] = true;
        }

        var bytes = new byte[Bloom.ByteLength];
        for (var bit = 0; bit < bits.Length; bit++)
            bytes[^(1 + (bit / 8))] |= (byte)(bits[bit] ? 1 << (bit % 8) : 0);
        Assert.Equal(Bloom.FromBytes(bytes), Bloom.Of(logs));
        Assert.All(logs, log => Assert.True(Bloom.Of(logs).MayContain(log.Address)));
        Assert.All(logs.SelectMany(log => log.Topics), topic => Assert.True(Bloom.Of(logs).MayContain(topic)));
    }

    [Fact]
    public void An_empty_filter_contains_nothing()
    {
        Assert.True(Bloom.Empty.IsEmpty);
        Assert.False(Bloom.Empty.MayContain(Emitter));
        Assert.Equal(Bloom.Empty, Bloom.Of([]));
    }

    [Fact]
    public void Filters_are_equal_by_content_and_have_one_length()
    {
        var bloom = Bloom.Of([new Log(Emitter, [], ReadOnlyMemory<byte>.Empty)]);

        Assert.Equal(bloom, Bloom.FromBytes(bloom.Bytes));
        Assert.NotEqual(Bloom.Empty, bloom);
        Assert.Throws<ArgumentException>(() => Bloom.FromBytes(new byte[255]));
    }
}
