using OpenGradient.Attestation.Binding;
using OpenGradient.Ethereum.Crypto;

namespace OpenGradient.Attestation.Tests.Binding;

public sealed class SigningPointTests
{
    [Fact]
    public void Points_of_both_curves_are_read_and_nothing_else()
    {
        using var one = PrivateKey.Generate();
        using var other = P256Key.Generate();
        foreach (var point in (SigningPoint[])[one.PublicKey, SigningPoint.FromP256(other)])
        {
            var read = SigningPoint.TryRead(point.Bytes.Span);
            Assert.Equal(point, read);
            Assert.Equal(point.ToAddress(), read?.ToAddress());
            Assert.Equal(SigningPoint.Length, point.Bytes.Length);

            for (var length = 0; length < SigningPoint.Length; length++)
                Assert.Null(SigningPoint.TryRead(point.Bytes.Span[..length]));
            byte[] beside = [.. point.Bytes.Span[..63], (byte)(point.Bytes.Span[63] ^ 1)];
            Assert.Null(SigningPoint.TryRead(beside));
        }

        Assert.Null(SigningPoint.TryRead(new byte[SigningPoint.Length]));
        Assert.Equal(one.PublicKey.ToAddress(), SigningPoint.FromPublicKey(one.PublicKey).ToAddress());
        Assert.Equal(other.Address, SigningPoint.FromP256(other).ToAddress());
    }
}
