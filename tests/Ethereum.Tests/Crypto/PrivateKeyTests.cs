using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Crypto;

public sealed class PrivateKeyTests
{
    [Theory]
    [InlineData(1, "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")]
    [InlineData(2, "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF")]
    [InlineData(3, "0x6813Eb9362372EEF6200f3b1dbC3f819671cBA69")]
    public void Has_the_well_known_address(ulong secret, string address)
    {
        using var key = PrivateKey.FromSecret(new UInt256(secret).ToBigEndian());

        Assert.Equal(Address.Parse(address), key.Address);
        Assert.Equal(key.Address, key.PublicKey.ToAddress());
    }

    [Fact]
    public void Signs_what_recovers_to_its_own_key_in_the_low_form()
    {
        using var key = PrivateKey.Generate();
        for (ulong i = 0; i < 100; i++)
        {
            var digest = Hash32.FromUInt256(i);
            var signature = key.Sign(digest);

            Assert.True(signature.S <= Secp256k1.GreatestLowS);
            Assert.True(Secp256k1.TryRecover(digest, signature, out var recovered));
            Assert.Equal(key.PublicKey, recovered);
            Assert.True(Secp256k1.Verify(key.PublicKey, digest, signature));
            Assert.False(Secp256k1.Verify(key.PublicKey, Hash32.FromUInt256(i + 1), signature));
        }
    }
}
