using System.Security.Cryptography;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Crypto;

public sealed class PrivateKeyTests
{
    private const int PublishedWallets = 9;
    private const int PublishedAccounts = 1038;

    // The accounts of the suite that test addresses alone.
    private const int PublishedAccountsWithoutKey = 7;

    private static readonly byte[] Secret = Keccak256.Hash("secret"u8).ToArray();

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
    public void Has_the_addresses_of_the_published_wallets()
    {
        using var suite = PublishedSuite.Read("wallets");
        var count = 0;
        foreach (var item in suite.RootElement.EnumerateArray())
        {
            using var key = PrivateKey.FromSecret(Hex.Decode(item.GetProperty("privateKey").GetString()));
            Assert.Equal(Address.Parse(item.GetProperty("address").GetString()!), key.Address);
            count++;
        }

        Assert.Equal(PublishedWallets, count);
    }

    [Fact]
    public void Has_the_addresses_of_the_published_accounts()
    {
        using var suite = PublishedSuite.Read("accounts");
        var withoutKey = 0;
        var count = 0;
        foreach (var item in suite.RootElement.EnumerateArray())
        {
            count++;
            var address = Address.Parse(item.GetProperty("address").GetString()!);
            Assert.Equal(item.GetProperty("checksumAddress").GetString(), address.ToString());
            if (!item.TryGetProperty("privateKey", out var secret))
            {
                withoutKey++;
                continue;
            }

            using var key = PrivateKey.FromSecret(Hex.Decode(secret.GetString()));
            Assert.Equal(address, key.Address);
        }

        Assert.Equal(PublishedAccounts, count);
        Assert.Equal(PublishedAccountsWithoutKey, withoutKey);
    }

    [Fact]
    public void Signs_what_recovers_to_its_own_key_in_the_low_form()
    {
        using var key = PrivateKey.Generate();
        var parities = new HashSet<bool>();
        for (ulong i = 0; i < 64; i++)
        {
            var digest = Hash32.FromUInt256(i);
            var signature = key.Sign(digest);
            parities.Add(signature.YParity);

            Assert.True(signature.S <= Secp256k1.GreatestLowS);
            Assert.True(Secp256k1.TryRecover(digest, signature, out var recovered));
            Assert.Equal(key.PublicKey, recovered);
            Assert.True(Secp256k1.Verify(key.PublicKey, digest, signature));
        }

        Assert.Equal(2, parities.Count);
    }

    [Fact]
    public void Signs_the_same_digest_differently_each_time()
    {
        using var key = PrivateKey.FromSecret(Secret);

        Assert.NotEqual(key.Sign(Hash32.Zero).R, key.Sign(Hash32.Zero).R);
    }

    [Fact]
    public void Signs_for_the_greatest_and_the_least_secret()
    {
        foreach (var secret in new[] { UInt256.One, Secp256k1.Order - UInt256.One })
        {
            using var key = PrivateKey.FromSecret(secret.ToBigEndian());
            Assert.True(Secp256k1.TryRecoverAddress(Hash32.Zero, key.Sign(Hash32.Zero), out var address));
            Assert.Equal(key.Address, address);
        }
    }

