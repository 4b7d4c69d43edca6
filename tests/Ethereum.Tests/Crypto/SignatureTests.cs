using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Crypto;

public sealed class SignatureTests
{
    [Theory]
    [InlineData(27, false)]
    [InlineData(28, true)]
    public void Reads_the_recovery_bit_as_contracts_and_wallets_write_it(byte v, bool yParity)
    {
        byte[] bytes = [.. ((UInt256)7).ToBigEndian(), .. UInt256.MaxValue.ToBigEndian(), v];

        Assert.True(Signature.TryParse(bytes, out var signature));
        Assert.Equal(new Signature(7, UInt256.MaxValue, yParity), signature);
        Assert.Equal(bytes, signature.ToBytes());
    }

    /// <summary>The examples of EIP-2098.</summary>
    [Theory]
    [InlineData(
        "0x68a020a209d3d56c46f38cc50a33f704f4a9a10a59377f8dd762ac66910e9b90", "0x7e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea52064", false,
        "0x7e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea52064")]
    [InlineData(
        "0x9328da16089fcba9bececa81663203989f2df5fe1faa6291a45381c81bd17f76", "0x139c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793", true,
        "0x939c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793")]
    public void Writes_and_reads_the_compact_form(string r, string s, bool yParity, string yParityAndS)
    {
        var signature = new Signature(UInt256.FromBigEndian(Hex.Decode(r)), UInt256.FromBigEndian(Hex.Decode(s)), yParity);

        var compact = signature.ToCompactBytes();

        Assert.Equal([.. Hex.Decode(r), .. Hex.Decode(yParityAndS)], compact);
        Assert.True(Signature.TryParseEither(compact, out var read));
        Assert.Equal(signature, read);
        Assert.True(Signature.TryParseEither(signature.ToBytes(), out read));
        Assert.Equal(signature, read);
        Assert.False(Signature.TryParse(compact, out _));
        for (var length = 0; length < Signature.CompactLength; length++)
            Assert.False(Signature.TryParseEither(compact.AsSpan(0, length), out _));
    }

    [Fact]
    public void An_s_that_needs_all_its_bits_has_no_compact_form() =>
        Assert.Throws<InvalidOperationException>(() => new Signature(1, UInt256.MaxValue, YParity: false).ToCompactBytes());

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
            Assert.Equal(v is 27 or 28, Signature.TryParse(bytes, out _));
            Assert.Equal(v is 27 or 28, Signature.TryParseEither(bytes, out _));
        }
    }
}
