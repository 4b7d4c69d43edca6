using System.Text;
using System.Text.Json.Nodes;
using OpenGradient.Ethereum.Wallets;

namespace OpenGradient.Ethereum.Tests.Wallets;

public sealed class KeystoreDamageTests
{
    private const int FieldBits = 256;

    [Fact]
    public void Tells_a_wrong_password_as_far_as_the_file_allows()
    {
        var json = KeystoreSample.Create();

        Assert.IsType<KeystoreOpening.WrongPassword>(KeystoreSample.Open(json, "wrong"));
        Assert.IsType<KeystoreOpening.WrongPasswordOrDamaged>(KeystoreSample.Open(KeystoreSample.WithoutChecksum(json), "wrong"));
    }

    [Theory]
    [InlineData("ciphertext")]
    [InlineData("mac")]
    public void Tells_damage_for_every_bit_of(string field)
    {
        var json = KeystoreSample.Create();
        var foreign = KeystoreSample.WithoutChecksum(json);
        for (var bit = 0; bit < FieldBits; bit++)
        {
            Assert.IsType<KeystoreOpening.Damaged>(KeystoreSample.Open(FlipCrypto(json, field, bit)));
            Assert.IsType<KeystoreOpening.WrongPasswordOrDamaged>(KeystoreSample.Open(FlipCrypto(foreign, field, bit)));
        }

        // With the password wrong as well, the damage is what can be said.
        Assert.IsType<KeystoreOpening.Damaged>(KeystoreSample.Open(FlipCrypto(json, field, 0), "wrong"));
    }

    [Fact]
    public void Tells_damage_for_every_bit_of_the_salt_and_for_the_cost()
    {
        var json = KeystoreSample.Create();
        for (var bit = 0; bit < FieldBits; bit++)
        {
            var flip = bit;
            Assert.IsType<KeystoreOpening.Damaged>(KeystoreSample.Open(KeystoreSample.Change(
                json, root => KeystoreSample.Flip(root["crypto"]!["kdfparams"]!.AsObject(), "salt", flip))));
        }

        foreach (var name in new[] { "n", "r", "p" })
            Assert.IsType<KeystoreOpening.Damaged>(KeystoreSample.Open(KeystoreSample.Change(json, root => root["crypto"]!["kdfparams"]![name] = 4)));
    }

    [Fact]
    public void Never_gives_out_a_key_of_another_address_whichever_bit_of_the_vector_or_the_address_is_turned()
    {
        var json = KeystoreSample.Create();
        for (var bit = 0; bit < 128; bit++)
        {
            var flip = bit;
            var mismatch = Assert.IsType<KeystoreOpening.AddressMismatch>(KeystoreSample.Open(FlipIv(json, flip)));
            Assert.Equal(KeystoreSample.Address, mismatch.Declared.ToString());
            Assert.NotEqual(mismatch.Declared, mismatch.Actual);
        }

        var address = Assert.IsType<KeystoreOpening.AddressMismatch>(
            KeystoreSample.Open(KeystoreSample.Change(json, static root => KeystoreSample.Flip(root, "address", 159))));
        Assert.Equal(KeystoreSample.Address, address.Actual.ToString());
    }

    [Fact]
    public void Without_an_address_the_checksum_guards_the_vector_and_without_both_nothing_does()
    {
        var nameless = KeystoreSample.Change(KeystoreSample.Create(), static root => root.Remove("address"));
        var bare = KeystoreSample.WithoutChecksum(nameless);

        Assert.IsType<KeystoreOpening.Damaged>(KeystoreSample.Open(FlipIv(nameless, 0)));
        // What the format cannot tell, and the documentation says so: the caller has to know the address.
        Assert.NotEqual(KeystoreSample.Secret, KeystoreSample.SecretOf(KeystoreSample.Open(FlipIv(bare, 0))), StringComparer.Ordinal);
        Assert.Equal(KeystoreSample.Secret, KeystoreSample.SecretOf(KeystoreSample.Open(bare)));
    }

    [Fact]
    public void Opens_a_file_whose_key_is_vouched_for_although_its_checksum_is_not_its_own()
    {
        var json = KeystoreSample.Create();

        foreach (var changed in new[]
        {
            KeystoreSample.Change(json, static root => root["id"] = "renamed"),
            KeystoreSample.Change(json, static root => KeystoreSample.Flip(root, "x-checksum", 0)),
            KeystoreSample.Change(json, static root => root["crypto"]!["kdfparams"]!["dklen"] = 64),
            KeystoreSample.Change(json, static root => root["meta"] = new JsonObject { ["note"] = "what nobody knows is ignored" }),
        })
            Assert.Equal(KeystoreSample.Secret, KeystoreSample.SecretOf(KeystoreSample.Open(changed)));
    }

    [Fact]
    public void Refuses_a_file_cut_off_at_any_byte()
    {
        var json = KeystoreSample.Create();
        var end = Array.LastIndexOf(json, (byte)'}');
        for (var length = 0; length <= end; length++)
            Assert.IsType<KeystoreOpening.Malformed>(KeystoreSample.Open(json[..length]));
        Assert.Equal(KeystoreSample.Secret, KeystoreSample.SecretOf(KeystoreSample.Open(json[..(end + 1)])));
    }

