using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Crypto;

public sealed class PublicKeyTests
{
    // G and 2·G: the keys of the secrets 1 and 2.
    private const string G = "0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    private const string TwiceG = "0x02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5";

    [Theory]
    [InlineData(G, "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")]
    [InlineData(TwiceG, "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF")]
    public void Reads_a_key_and_gives_its_address(string compressed, string address)
    {
        var key = PublicKey.Parse(Hex.Decode(compressed));

        Assert.Equal(compressed, key.ToString());
        Assert.Equal(Address.Parse(address), key.ToAddress());
        Assert.Equal(key, PublicKey.Parse(key.ToUncompressed()));
    }

    [Fact]
    public void Writes_and_reads_both_forms_of_keys_of_both_parities()
    {
        for (var i = 1UL; i <= 40; i++)
        {
            using var secret = PrivateKey.FromSecret(((UInt256)i).ToBigEndian());
            var key = secret.PublicKey;

            Assert.True(PublicKey.TryParse(key.ToCompressed(), out var fromCompressed));
            Assert.True(PublicKey.TryParse(key.ToUncompressed(), out var fromUncompressed));
            Assert.True(PublicKey.TryCreate(key.X, key.Y, out var fromCoordinates));
            Assert.Equal(key, fromCompressed);
            Assert.Equal(key, fromUncompressed);
            Assert.Equal(key, fromCoordinates);
            Assert.Equal(key.GetHashCode(), fromCompressed.GetHashCode());
            Assert.Equal((key.Y & UInt256.One).IsZero ? 2 : 3, key.ToCompressed()[0]);
            Assert.Equal(4, key.ToUncompressed()[0]);
        }
    }

    [Fact]
    public void Refuses_a_form_cut_short_or_made_longer()
    {
        var key = PublicKey.Parse(Hex.Decode(G));
        foreach (var form in new[] { key.ToCompressed(), key.ToUncompressed() })
        {
            for (var length = 0; length < form.Length; length++)
                Assert.False(PublicKey.TryParse(form.AsSpan(0, length), out _));
            Assert.False(PublicKey.TryParse([.. form, 0], out _));
            Assert.Throws<FormatException>(() => PublicKey.Parse(form.AsSpan(1)));
        }
    }

    [Fact]
    public void Refuses_every_other_prefix()
    {
        var key = PublicKey.Parse(Hex.Decode(G));
        foreach (var form in new[] { key.ToCompressed(), key.ToUncompressed() })
        {
            for (var prefix = 0; prefix < 256; prefix++)
            {
                form[0] = (byte)prefix;
                var isOfItsLength = form.Length == PublicKey.CompressedByteLength ? prefix is 2 or 3 : prefix is 4;
                Assert.Equal(isOfItsLength, PublicKey.TryParse(form, out _));
            }
        }
    }

    [Fact]
    public void Refuses_points_off_the_curve()
    {
        var key = PublicKey.Parse(Hex.Decode(G));

        Assert.False(PublicKey.TryCreate(key.X, key.Y + UInt256.One, out _));
        Assert.False(PublicKey.TryCreate(key.Y, key.X, out _));
        Assert.False(PublicKey.TryCreate(UInt256.Zero, UInt256.Zero, out _));
        // 5³ + 7 is no square.
        Assert.False(PublicKey.TryParse([2, .. ((UInt256)5).ToBigEndian()], out _));
        Assert.False(PublicKey.TryParse([3, .. ((UInt256)5).ToBigEndian()], out _));
        Assert.True(PublicKey.TryCreate(key.X, FieldElement.Modulus - key.Y, out _));
    }

    [Fact]
    public void Refuses_coordinates_from_the_modulus_up()
    {
        // x = 1 has a point; p + 1 is the same residue written otherwise.
        Assert.True(PublicKey.TryParse([2, .. UInt256.One.ToBigEndian()], out var key));
        Assert.False(PublicKey.TryParse([2, .. (FieldElement.Modulus + UInt256.One).ToBigEndian()], out _));
        Assert.False(PublicKey.TryCreate(FieldElement.Modulus + UInt256.One, key.Y, out _));
        Assert.False(PublicKey.TryParse([2, .. UInt256.MaxValue.ToBigEndian()], out _));
        Assert.False(PublicKey.TryParse([4, .. (FieldElement.Modulus + UInt256.One).ToBigEndian(), .. key.Y.ToBigEndian()], out _));
        Assert.False(PublicKey.TryCreate(key.X, FieldElement.Modulus, out _));
    }

    [Fact]
    public void Adds_a_tweak_as_the_secret_does()
    {
        var secret = Keccak256.Hash("secret"u8).ToArray();
        using var key = PrivateKey.FromSecret(secret);
        foreach (var tweak in Numbers.Below(Numbers.N, random: 20))
        {
            var sum = new byte[Scalars.ByteLength];
            Assert.True(Scalars.TryAddModOrder(secret, tweak.ToBigEndian(), sum));
            using var child = PrivateKey.FromSecret(sum);

            Assert.True(key.PublicKey.TryAddTweak(tweak.ToBigEndian(), out var publicChild));
            Assert.Equal(child.PublicKey, publicChild);
        }
    }

    [Fact]
    public void Refuses_a_tweak_from_the_order_up_or_one_that_leads_to_infinity()
    {
        var key = PublicKey.Parse(Hex.Decode(TwiceG));

        Assert.False(key.TryAddTweak(GroupOrder.N.ToBigEndian(), out _));
        Assert.False(key.TryAddTweak(UInt256.MaxValue.ToBigEndian(), out _));
        Assert.False(key.TryAddTweak((GroupOrder.N - 2UL).ToBigEndian(), out _));
        Assert.True(key.TryAddTweak((GroupOrder.N - UInt256.One).ToBigEndian(), out var one));
        Assert.Equal(G, one.ToString());
    }

    [Fact]
    public void Is_no_key_by_default()
    {
        PublicKey key = default;

        Assert.Throws<InvalidOperationException>(() => key.X);
        Assert.Throws<InvalidOperationException>(() => key.Y);
        Assert.Throws<InvalidOperationException>(() => key.ToAddress());
        Assert.Throws<InvalidOperationException>(() => key.ToCompressed());
        Assert.Throws<InvalidOperationException>(() => key.ToUncompressed());
        Assert.Throws<InvalidOperationException>(() => key.TryAddTweak(UInt256.One.ToBigEndian(), out _));
        Assert.Equal("no key", key.ToString());
        Assert.True(key == default);
        Assert.True(key != PublicKey.Parse(Hex.Decode(G)));
    }
}
