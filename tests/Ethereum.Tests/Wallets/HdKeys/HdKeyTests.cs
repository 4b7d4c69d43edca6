using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Wallets;

public sealed class HdKeyTests
{
    [Theory]
    [MemberData(nameof(Bip32Vectors.Valid), MemberType = typeof(Bip32Vectors))]
    public void Derives_the_vectors_of_the_standard(string seed, string path, string xpub, string xprv)
    {
        using var root = HdKey.FromSeed(Convert.FromHexString(seed));
        using var key = root.Derive(HdPath.Parse(path));

        Assert.Equal(xprv, key.ExportXprv());
        Assert.Equal(xpub, key.ToPublic().ExportXpub());
        Assert.Equal(path.Count(static character => character == '/'), key.Depth);
    }

    [Theory]
    [MemberData(nameof(Bip32Vectors.Valid), MemberType = typeof(Bip32Vectors))]
    public void Reads_what_it_writes(string seed, string path, string xpub, string xprv)
    {
        Assert.NotEmpty(seed);
        Assert.True(HdKey.TryParse(xprv, out var key));
        using (key)
        {
            Assert.True(HdPublicKey.TryParse(xpub, out var publicKey));
            Assert.Equal(xprv, key.ExportXprv());
            Assert.Equal(xpub, publicKey.ExportXpub());
            Assert.Equal(key.PublicKey, publicKey.PublicKey);
            Assert.Equal(key.Address, publicKey.Address);
            Assert.Equal(HdPath.Parse(path).Indices.Length, key.Depth);
        }
    }

    [Theory]
    [MemberData(nameof(Bip32Vectors.Invalid), MemberType = typeof(Bip32Vectors))]
    public void Refuses_the_invalid_keys_of_the_standard(string text, bool hasRightChecksum)
    {
        Assert.Equal(hasRightChecksum, Base58Check.TryDecode(text, new byte[78]));
        Assert.False(HdKey.TryParse(text, out _));
        Assert.False(HdPublicKey.TryParse(text, out _));
    }

    [Fact]
    public void Refuses_a_text_cut_off_or_lengthened_anywhere()
    {
        using var root = Root();
        foreach (var text in new[] { root.ExportXprv(), root.ToPublic().ExportXpub() })
        {
            for (var length = 0; length < text.Length; length++)
            {
                Assert.False(HdKey.TryParse(text.AsSpan(0, length), out _));
                Assert.False(HdPublicKey.TryParse(text.AsSpan(0, length), out _));
            }

            Assert.False(HdKey.TryParse(text + "1", out _));
            Assert.False(HdKey.TryParse("1" + text, out _));
            Assert.False(HdPublicKey.TryParse(text + "1", out _));
            Assert.False(HdPublicKey.TryParse("1" + text, out _));
        }
    }

    [Fact]
    public void Public_derivation_gives_the_addresses_of_private_derivation()
    {
        using var root = Root();
        using var account = root.Derive(HdPath.Parse("m/44'/60'/0'"));
        var publicAccount = account.ToPublic();
        foreach (var path in new[] { "m", "m/0", "m/0/1", "m/7/2147483647/3" })
        {
            using var key = account.Derive(HdPath.Parse(path));
            var publicKey = publicAccount.Derive(HdPath.Parse(path));
            Assert.Equal(key.Address, publicKey.Address);
            Assert.Equal(key.ToPublic().ExportXpub(), publicKey.ExportXpub());
        }
    }

    [Fact]
    public void Refuses_to_derive_a_hardened_child_from_a_public_key()
    {
        using var root = Root();

        Assert.Throws<ArgumentException>(() => root.ToPublic().Derive(HdPath.Parse("m/0'")));
    }

    [Fact]
    public void Goes_255_steps_deep_and_no_further()
    {
        using var root = Root();
        using var deepest = root.Derive(HdPath.Parse("m" + string.Concat(Enumerable.Repeat("/1'", 255))));

        Assert.Equal(255, deepest.Depth);
        Assert.Throws<InvalidOperationException>(() => deepest.DeriveChild(0));
        Assert.Throws<InvalidOperationException>(() => deepest.ToPublic().DeriveChild(0));
    }

    [Fact]
    public void A_child_outlives_its_parent_and_the_key_it_hands_out_outlives_it()
    {
        var root = Root();
        var child = root.DeriveChild(0);
        root.Dispose();
        using var key = child.ToPrivateKey();
        var address = child.Address;
        child.Dispose();

        Assert.True(Secp256k1.TryRecoverAddress(Hash32.Zero, key.Sign(Hash32.Zero), out var signer));
        Assert.Equal(address, signer);
        Assert.ThrowsAny<ObjectDisposedException>(() => child.ToPrivateKey());
        Assert.ThrowsAny<ObjectDisposedException>(() => child.ExportXprv());
        Assert.ThrowsAny<ObjectDisposedException>(() => child.ToPublic());
        Assert.ThrowsAny<ObjectDisposedException>(() => child.DeriveChild(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(65)]
    public void Refuses_a_seed_of_another_length(int length) =>
        Assert.Throws<ArgumentException>(() => HdKey.FromSeed(new byte[length]));

    [Fact]
    public void Shows_no_secret()
    {
        using var root = Root();

        Assert.Equal("a private key 0 steps from its root", root.ToString());
    }

    [Fact]
    public void Derives_the_keys_of_the_published_suite()
    {
        using var suite = PublishedSuite.Read("hdnode");
        var (trees, keys) = (0, 0);
        var secret = new byte[PrivateKey.ByteLength];
        foreach (var test in suite.RootElement.EnumerateArray())
        {
            var nodes = test.GetProperty("hdnodes");
            if (nodes.GetArrayLength() == 0)
                continue;

            trees++;
            using var root = HdKey.FromSeed(Convert.FromHexString(test.GetProperty("seed").GetString().AsSpan(2)));
            foreach (var node in nodes.EnumerateArray())
            {
                using var key = root.DerivePrivateKey(HdPath.Parse(node.GetProperty("path").GetString()!));
                key.ExportSecret(secret);
                Assert.Equal(node.GetProperty("privateKey").GetString(), Hex.Encode(secret));
                Assert.Equal(node.GetProperty("address").GetString(), key.Address.ToLowerHex());
                keys++;
            }
        }

        Assert.Equal((1049, 6289), (trees, keys));
    }

    [Fact]
    public void Development_accounts_are_those_of_anvil()
    {
        string[] addresses =
        [
            "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
            "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC", "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
        ];

        for (var index = 0; index < addresses.Length; index++)
        {
            using var key = DevelopmentAccounts.Key(index);
            Assert.Equal(addresses[index], key.Address.ToString());
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => DevelopmentAccounts.Key(-1));
    }

    private static HdKey Root() => HdKey.FromSeed(Convert.FromHexString("000102030405060708090a0b0c0d0e0f"));
}