    [Fact]
    public void Refuses_secrets_out_of_range_without_telling_them()
    {
        foreach (var secret in new[]
        {
            UInt256.Zero.ToBigEndian(), Secp256k1.Order.ToBigEndian(), (Secp256k1.Order + UInt256.One).ToBigEndian(),
            UInt256.MaxValue.ToBigEndian(), [], new byte[31], [1, .. new byte[32]], Secret[..31], [.. Secret, 1],
        })
        {
            Assert.False(PrivateKey.TryFromSecret(secret, out var key));
            Assert.Null(key);
            var error = Assert.Throws<ArgumentException>(() => PrivateKey.FromSecret(secret));
            Assert.Equal("secret", error.ParamName);
            if (secret.Length > 0)
                Assert.DoesNotContain(Convert.ToHexString(secret)[..8], error.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Exports_the_secret_when_asked_to()
    {
        // A secret with zeros in front must keep its length.
        foreach (var secret in new[] { Secret, UInt256.One.ToBigEndian() })
        {
            using var key = PrivateKey.FromSecret(secret);
            var exported = new byte[PrivateKey.ByteLength];
            key.ExportSecret(exported);

            Assert.Equal(secret, exported);
            Assert.Throws<ArgumentException>(() => key.ExportSecret(new byte[31]));
            Assert.Throws<ArgumentException>(() => key.ExportSecret(new byte[33]));
        }
    }

    [Fact]
    public void Does_not_keep_to_the_span_that_it_was_made_from()
    {
        var secret = Secret.ToArray();
        using var key = PrivateKey.FromSecret(secret);
        secret.AsSpan().Clear();
        var exported = new byte[PrivateKey.ByteLength];
        key.ExportSecret(exported);

        Assert.Equal(Secret, exported);
    }

    [Fact]
    public void Generates_a_new_secret_each_time()
    {
        using var one = PrivateKey.Generate();
        using var other = PrivateKey.Generate();

        Assert.NotEqual(one.Address, other.Address);
    }

    [Fact]
    public void Shows_the_address_and_never_the_secret()
    {
        using var key = PrivateKey.FromSecret(Secret);

        Assert.Contains(key.Address.ToString(), key.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString(Secret)[..6], key.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Signs_and_exports_nothing_after_it_was_disposed_of()
    {
        var key = PrivateKey.FromSecret(Secret);
        var address = key.Address;
        key.Dispose();
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.Sign(Hash32.Zero));
        Assert.Throws<ObjectDisposedException>(() => key.ExportSecret(new byte[32]));
        Assert.Equal(address, key.Address);
    }

    [Fact]
    public async Task Signs_for_several_threads_at_once()
    {
        using var key = PrivateKey.FromSecret(Secret);
        var tasks = Enumerable.Range(0, 4).Select(part => Task.Run(
            () => Enumerable.Range(0, 25).Select(i => (UInt256)(ulong)((part * 100) + i)).All(number =>
                Secp256k1.TryRecover(Hash32.FromUInt256(number), key.Sign(Hash32.FromUInt256(number)), out var recovered)
                && recovered == key.PublicKey),
            TestContext.Current.CancellationToken));

        Assert.All(await Task.WhenAll(tasks), Assert.True);
    }

    [Fact]
    public async Task Is_disposed_of_while_others_sign_and_signs_no_more()
    {
        var key = PrivateKey.FromSecret(Secret);
        using var begun = new CountdownEvent(4);
        var tasks = Enumerable.Range(0, 4).Select(_ => Task.Run(
            () =>
            {
                begun.Signal();
                for (ulong i = 0; ; i++)
                {
                    var digest = Hash32.FromUInt256(i);
                    Assert.True(Secp256k1.Verify(key.PublicKey, digest, key.Sign(digest)));
                }
            },
            TestContext.Current.CancellationToken)).ToList();
        begun.Wait(TestContext.Current.CancellationToken);
        key.Dispose();

        // Each ends with a word of its own, and none with a broken signature.
        foreach (var task in tasks)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => task);
        Assert.Throws<ObjectDisposedException>(() => key.ExportSecret(new byte[PrivateKey.ByteLength]));
    }

    [Fact]
    public void Agrees_with_openssl_about_its_signatures()
    {
        using var key = PrivateKey.FromSecret(Secret);
        using var peer = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.CreateFromValue("1.3.132.0.10"),
            Q = new ECPoint { X = key.PublicKey.X.ToBigEndian(), Y = key.PublicKey.Y.ToBigEndian() },
        });

        var signature = key.Sign(Hash32.FromUInt256(77));

        Assert.True(peer.VerifyHash(Hash32.FromUInt256(77).ToArray(), signature.ToBytes()[..64]));
        Assert.False(peer.VerifyHash(Hash32.FromUInt256(78).ToArray(), signature.ToBytes()[..64]));
    }
}
