using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Wallets;

public sealed class KeystoreTests
{
    private const string Pbkdf2Vector = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
        "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private const string ScryptVector = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
        "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
        "kdfparams":{"dklen":32,"n":262144,"r":1,"p":8,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
        "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    [Theory]
    [InlineData(Pbkdf2Vector)]
    [InlineData(ScryptVector)]
    public void Opens_the_vectors_of_the_definition(string json) =>
        Assert.Equal(KeystoreSample.Secret, KeystoreSample.SecretOf(KeystoreSample.OpenWithinDefaultLimits(Encoding.UTF8.GetBytes(json), "testpassword")));

    [Fact]
    public void Opens_all_keystores_of_the_published_suite()
    {
        using var suite = PublishedSuite.Read("wallets");
        var opened = new List<string>();
        var otherFormats = new List<string>();
        foreach (var test in suite.RootElement.EnumerateArray())
        {
            var name = test.GetProperty("name").GetString()!;
            if (!test.GetProperty("type").ValueEquals("secret-storage"))
            {
                otherFormats.Add(name);
                continue;
            }

            var json = Encoding.UTF8.GetBytes(test.GetProperty("json").GetString()!);
            var secret = KeystoreSample.SecretOf(
                KeystoreSample.OpenWithinDefaultLimits(json, test.GetProperty("password").GetString()!));
            Assert.Equal(test.GetProperty("privateKey").GetString(), "0x" + secret);
            opened.Add(name);
        }

        Assert.Equal(7, opened.Count);
        // The wallets of the crowdsale of 2014 have another format, which nobody writes any more.
        Assert.Equal(["crowdsale_null", "crowdsale_password"], otherFormats);
    }

    [Fact]
    public void Opens_what_it_writes_with_either_function()
    {
        foreach (var kdf in new[] { KeystoreSample.Cheap, new KeystoreKdf.Scrypt(8, 3, 2), new KeystoreKdf.Pbkdf2(3) })
            Assert.Equal(KeystoreSample.Secret, KeystoreSample.SecretOf(KeystoreSample.Open(KeystoreSample.Create(kdf))));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" spaces are not trimmed ")]
    [InlineData("\u0000")]
    [InlineData("ﬁ and å stay what they are")]
    public void Takes_any_text_as_a_password(string password)
    {
        var json = KeystoreSample.Create(password: password);

        Assert.Equal(KeystoreSample.Secret, KeystoreSample.SecretOf(KeystoreSample.Open(json, password)));
        Assert.Equal(KeystoreSample.Secret, KeystoreSample.SecretOf(KeystoreSample.Open(json, Encoding.UTF8.GetBytes(password))));
        Assert.IsType<KeystoreOpening.WrongPassword>(KeystoreSample.Open(json, password + "x"));
    }

