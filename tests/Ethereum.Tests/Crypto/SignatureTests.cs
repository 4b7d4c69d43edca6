using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Crypto;

public sealed class SignatureTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(27, false)]
    [InlineData(28, true)]
    public void Reads_the_four_ways_to_write_the_recovery_bit(byte v, bool yParity)
    {
        byte[] bytes = [.. ((UInt256)7).ToBigEndian(), .. UInt256.MaxValue.ToBigEndian(), v];

        Assert.True(Signature.TryParse(bytes, out var signature));
        Assert.Equal(new Signature(7, UInt256.MaxValue, yParity), signature);
        Assert.Equal([.. bytes[..64], yParity ? (byte)28 : (byte)27], signature.ToBytes());
    }

    [Fact]
    public void Refuses_every_other_recovery_byte_and_length()
    {
        var bytes = new Signature(1, 2, YParity: true).ToBytes();
        for (var length = 0; length < bytes.Length; length++)
            Assert.False(Signature.TryParse(bytes.AsSpan(0, length), out _));
        Assert.False(Signature.TryParse([.. bytes, 0], out _));

        for (var v = 0; v < 256; v++)
        {
            bytes[64] = (byte)v;
            Assert.Equal(v is 0 or 1 or 27 or 28, Signature.TryParse(bytes, out _));
        }
    }
}
