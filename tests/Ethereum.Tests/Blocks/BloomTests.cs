using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

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