    [Fact]
    public void Refuses_a_password_with_half_a_surrogate_pair_without_showing_it()
    {
        var error = Assert.Throws<ArgumentException>(() => KeystoreSample.Create(password: "secret\ud800"));

        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("D800", error.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Throws<ArgumentException>(() => KeystoreSample.Open(KeystoreSample.Create(), "\udc00\ud800"));
    }

    [Fact]
    public void Writes_the_form_that_geth_writes_and_a_checksum()
    {
        var (first, second) = (KeystoreSample.Create(KeystoreKdf.Light), KeystoreSample.Create(KeystoreKdf.Light));
        using var json = JsonDocument.Parse(first);
        using var other = JsonDocument.Parse(second);
        var (root, crypto) = (json.RootElement, json.RootElement.GetProperty("crypto"));
        var parameters = crypto.GetProperty("kdfparams");

        Assert.Equal(3, root.GetProperty("version").GetInt32());
        Assert.Equal(KeystoreSample.Address[2..].ToLowerInvariant(), root.GetProperty("address").GetString());
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", root.GetProperty("id").GetString());
        Assert.Equal(64, root.GetProperty("x-checksum").GetString()!.Length);
        Assert.Equal("aes-128-ctr", crypto.GetProperty("cipher").GetString());
        Assert.Equal("scrypt", crypto.GetProperty("kdf").GetString());
        Assert.Equal((4096, 8, 6, 32), (Number("n"), Number("r"), Number("p"), Number("dklen")));
        foreach (var (path, length) in new[] { ("ciphertext", 64), ("mac", 64), ("kdfparams.salt", 64), ("cipherparams.iv", 32) })
        {
            Assert.Equal(length, Field(json, path).Length);
            Assert.NotEqual(Field(json, path), Field(other, path), StringComparer.Ordinal);
        }

        Assert.DoesNotContain(KeystoreSample.Secret, Encoding.UTF8.GetString(first), StringComparison.Ordinal);

        static string Field(JsonDocument keystore, string path) => path.Split('.')
            .Aggregate(keystore.RootElement.GetProperty("crypto"), static (element, name) => element.GetProperty(name)).GetString()!;

        int Number(string name) => parameters.GetProperty(name).GetInt32();
    }

    [Fact]
    public void Results_show_no_secret()
    {
        using var key = KeystoreSample.Key();
        var opened = new KeystoreOpening.Opened(key);

        Assert.DoesNotContain(KeystoreSample.Secret, opened.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains(KeystoreSample.Address, opened.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(262144, 8, 1, true)]
    [InlineData(524288, 8, 1, true)]
    [InlineData(1048576, 8, 1, false)]
    [InlineData(1073741824, 1073741824, 1073741824, false)]
    [InlineData(2, 1073741824, 1, false)]
    [InlineData(2, 1, 2147483647, false)]
    [InlineData(4096, 8, 600, false)]
    public void Grants_what_wallets_ask_for_and_no_more(int n, int r, int p, bool granted)
    {
        var excess = KeystoreLimits.Default.Exceeded(new KeystoreKdf.Scrypt(n, r, p));

        Assert.Equal(granted, excess is null);
        if (!granted)
            Assert.Contains("are granted", excess!, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_file_that_costs_too_much_with_the_cap_in_the_message()
    {
        var costly = KeystoreSample.Change(
            KeystoreSample.Create(), static root => root["crypto"]!["kdfparams"]!["n"] = 1 << 30);
        var slow = KeystoreSample.Change(
            KeystoreSample.Create(new KeystoreKdf.Pbkdf2(2)), static root => root["crypto"]!["kdfparams"]!["c"] = int.MaxValue);

        var memory = Assert.IsType<KeystoreOpening.TooCostly>(KeystoreSample.OpenWithinDefaultLimits(costly));
        var iterations = Assert.IsType<KeystoreOpening.TooCostly>(KeystoreSample.OpenWithinDefaultLimits(slow));

        Assert.Contains(KeystoreLimits.Default.MaxScryptMemoryBytes.ToString(CultureInfo.InvariantCulture), memory.Explanation, StringComparison.Ordinal);
        Assert.Contains(
            KeystoreLimits.Default.MaxPbkdf2Iterations.ToString(CultureInfo.InvariantCulture), iterations.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_to_write_what_it_would_not_read()
    {
        KeystoreKdf[] refused =
        [
            new KeystoreKdf.Scrypt(3, 8, 1), new KeystoreKdf.Scrypt(1, 8, 1), new KeystoreKdf.Scrypt(2, 0, 1), new KeystoreKdf.Scrypt(2, 1, 0),
            new KeystoreKdf.Scrypt(1 << 30, 8, 1), new KeystoreKdf.Pbkdf2(0), new KeystoreKdf.Pbkdf2(int.MaxValue),
        ];

        Assert.All(refused, static kdf => Assert.Throws<ArgumentException>(() => KeystoreSample.Create(kdf)));
    }

    [Fact]
    public void Stops_when_it_is_cancelled()
    {
        using var key = KeystoreSample.Key();
        var cancelled = new CancellationToken(canceled: true);

        Assert.Throws<OperationCanceledException>(() => Keystore.Encrypt(key, "x", cancellationToken: cancelled));
        foreach (var kdf in new[] { KeystoreSample.Cheap, new KeystoreKdf.Pbkdf2(1) })
        {
            var json = KeystoreSample.Create(kdf);
            Assert.Throws<OperationCanceledException>(() => Keystore.Decrypt(json, "x", cancellationToken: cancelled));
        }
    }

    [Fact]
    public void Leaves_the_key_it_was_given_usable()
    {
        using var key = KeystoreSample.Key();

        Keystore.Encrypt(key, "x", KeystoreSample.Cheap, cancellationToken: TestContext.Current.CancellationToken);

        var secret = new byte[PrivateKey.ByteLength];
        key.ExportSecret(secret);
        Assert.Equal(KeystoreSample.Secret, Convert.ToHexStringLower(secret));
    }
}
