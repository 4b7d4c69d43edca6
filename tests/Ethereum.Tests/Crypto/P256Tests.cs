using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Crypto;

public sealed class P256Tests
{
    // RFC 6979, appendix A.2.5: "sample" with SHA-256.
    private static readonly Hash32 Digest = Hash32.Parse("0xaf2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf");
    private static readonly byte[] Point = Hex.Decode("0x60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
    private static readonly byte[] R = Hex.Decode("0xefd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716");
    private static readonly byte[] HighS = Hex.Decode("0xf7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");

    private static byte[] Signature => [.. R, .. (P256.Order - UInt256.FromBigEndian(HighS)).ToBigEndian(), .. Point];

    [Fact]
    public void A_known_signature_holds_in_its_lower_form_alone()
    {
        Assert.True(P256.TryRecoverAddress(Digest, Signature, out var signer));
        Assert.Equal(new Address(Keccak256.Hash(Point).Bytes[12..]), signer);

        Assert.False(P256.TryRecoverAddress(Digest, [.. R, .. HighS, .. Point], out _));
        Assert.False(P256.TryRecoverAddress(Keccak256.Hash("other"u8), Signature, out _));
    }

    [Fact]
    public void Changed_or_cut_off_anywhere_it_is_none()
    {
        var signature = Signature;
        for (var i = 0; i < signature.Length; i++)
        {
            Assert.False(P256.TryRecoverAddress(Digest, signature.AsSpan(0, i), out _));
            var changed = signature.ToArray();
            changed[i] ^= 1;
            Assert.False(P256.TryRecoverAddress(Digest, changed, out _));
        }

        Assert.False(P256.TryRecoverAddress(Digest, [.. signature, 0], out _));
        Assert.False(P256.TryRecoverAddress(Digest, new byte[P256.SignatureLength], out _));
    }

    [Fact]
    public void What_a_key_signs_is_its_own_and_low()
    {
        using var key = P256Key.Generate();
        for (var i = 0UL; i < 32; i++)
        {
            var digest = Hash32.FromUInt256(i);
            var signature = key.Sign(digest);

            Assert.True(P256.TryRecoverAddress(digest, signature, out var signer));
            Assert.Equal(key.Address, signer);
            Assert.True(UInt256.FromBigEndian(signature.AsSpan(32, 32)) <= P256.Order >> 1);
            Assert.Equal(key.Point, signature.AsSpan(64));
        }
    }

    [Fact]
    public void Only_points_of_the_curve_have_an_account()
    {
        Assert.True(P256.TryReadAccount(Point, out var account));
        Assert.Equal(new Address(Keccak256.Hash(Point).Bytes[12..]), account);

        byte[] beside = [.. Point[..63], (byte)(Point[63] ^ 1)];
        // A coordinate that is not reduced: the same number, and another account.
        byte[] tooLarge = [.. UInt256.MaxValue.ToBigEndian(), .. Point[32..]];
        foreach (var none in (byte[][])[beside, tooLarge, new byte[64], Point[..63], [.. Point, 0], []])
            Assert.False(P256.TryReadAccount(none, out _));
    }
}
