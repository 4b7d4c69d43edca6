using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Signing.Keys;

namespace OpenGradient.Signing.Tests.Keys;

public sealed class KeySettingsTests : IDisposable
{
    private const string Password = "correct horse";
    private const string RawKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    private static readonly ChainId Mainnet = new(1);
    private static readonly ChainId Local = new(31337);
    private static readonly Hash32 Digest = Keccak256.Hash("x"u8);
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("og-keys-").FullName;
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Opens_a_keystore_with_the_password_from_a_file_or_the_environment()
    {
        var address = WriteKeystore();

        _settings["OG_KEYSTORE_PASSWORD_FILE"] = Write("password", Password + "\n");
        Assert.Equal(address, (await OpenedAsync(Mainnet)).Address);

        _settings.Remove("OG_KEYSTORE_PASSWORD_FILE");
        _settings["OG_KEYSTORE_PASSWORD"] = Password;
        var signer = await OpenedAsync(Mainnet);
        Assert.True((await signer.SignAsync(Digest, Stop)).IsBy(address, Digest));
    }

    [Fact]
    public async Task Asks_a_person_where_no_setting_has_the_password()
    {
        var address = WriteKeystore();
        string? asked = null;

        var source = KeySettings.Read(KeySettingNames.Operator, Find, file =>
        {
            asked = file;
            return new SecretPassword(Password);
        });

        using var opened = Assert.IsType<KeyOpening.Opened>(await source.OpenAsync(Mainnet, Stop));
        Assert.Equal(address, opened.Signer.Address);
        Assert.Equal(_settings["OG_KEYSTORE"], asked);
    }

    [Theory]
    [InlineData("wrong", "the password is wrong")]
    [InlineData("", "holds no password", true)]
    [InlineData("two\nlines", "holds no password")]
    public async Task Says_what_is_wrong_with_a_password_and_never_what_it_was(string text, string problem, bool tooLong = false)
    {
        WriteKeystore();
        _settings["OG_KEYSTORE_PASSWORD_FILE"] = Write("password", tooLong ? new string('s', SecretPassword.MaxBytes + 1) : text);

        var refused = await RefusedAsync(Mainnet);

        Assert.Contains(problem, refused.Problem, StringComparison.Ordinal);
        if (text.Length > 0 && text != "wrong")
            Assert.DoesNotContain(text, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_a_file_is_missing_or_no_keystore()
    {
        _settings["OG_KEYSTORE"] = Path.Combine(_folder, "missing");
        Assert.Contains("There is no password", (await RefusedAsync(Mainnet)).Problem, StringComparison.Ordinal);
        _settings["OG_KEYSTORE_PASSWORD"] = Password;
        Assert.Contains("cannot be read", (await RefusedAsync(Mainnet)).Problem, StringComparison.Ordinal);
        _settings["OG_KEYSTORE"] = Write("text", "no keystore");
        Assert.Contains("not a keystore", (await RefusedAsync(Mainnet)).Problem, StringComparison.Ordinal);
        _settings["OG_KEYSTORE_PASSWORD_FILE"] = Path.Combine(_folder, "missing");
        Assert.Contains("The password cannot be read", (await RefusedAsync(Mainnet)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_is_no_utf8_is_not_shown()
    {
        WriteKeystore();
        var file = Path.Combine(_folder, "password");
        await File.WriteAllBytesAsync(file, [.. "secret"u8, 0xff, 0xfe], Stop);
        _settings["OG_KEYSTORE_PASSWORD_FILE"] = file;

        var refused = await RefusedAsync(Mainnet);

        Assert.Contains("holds no password", refused.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(31337, false, true)]
    [InlineData(1337, false, true)]
    [InlineData(1, false, false)]
    [InlineData(11155111, false, false)]
    [InlineData(1, true, true)]
    public async Task A_raw_key_is_for_development_unless_it_is_forced(ulong chain, bool isForced, bool isTaken)
    {
        _settings["OG_PRIVATE_KEY"] = RawKey;
        if (isForced)
            _settings["OG_PRIVATE_KEY_FORCED"] = "yes";

        if (isTaken)
            Assert.Equal("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", (await OpenedAsync(new ChainId(chain))).Address.ToString());
        else
            Assert.Contains("OG_PRIVATE_KEY_FORCED=yes", (await RefusedAsync(new ChainId(chain))).Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("1")]
    [InlineData("YES")]
    public async Task Nothing_but_the_word_forces_a_raw_key(string word)
    {
        _settings["OG_PRIVATE_KEY"] = RawKey;
        _settings["OG_PRIVATE_KEY_FORCED"] = word;

        await RefusedAsync(Mainnet);
    }

    [Fact]
    public async Task None_and_two_are_refused_by_the_settings_names()
    {
        Assert.Contains("OG_KEYSTORE", (await RefusedAsync(Local)).Remedy, StringComparison.Ordinal);

        _settings["OG_PRIVATE_KEY"] = RawKey;
        _settings["OG_KEYSTORE"] = "somewhere";
        var two = await RefusedAsync(Local);

        Assert.Contains("OG_KEYSTORE and OG_PRIVATE_KEY", two.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x00")]
    [InlineData("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff8z")]
    public async Task What_is_no_key_is_refused_and_not_repeated(string text)
    {
        _settings["OG_PRIVATE_KEY"] = text;

        Assert.DoesNotContain(text, (await RefusedAsync(Local)).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not a url", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "OG_SIGNER_URL")]
    [InlineData("ftp://host", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "OG_SIGNER_URL")]
    [InlineData("http://user:hunter2@host", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "OG_SIGNER_URL")]
    [InlineData("http://host", "0x12", "OG_SIGNER_ADDRESS")]
    [InlineData("http://host", null, "OG_SIGNER_ADDRESS")]
    public async Task A_remote_signer_needs_an_address_of_its_own_and_one_to_expect(string url, string? address, string setting)
    {
        _settings["OG_SIGNER_URL"] = url;
        if (address is not null)
            _settings["OG_SIGNER_ADDRESS"] = address;

        var refused = await RefusedAsync(Local);

        Assert.Contains(setting, refused.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Operator_and_node_have_settings_of_their_own()
    {
        _settings["OG_NODE_PRIVATE_KEY"] = RawKey;

        Assert.IsType<KeySource.Unusable>(KeySettings.Read(KeySettingNames.Operator, Find));
        Assert.IsType<KeySource.Raw>(KeySettings.Read(KeySettingNames.Node, Find));
        Assert.Empty(KeySettingNames.Operator.All.Intersect(KeySettingNames.Node.All, StringComparer.Ordinal));
    }

    private string? Find(string name) => _settings.GetValueOrDefault(name);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private Address WriteKeystore()
    {
        using var key = PrivateKey.Generate();
        _settings["OG_KEYSTORE"] = Path.Combine(_folder, "keystore");
        Assert.True(KeystoreFile.TryCreate(_settings["OG_KEYSTORE"], key, Password, new KeystoreKdf.Scrypt(2, 8, 1)));
        return key.Address;
    }

    private async Task<ISigner> OpenedAsync(ChainId chain) =>
        Assert.IsType<KeyOpening.Opened>(await KeySettings.Read(KeySettingNames.Operator, Find).OpenAsync(chain, Stop)).Signer;

    private async Task<KeyOpening.Refused> RefusedAsync(ChainId chain) =>
        Assert.IsType<KeyOpening.Refused>(await KeySettings.Read(KeySettingNames.Operator, Find).OpenAsync(chain, Stop));
}
