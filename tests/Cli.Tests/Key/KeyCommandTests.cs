using OpenGradient.Cli.Tests.Support;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Key;

public sealed class KeyCommandTests : IDisposable
{
    private const string Password = "a password for tests";
    private const string FirstAccount = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
    private const string FirstKey = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    private const string SecondAccount = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("og-key-").FullName;
    private readonly string _passwordFile;
    private readonly string _config;

    public KeyCommandTests()
    {
        _passwordFile = Write("password", Password + "\n");
        _config = Write("config", string.Empty);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Makes_a_keystore_that_opens_with_its_password_alone()
    {
        var file = PathOf("new");

        var made = await OgRun.ReportAsync("key", "new", file, "--password-file", _passwordFile, "--light", "--config", _config);
        var shown = await OgRun.ReportAsync("key", "show", file, "--password-file", _passwordFile, "--config", _config);

        Assert.Equal(made.GetProperty("address").GetString(), shown.GetProperty("address").GetString());
        Assert.Equal(file, made.GetProperty("file").GetString());
        var opening = KeystoreFile.Open(file, Password, cancellationToken: Stop);
        using var key = Assert.IsType<KeystoreOpening.Opened>(opening).Key;
        Assert.Equal(key.Address.ToString(), made.GetProperty("address").GetString());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var wrong = await OgRun.RefusalAsync(ExitCode.Failed, "key", "show", file, "--password-file", Write("wrong", "another"), "--config", _config);
        Assert.Contains("the password is wrong", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cast_opens_what_was_made()
    {
        var made = await OgRun.ReportAsync("key", "new", PathOf("new"), "--password-file", _passwordFile, "--light", "--config", _config);

        var cast = await ProgramRunner.RunAsync(
            new ProgramRun(
                FoundryPrograms.Cast(Repository.Root), ["wallet", "address", "--keystore", PathOf("new"), "--password", Password], Repository.Root), Stop);

        Assert.Equal(made.GetProperty("address").GetString(), cast.Output.Trim());
    }

    [Theory]
    [InlineData(FirstKey, null, FirstAccount)]
    [InlineData("0x" + FirstKey + "\n", null, FirstAccount)]
    [InlineData(DevelopmentAccounts.Phrase, null, FirstAccount)]
    [InlineData("  TEST test test test test test\ttest test test test test junk ", null, FirstAccount)]
    [InlineData(DevelopmentAccounts.Phrase, "m/44'/60'/0'/0/1", SecondAccount)]
    public async Task Imports_a_key_or_a_key_of_a_phrase(string secret, string? path, string address)
    {
        string[] pathOption = path is null ? [] : ["--path", path];

        var imported = await OgRun.ReportAsync(
            ["key", "import", PathOf("in"), "--secret-file", Write("secret", secret), "--password-file", _passwordFile, "--light", "--config", _config, .. pathOption]);

        Assert.Equal(address, imported.GetProperty("address").GetString());
    }

    [Theory]
    [InlineData("swallow swallow swallow", null)]
    [InlineData("test test test test test test test test test test test swallow", null)]
    [InlineData("0x1234", null)]
    [InlineData("", null)]
    [InlineData(DevelopmentAccounts.Phrase, "m/44/x")]
    [InlineData(FirstKey, "m/44'/60'/0'/0/1")]
    public async Task Refuses_what_is_no_key_and_repeats_nothing_of_it(string secret, string? path)
    {
        string[] pathOption = path is null ? [] : ["--path", path];

        var refusal = await OgRun.RefusalAsync(
            ExitCode.Usage,
            ["key", "import", PathOf("in"), "--secret-file", Write("secret", secret), "--password-file", _passwordFile, "--light", "--config", _config, .. pathOption]);

        Assert.False(File.Exists(PathOf("in")));
        Assert.DoesNotContain("swallow", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("1234", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(FirstKey, refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new")]
    [InlineData("import")]
    public async Task Never_writes_over_a_file(string command)
    {
        var file = Write("there", "something precious");
        string[] secret = command == "import" ? ["--secret-file", Write("secret", FirstKey)] : [];

        var refusal = await OgRun.RefusalAsync(
            ExitCode.Usage, ["key", command, file, "--password-file", _passwordFile, "--light", "--config", _config, .. secret]);

        Assert.Contains("no key is ever written over another", refusal, StringComparison.Ordinal);
        Assert.Equal("something precious", await File.ReadAllTextAsync(file, Stop));
    }

    [Fact]
    public async Task Takes_the_password_from_the_settings_and_makes_nothing_without_one()
    {
        Assert.Contains(
            "There is no password", await OgRun.RefusalAsync(ExitCode.Usage, "key", "new", PathOf("a"), "--light", "--config", _config), StringComparison.Ordinal);
        Assert.Contains(
            "There is no password",
            await OgRun.RefusalAsync(ExitCode.Usage, "key", "new", PathOf("a"), "--password-file", Write("empty", "\n"), "--light", "--config", _config),
            StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("a")));

        foreach (var setting in (string[])[$"OG_KEYSTORE_PASSWORD={Password}", $"OG_KEYSTORE_PASSWORD_FILE={_passwordFile}"])
        {
            var config = Write("set", setting);
            var file = PathOf(setting.Length.ToString(provider: null));
            await OgRun.ReportAsync("key", "new", file, "--light", "--config", config);
            await OgRun.ReportAsync("key", "show", file, "--password-file", _passwordFile, "--config", config);
        }
    }

    [Fact]
    public async Task Asks_at_a_terminal_and_shows_nothing_of_what_is_typed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || !File.Exists("/usr/bin/script"), "There is no `script` here to make a terminal with.");
        var file = PathOf("typed");
        var og = $"dotnet '{typeof(CommandLine).Assembly.Location}' key new '{file}' --light --config '{_config}'";
        // What is typed before the terminal's echo is off would be shown by the terminal itself: so each line waits for its question.
        const string Type = """
            answer() { for ((waited = 0; waited < 600; waited++)); do grep -q "$1" "$log" && break; sleep 0.05; done; sleep 0.3; printf '%s\r' "$2"; }
            log="$1"; : > "$log"
            { answer 'New password' "$3"; answer 'The same again' "$3"; sleep 1; } | script -qfec "$2" "$log" >/dev/null
            """;
        var log = PathOf("log");

        var run = await ProgramRunner.RunAsync(
            new ProgramRun("bash", ["-c", Type, "bash", log, og, Password], Repository.Root)
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["OG_ROOT"] = Repository.Root, ["TERM"] = "xterm" },
            },
            Stop);

        var shown = await File.ReadAllTextAsync(log, Stop);
        Assert.True(File.Exists(file), $"{run.Errors}\n{shown}");
        Assert.DoesNotContain(Password, shown, StringComparison.Ordinal);
        using var key = Assert.IsType<KeystoreOpening.Opened>(KeystoreFile.Open(file, Password, cancellationToken: Stop)).Key;
        Assert.Contains(key.Address.ToString(), shown, StringComparison.Ordinal);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }
}