    [Fact]
    public void Whichever_bit_of_the_text_is_turned_gives_the_right_key_or_none()
    {
        var json = KeystoreSample.Create();
        var results = new Dictionary<Type, int>();
        for (var bit = 0; bit < json.Length * 8; bit++)
        {
            var changed = json.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            var result = KeystoreSample.Open(changed);
            if (result is KeystoreOpening.Opened)
                Assert.Equal(KeystoreSample.Secret, KeystoreSample.SecretOf(result));
            results[result.GetType()] = results.GetValueOrDefault(result.GetType()) + 1;
        }

        Assert.DoesNotContain(typeof(KeystoreOpening.WrongPassword), results.Keys);
        Assert.True(results[typeof(KeystoreOpening.Malformed)] > 1000);
        Assert.True(results[typeof(KeystoreOpening.Damaged)] > 100);
        Assert.True(results[typeof(KeystoreOpening.AddressMismatch)] > 10);
    }

    [Theory]
    [InlineData("version", "2")]
    [InlineData("version", "\"3\"")]
    [InlineData("version", null)]
    [InlineData("id", "5")]
    [InlineData("address", "\"0x1234\"")]
    [InlineData("address", "null")]
    [InlineData("x-checksum", "\"00\"")]
    [InlineData("crypto", null)]
    [InlineData("crypto", "[]")]
    [InlineData("Crypto", "{}")]
    [InlineData("crypto.cipher", "\"aes-128-cbc\"")]
    [InlineData("crypto.cipher", null)]
    [InlineData("crypto.cipherparams", null)]
    [InlineData("crypto.cipherparams.iv", "\"6087dab2f9fdbbfaddc31a909735c1\"")]
    [InlineData("crypto.cipherparams.iv", "\"6087dab2f9fdbbfaddc31a909735c1e6e6\"")]
    [InlineData("crypto.ciphertext", "\"\"")]
    [InlineData("crypto.ciphertext", "\"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa\"")]
    [InlineData("crypto.ciphertext", "\"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aazz\"")]
    [InlineData("crypto.mac", "\"517e\"")]
    [InlineData("crypto.mac", null)]
    [InlineData("crypto.kdf", "\"argon2\"")]
    [InlineData("crypto.kdf", "7")]
    [InlineData("crypto.kdfparams", null)]
    [InlineData("crypto.kdfparams.dklen", "16")]
    [InlineData("crypto.kdfparams.dklen", "-1")]
    [InlineData("crypto.kdfparams.n", "0")]
    [InlineData("crypto.kdfparams.n", "3")]
    [InlineData("crypto.kdfparams.n", "1.5")]
    [InlineData("crypto.kdfparams.n", "\"2\"")]
    [InlineData("crypto.kdfparams.n", "99999999999")]
    [InlineData("crypto.kdfparams.r", "0")]
    [InlineData("crypto.kdfparams.p", "-1")]
    [InlineData("crypto.kdfparams.salt", "\"0\"")]
    [InlineData("crypto.kdfparams.salt", null)]
    public void Says_what_is_wrong_with_a_file_that_is_no_keystore(string path, string? value)
    {
        var json = KeystoreSample.Change(KeystoreSample.Create(), root => Set(root, path, value));

        var malformed = Assert.IsType<KeystoreOpening.Malformed>(KeystoreSample.Open(json));

        Assert.Contains(path.Split('.')[^1], malformed.Fault, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"text\"")]
    [InlineData("{\"version\":3,\"version\":3}")]
    [InlineData("{\"version\":3,\"crypto\":{\"cipher\":\"\\ud800\"}}")]
    [InlineData("{\"\\ud800\":3}")]
    public void Refuses_what_is_no_keystore_at_all(string json) =>
        Assert.IsType<KeystoreOpening.Malformed>(KeystoreSample.Open(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Refuses_an_unknown_function_inside_pbkdf2()
    {
        var json = KeystoreSample.Change(
            KeystoreSample.Create(new KeystoreKdf.Pbkdf2(1)), static root => root["crypto"]!["kdfparams"]!["prf"] = "hmac-sha512");

        Assert.Contains("hmac-sha512", Assert.IsType<KeystoreOpening.Malformed>(KeystoreSample.Open(json)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_file_that_is_far_too_long()
    {
        var json = new byte[(1 << 16) + 1];
        json.AsSpan().Fill((byte)' ');

        Assert.Contains("65537", Assert.IsType<KeystoreOpening.Malformed>(KeystoreSample.Open(json)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_hexadecimal_with_a_prefix_and_names_in_any_case()
    {
        var text = Encoding.UTF8.GetString(KeystoreSample.Create())
            .Replace("\"crypto\"", "\"Crypto\"", StringComparison.Ordinal)
            .Replace("\"mac\": \"", "\"MAC\": \"0x", StringComparison.Ordinal)
            .Replace("\"address\": \"", "\"address\": \"0x", StringComparison.Ordinal);

        Assert.Equal(KeystoreSample.Secret, KeystoreSample.SecretOf(KeystoreSample.Open(Encoding.UTF8.GetBytes(text))));
    }

    private static byte[] FlipCrypto(byte[] json, string field, int bit) =>
        KeystoreSample.Change(json, root => KeystoreSample.Flip(root["crypto"]!.AsObject(), field, bit));

    private static byte[] FlipIv(byte[] json, int bit) =>
        KeystoreSample.Change(json, root => KeystoreSample.Flip(root["crypto"]!["cipherparams"]!.AsObject(), "iv", bit));

    private static void Set(JsonObject root, string path, string? value)
    {
        var names = path.Split('.');
        var parent = names[..^1].Aggregate(root, static (node, name) => node[name]!.AsObject());
        if (value is null)
            parent.Remove(names[^1]);
        else
            parent[names[^1]] = JsonNode.Parse(value);
    }
}
