using System.Globalization;
using System.Text.Json;
using OpenGradient.Cli.Tests.Support;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Node;

/// <summary><c>og node</c> on a chain with all contracts: the commands themselves, from their arguments to the register.</summary>
public sealed class NodeCommandTests(DeployedChainFixture chain) : IAsyncLifetime
{
    private const string Password = "a password for tests";
    private const string OperatorKey = "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a";
    private const string Operator = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
    private const string Payee = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65";
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("og-node-").FullName;
    private string _node = string.Empty;
    private string _config = string.Empty;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllBytesAsync(PathOf("deployment.json"), chain.AddressesFile, Stop);
        await File.WriteAllTextAsync(PathOf("password"), Password, Stop);
        using var key = PrivateKey.Generate();
        _node = key.Address.ToString();
        Assert.True(KeystoreFile.TryCreate(PathOf("node"), key, Password, new KeystoreKdf.Scrypt(2, 8, 1), cancellationToken: Stop));
        _config = await ConfigAsync($"OG_PRIVATE_KEY={OperatorKey}");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_node_comes_stakes_leaves_and_is_paid_out()
    {
        Assert.Equal(ExitCode.Failed, (await OgRun.RunAsync("node", "status", "--config", _config)).ExitCode);

        var registered = await OgAsync("register", "--role", "inference", "verifier", "--endpoint", "https://node.example", "--payee", Payee);
        Assert.Equal($"{Operator} {Payee}", Texts(registered, "operator", "payee"));
        Assert.Equal("""["Inference","Verifier"]""", JsonSerializer.Serialize(registered.GetProperty("standing").GetProperty("roles")));

        await FundAsync("1000");
        var staked = await OgAsync("stake", "250.5");
        Assert.Equal("allow the register to take 250.5 tokens; stake 250.5 tokens", Steps(staked));
        Assert.Equal("250.5 250.5 0", Texts(staked, "stake", "free", "unbonding"));

        var before = await NowAsync();
        var leaving = await OgAsync("exit", "100.5");
        Assert.Equal("150 100.5", Texts(leaving, "free", "unbonding"));
        var at = leaving.GetProperty("standing").GetProperty("withdrawableAt").GetDateTimeOffset();
        // The chain goes on meanwhile.
        Assert.InRange(at - TimeSpan.FromDays(9), before, await NowAsync());

        var early = await RefuseAsync(ExitCode.Failed, "withdraw");
        Assert.Contains($"unbonds until {at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC", early, StringComparison.Ordinal);
        Assert.Contains("--restart", await RefuseAsync(ExitCode.Failed, "exit"), StringComparison.Ordinal);

        await AnvilAsync("evm_increaseTime", 9 * 24 * 3600);
        await AnvilAsync("evm_mine");
        var paid = await OgAsync("withdraw");
        Assert.Equal("150 0", Texts(paid, "stake", "unbonding"));
        var token = new IERC20Contract(chain.Client, chain.Deployment.Token);
        Assert.Equal(Units.Parse("850", 18), await token.CallBalanceOfAsync(Address.Parse(Operator), cancellationToken: Stop));
        await token.CallAllowanceAsync(Address.Parse(Operator), chain.Deployment.Nodes, cancellationToken: Stop);

        await OgAsync("exit");
        var back = await OgAsync("exit", "--cancel");
        Assert.Equal("150 0", Texts(back, "free", "unbonding"));
        Assert.Contains("Nothing is unbonding", await RefuseAsync(ExitCode.Failed, "withdraw"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_node_does_and_who_is_paid_can_be_changed()
    {
        await OgAsync("register", "--role", "inference");

        var changed = await OgAsync("set", "--role", "prover", "--endpoint", "https://elsewhere.example", "--metadata", "ipfs://x", "--payee", Payee);

        Assert.Equal($"set what the node does; set the payee to {Payee}", Steps(changed));
        Assert.Equal(Payee, Text(changed, "payee"));
        Assert.Equal("Prover", changed.GetProperty("standing").GetProperty("roles")[0].GetString());
    }

    [Fact]
    public async Task Every_refusal_says_what_is_wrong_and_what_to_do()
    {
        Assert.Contains("is not registered", await RefuseAsync(ExitCode.Failed, "stake", "1"), StringComparison.Ordinal);
        Assert.Contains("is not registered", await RefuseAsync(ExitCode.Failed, "set", "--payee", Payee), StringComparison.Ordinal);
        await OgAsync("register", "--role", "inference");
        var twice = await RefuseAsync(ExitCode.Failed, "register", "--role", "inference");
        Assert.Contains($"{_node} is registered already.", twice, StringComparison.Ordinal);
        Assert.Contains("`og node status` shows it", twice, StringComparison.Ordinal);
        Assert.Contains("bytes, and 256 are the most", await RefuseAsync(ExitCode.Failed, "set", "--role", "data", "--endpoint", new string('x', 257)), StringComparison.Ordinal);
        Assert.Contains("are to be staked", await RefuseAsync(ExitCode.Failed, "stake", "999999999"), StringComparison.Ordinal);
        Assert.Contains("is no amount", await RefuseAsync(ExitCode.Failed, "exit"), StringComparison.Ordinal);

        var stranger = await ConfigAsync("OG_PRIVATE_KEY=0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6");
        var refusal = await OgRun.RefusalAsync(ExitCode.Failed, "node", "set", "--payee", Payee, "--config", stranger);
        Assert.Contains("is not the operator", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("7c852118", refusal, StringComparison.Ordinal);

        using var poor = PrivateKey.Generate();
        var secret = new byte[PrivateKey.ByteLength];
        poor.ExportSecret(secret);
        var penniless = await OgRun.RefusalAsync(
            ExitCode.Failed, "node", "exit", "1", "--restart", "--node", _node, "--config", await ConfigAsync($"OG_PRIVATE_KEY={Hex.Encode(secret)}"));
        Assert.Contains("is not the operator", penniless, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Locked_stake_is_shown_with_its_end()
    {
        await OgAsync("register", "--role", "inference");
        await FundAsync("100");
        await OgAsync("stake", "100");
        var register = new INodeRegistryContract(chain.Client, chain.Deployment.Nodes);
        var activeTime = await new IHubContract(chain.Client, chain.Deployment.Hub).CallActiveTimeAsync(cancellationToken: Stop);
        await AnvilAsync("anvil_impersonateAccount", chain.Deployment.Hub.ToString());
        await AnvilAsync("anvil_setBalance", chain.Deployment.Hub.ToString(), "0xde0b6b3a7640000");
        var call = register.PrepareLockLien(Address.Parse(_node), 1, Address.Parse(Operator), Units.Parse("30", 18), activeTime + 7200, activeTime);
        await AnvilCalls.SendAsync(chain.Client, chain.Deployment.Hub, call);

        var status = await OgRun.ReportAsync("node", "status", "--config", _config);
        var shown = await OgRun.RunAsync("node", "status", "--config", _config);

        Assert.Equal("30 70", Texts(status, "locked", "free"));
        var lien = Assert.Single(status.GetProperty("standing").GetProperty("liens").EnumerateArray());
        Assert.Equal("30", lien.GetProperty("amount").GetString());
        Assert.InRange(lien.GetProperty("endsAt").GetDateTimeOffset() - await NowAsync(), TimeSpan.FromHours(1.9), TimeSpan.FromHours(3.1));
        Assert.Contains("30 tokens until about", shown.Output, StringComparison.Ordinal);
        Assert.Contains("100 tokens: 70 free, 30 locked, 0 unbonding", shown.Output, StringComparison.Ordinal);

        await OgAsync("exit");
        await AnvilAsync("anvil_stopImpersonatingAccount", chain.Deployment.Hub.ToString());
    }

    [Theory]
    [InlineData("is no role", "register", "--role", "wizard")]
    [InlineData("is no role", "register", "--role", "3")]
    [InlineData("at least one role", "register")]
    [InlineData("no address", "set", "--payee", "0x12")]
    [InlineData("nothing to change", "set")]
    [InlineData("replaces roles", "set", "--endpoint", "https://x")]
    [InlineData("no amount", "stake", "lots")]
    [InlineData("no amount", "stake", "0")]
    [InlineData("no amount", "stake", "0.0000000000000000001")]
    [InlineData("--node is no address", "status", "--node", "me")]
    public async Task Wrong_usage_is_said_before_anything_is_sent(string problem, params string[] arguments) =>
        Assert.Contains(problem, await RefuseAsync(ExitCode.Usage, arguments), StringComparison.Ordinal);

    [Fact]
    public async Task A_missing_key_deployment_or_chain_is_named_with_its_setting()
    {
        var keyless = await ConfigAsync(string.Empty);
        Assert.Contains("OG_KEYSTORE", await OgRun.RefusalAsync(ExitCode.Usage, "node", "withdraw", "--config", keyless), StringComparison.Ordinal);
        Assert.Contains("OG_DEPLOYMENT", await RefuseAsync(ExitCode.Usage, "status", "--deployment", "424242"), StringComparison.Ordinal);
        Assert.Contains("OG_RPC_URL", await RefuseAsync(ExitCode.Failed, "status", "--rpc-url", "http://127.0.0.1:1"), StringComparison.Ordinal);
        var hidden = await RefuseAsync(ExitCode.Usage, "status", "--rpc-url", "ftp://host/secret-key");
        Assert.DoesNotContain("secret-key", hidden, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_another_chain_is_refused()
    {
        await using var other = await Anvil.StartAsync(Repository.Root, new AnvilOptions { ChainId = new ChainId(4242) }, Stop);

        var refusal = await RefuseAsync(ExitCode.Usage, "status", "--rpc-url", other.HttpUrl.ToString());

        Assert.Contains("is of chain 31337, and the endpoint answers for chain 4242", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_are_told_step_by_step()
    {
        var run = await OgRun.RunAsync("node", "register", "--role", "inference", "--config", _config);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        var (sent, mined) = (run.Output.IndexOf("sent", StringComparison.Ordinal), run.Output.IndexOf("mined", StringComparison.Ordinal));
        Assert.InRange(sent, 0, mined);
        Assert.Contains($"register {_node}: 0x", run.Output, StringComparison.Ordinal);
        Assert.Contains(Operator, run.Output[mined..], StringComparison.Ordinal);
        Assert.DoesNotContain(OperatorKey[2..], run.Output + run.Errors, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement report, string name) => report.GetProperty("standing").GetProperty(name).GetString();

    private static string Texts(JsonElement report, params string[] names) => string.Join(' ', names.Select(name => Text(report, name)));

    private static string Steps(JsonElement report) =>
        string.Join("; ", report.GetProperty("transactions").EnumerateArray().Select(step => step.GetProperty("what").GetString()));

    private string PathOf(string name) => Path.Combine(_folder, name);

    private async Task<string> ConfigAsync(string keySetting)
    {
        var path = PathOf($"config-{Directory.GetFiles(_folder).Length}");
        await File.WriteAllTextAsync(
            path,
            $"OG_RPC_URL={chain.Endpoint}\nOG_DEPLOYMENT={PathOf("deployment.json")}\nOG_NODE_KEYSTORE={PathOf("node")}\n"
            + $"OG_NODE_KEYSTORE_PASSWORD_FILE={PathOf("password")}\n{keySetting}\n",
            Stop);
        return path;
    }

    private Task<JsonElement> OgAsync(params string[] arguments) => OgRun.ReportAsync(["node", .. arguments, "--config", _config]);

    private Task<string> RefuseAsync(int exitCode, params string[] arguments) => OgRun.RefusalAsync(exitCode, ["node", .. arguments, "--config", _config]);

    // Sets what the operator has, whatever tests before this one left.
    private async Task FundAsync(string amount)
    {
        var token = new TestTokenContract(chain.Client, chain.Deployment.Token);
        var has = await new IERC20Contract(chain.Client, chain.Deployment.Token).CallBalanceOfAsync(Address.Parse(Operator), cancellationToken: Stop);
        using var signer = new LocalSigner(DevelopmentAccounts.Key(2));
        if (!has.IsZero)
            await new DevelopmentSender(chain.Client, signer, chain.Deployment.ChainId).SendAsync(
                new IERC20Contract(chain.Client, chain.Deployment.Token).PrepareTransfer(chain.Owner.Address, has), cancellationToken: Stop);
        await chain.Owner.SendAsync(token.PrepareMint(Address.Parse(Operator), Units.Parse(amount, 18)), cancellationToken: Stop);
    }

    private async Task<DateTimeOffset> NowAsync() =>
        DateTimeOffset.FromUnixTimeSeconds((long)(await chain.Client.GetHeaderAsync(BlockTag.Latest, Stop))!.Header.Timestamp);

    private Task<string?> AnvilAsync(string method, params object[] arguments) => AnvilCalls.DoAsync(chain.Client, method, arguments);
}
