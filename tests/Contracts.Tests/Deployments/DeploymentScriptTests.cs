using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests.Deployments;

/// <summary>The deployment script against chains that are as they should not be.</summary>
public sealed class DeploymentScriptTests(DeployedChainFixture chain) : IDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private const string DevelopmentSetup = "contracts/script/deployment/development-setup.json";
    private const string Stranger = "00000000000000000000000000000000000000f1";

    // Where the script may read, and git does not look.
    private readonly string _setup = Path.Combine(".og", "deployments", $"setup-{Path.GetRandomFileName()}.json");

    private Address Deployer => chain.Deployment.Deployer;

    public void Dispose() => File.Delete(Path.Combine(Repository.Root, _setup));

    [Fact]
    public async Task Every_contract_stands_with_the_code_that_the_file_names()
    {
        foreach (var (name, contract) in chain.Deployment.Contracts)
        {
            var code = await chain.Client.GetCodeAsync(contract.Address, BlockTag.Latest, Stop);
            Assert.False(code.IsEmpty, name);
            Assert.Equal(contract.CodeHash, Keccak256.Hash(code.Span));

            var before = BlockTag.At(new BlockNumber(contract.Block.Value - 1));
            Assert.True((await chain.Client.GetCodeAsync(contract.Address, before, Stop)).IsEmpty, name);
            Assert.False((await chain.Client.GetCodeAsync(contract.Address, contract.Block, Stop)).IsEmpty, name);
        }
    }

    [Fact]
    public async Task A_run_that_was_killed_is_finished_by_the_next_and_a_third_sends_nothing()
    {
        // Blocks are made by hand, so that the script waits for each of its transactions.
        await using var anvil = await StartAsync("--no-mining");
        await using var client = EthereumClient.Connect(anvil.HttpUrl);
        await KillAsync(anvil, client);
        // What was on its way when it was killed.
        await AnvilAsync(client, "evm_mine");
        Assert.InRange(await StandingAsync(client), 1, chain.Deployment.Contracts.Count - 1);

        await AnvilAsync(client, "evm_setAutomine", true);
        var finished = await DeployAsync(anvil);
        var head = await client.GetBlockNumberAsync(Stop);
        var again = await DeployAsync(anvil);

        Assert.Equal(chain.Deployment.Contracts.Count, await StandingAsync(client));
        Assert.Equal(AddressesOf(chain.Deployment), AddressesOf(finished), StringComparer.Ordinal);
        Assert.Equal(AddressesOf(finished), AddressesOf(again), StringComparer.Ordinal);
        Assert.Equal(head, await client.GetBlockNumberAsync(Stop));
    }

    [Fact]
    public async Task What_builds_and_tests_know_of_what_was_compiled_is_left_as_it_is()
    {
        var notes = new FileInfo(Path.Combine(Repository.Root, "contracts", "cache", "solidity-files-cache.json"));
        Assert.True(notes.Exists, "The contracts were not compiled.");
        await using var anvil = await StartAsync();

        await DeployAsync(anvil);

        var written = notes.LastWriteTimeUtc;
        notes.Refresh();
        Assert.Equal(written, notes.LastWriteTimeUtc);
    }

    [Fact]
    public async Task Holds_what_stands_against_what_was_compiled_and_configured()
    {
        await using var anvil = await StartAsync();
        await using var client = EthereumClient.Connect(anvil.HttpUrl);
        var deployment = await DeployAsync(anvil);

        var otherwise = await FailsAsync(anvil, new(StringComparer.Ordinal) { ["OG_DEPLOY_KEYS_OVERLAP_S"] = "7200" });
        Assert.Contains("CodeDiffers(\"AttestedKeys\"", otherwise, StringComparison.Ordinal);

        // The delay lies behind the roles.
        await AnvilAsync(client, "anvil_setStorageAt", deployment.Timelock.ToLowerHex(), "0x2", Hash32.FromUInt256(1u).ToString());
        Assert.Contains("Differs(\"TimelockController.getMinDelay\"", await FailsAsync(anvil), StringComparison.Ordinal);

        await AnvilAsync(client, "anvil_setCode", deployment.Hub.ToLowerHex(), "0x00");
        Assert.Contains("CodeDiffers(\"InferenceHub\"", await FailsAsync(anvil), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_timelock_of_which_somebody_unnamed_holds_a_role()
    {
        await using var anvil = await StartAsync();
        await using var client = EthereumClient.Connect(anvil.HttpUrl);
        var deployment = await DeployAsync(anvil);
        var timelock = deployment.Timelock.ToLowerHex();
        await AnvilAsync(client, "anvil_setBalance", timelock, "0xde0b6b3a7640000");
        await AnvilAsync(client, "anvil_impersonateAccount", timelock);

        foreach (var role in (string[])["PROPOSER_ROLE", "CANCELLER_ROLE", "EXECUTOR_ROLE", "MADE_UP_ROLE"])
        {
            var arguments = Keccak256.Hash(Encoding.UTF8.GetBytes(role)).ToString()[2..] + new string('0', 24) + Stranger;
            await SendAsync("grantRole(bytes32,address)");
            var problem = await FailsAsync(anvil);
            Assert.Contains("RoleNotNamed", problem, StringComparison.Ordinal);
            Assert.Contains(Stranger, problem, StringComparison.OrdinalIgnoreCase);

            await SendAsync("revokeRole(bytes32,address)");

            Task SendAsync(string function) => AnvilAsync(
                client, "eth_sendTransaction",
                new JsonObject
                {
                    ["from"] = timelock,
                    ["to"] = timelock,
                    ["data"] = Keccak256.Hash(Encoding.UTF8.GetBytes(function)).ToString()[..10] + arguments,
                });
        }

        // What was taken back again does not matter.
        Assert.Equal(AddressesOf(deployment), AddressesOf(await DeployAsync(anvil)), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Says_when_the_chain_lacks_what_deploys()
    {
        await using var anvil = await StartAsync("--disable-default-create2-deployer");

        Assert.Contains("DeterministicDeployerMissing()", await FailsAsync(anvil), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deploys_stand_ins_on_no_chain_but_a_local_one()
    {
        await using var anvil = await Anvil.StartAsync(Repository.Root, new AnvilOptions { ChainId = new ChainId(1) }, Stop);

        Assert.Contains("NotALocalChain(1)", await FailsAsync(anvil), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deploys_for_value_what_it_is_told_and_nothing_of_development()
    {
        await using var anvil = await Anvil.StartAsync(Repository.Root, new AnvilOptions { ChainId = new ChainId(4242) }, Stop);
        await using var client = EthereumClient.Connect(anvil.HttpUrl);
        using var signer = new LocalSigner(DevelopmentAccounts.Key(0));
        var token = await new DevelopmentSender(client, signer, new ChainId(4242)).DeployAsync(TestTokenContract.Deployment(), Stop);
        var settings = ForValue();
        settings["OG_DEPLOY_TOKEN"] = token.ToString();
        settings["OG_DEPLOY_HUB_CLAIM_TIME_S"] = "300";
        settings["OG_DEPLOY_PROOF_SETUP"] = WriteSetup("A ceremony, as far as this test goes");

        var deployment = await DeployAsync(Run(anvil.HttpUrl) with { IsDevelopment = false, Settings = settings });

        Assert.Equal(ContractNames.All.Order(StringComparer.Ordinal), deployment.Contracts.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.False(deployment.IsDevelopment);
        Assert.Equal((4242ul, token), (deployment.ChainId.Value, deployment.Token));
        Assert.Equal((300ul, 7200ul, (UInt256)1000u), (deployment.HubTerms.ClaimTime, deployment.HubTerms.DefaultWindow, deployment.HubTerms.MinBond));
        Assert.Equal(((UInt256)2000u, (UInt256)3000u), (deployment.CourtTerms.SealBond, deployment.CourtTerms.MemberFee));
        Assert.Equal((172_800ul, 2), (deployment.Owners.DelaySeconds, deployment.Owners.Proposers.Count));
        Assert.Equal([Address.Zero], deployment.Owners.Executors);
        var verifiers = new IVerifierRegistryContract(client, deployment.Verifiers);
        Assert.False(await verifiers.CallIsDevelopmentDeploymentAsync(cancellationToken: Stop));
        Assert.True(await verifiers.CallIsRegisteredAsync(deployment.Proofs, cancellationToken: Stop));
        Assert.False(await verifiers.CallIsDevelopmentVerifierAsync(deployment.Proofs, cancellationToken: Stop));
        Assert.Equal(
            "A ceremony, as far as this test goes",
            await new ProofVerifierContract(client, deployment.Proofs).CallLabelAsync(cancellationToken: Stop));
        Assert.False(await new IAttestedKeysContract(client, deployment.Keys).CallIsDevelopmentAsync(cancellationToken: Stop));
        Assert.Equal(deployment.Owners.Guardian, await new IHubContract(client, deployment.Hub).CallGuardianAsync(cancellationToken: Stop));
        // The same account and salt: the same addresses on another chain, whatever is built with.
        Assert.Equal(chain.Deployment.Hub, deployment.Hub);
    }

    [Fact]
    public async Task Refuses_for_value_a_setup_whose_secret_is_known()
    {
        var settings = ForValue();
        settings["OG_DEPLOY_PROOF_SETUP"] = WriteSetup("UNSAFE development setup, seed development");

        var problem = await ProblemAsync(Run(chain.Endpoint) with
        {
            IsDevelopment = false,
            Settings = new Dictionary<string, string>(settings, StringComparer.Ordinal) { ["OG_DEPLOY_SALT"] = "another" },
        });

        Assert.Contains("DevelopmentVerifierRefused", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_local_chain_verifies_under_a_setup_whose_secret_is_known_and_says_so()
    {
        var proofs = new ProofVerifierContract(chain.Client, chain.Deployment.Proofs);

        Assert.True(await proofs.CallIsDevelopmentAsync(cancellationToken: Stop));
        Assert.Equal("UNSAFE development setup, seed development", await proofs.CallLabelAsync(cancellationToken: Stop));
        Assert.Equal((UInt256)20u, await proofs.CallPowerCountAsync(cancellationToken: Stop));
        Assert.True(await new IVerifierRegistryContract(chain.Client, chain.Deployment.Verifiers)
            .CallIsDevelopmentVerifierAsync(chain.Deployment.Proofs, cancellationToken: Stop));
    }

    [Theory]
    [InlineData("OG_DEPLOY_TOKEN", null, "SettingMissing")]
    [InlineData("OG_DEPLOY_TOKEN", "0x1234", "SettingInvalid")]
    [InlineData("OG_DEPLOY_TOKEN", "0x0000000000000000000000000000000000000000", "SettingInvalid")]
    [InlineData("OG_DEPLOY_TOKEN", "0x00000000000000000000000000000000000000a1", "TokenMissing")]
    [InlineData("OG_DEPLOY_GUARDIAN", null, "SettingMissing")]
    [InlineData("OG_DEPLOY_PROPOSERS", null, "SettingMissing")]
    [InlineData("OG_DEPLOY_PROPOSERS", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266,", "SettingInvalid")]
    [InlineData("OG_DEPLOY_HUB_MIN_BOND", null, "SettingMissing")]
    [InlineData("OG_DEPLOY_HUB_MIN_BOND", "340282366920938463463374607431768211456", "SettingInvalid")]
    [InlineData("OG_DEPLOY_COURT_SEAL_BOND", null, "SettingMissing")]
    [InlineData("OG_DEPLOY_COURT_MEMBER_FEE", null, "SettingMissing")]
    [InlineData("OG_DEPLOY_PROOF_SETUP", null, "SettingMissing")]
    [InlineData("OG_DEPLOY_HUB_CLAIM_TIME_S", "soon", "SettingInvalid")]
    [InlineData("OG_DEPLOY_TIMELOCK_DELAY_S", "-1", "SettingInvalid")]
    [InlineData("OG_DEPLOY_TIMELOCK_DELAY_S", "172799", "SettingInvalid")]
    public async Task Names_the_setting_that_a_deployment_for_value_lacks_or_has_wrong(string name, string? value, string error)
    {
        var settings = ForValue();
        settings.Remove(name);
        if (value is not null)
            settings[name] = value;

        var problem = await ProblemAsync(Run(chain.Endpoint) with { IsDevelopment = false, Settings = settings });

        Assert.Contains(error, problem, StringComparison.Ordinal);
        Assert.Contains(error == "TokenMissing" ? value! : name, problem, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Shows_no_key_that_is_in_the_address_of_the_chain()
    {
        var problem = await ProblemAsync(
            DeploymentRun.Development(Repository.Root, new Uri("http://127.0.0.1:1/v2/a-secret-key?token=another-secret"), Deployer));

        Assert.Contains("127.0.0.1:1", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.OrdinalIgnoreCase);
    }

    private Dictionary<string, string> ForValue() => new(StringComparer.Ordinal)
    {
        ["OG_DEPLOY_TOKEN"] = chain.Deployment.Token.ToString(),
        ["OG_DEPLOY_GUARDIAN"] = "0x00000000000000000000000000000000000000b1",
        ["OG_DEPLOY_PROPOSERS"] = "0x00000000000000000000000000000000000000c1, 0x00000000000000000000000000000000000000c2",
        ["OG_DEPLOY_HUB_MIN_BOND"] = "1000",
        ["OG_DEPLOY_COURT_SEAL_BOND"] = "2000",
        ["OG_DEPLOY_COURT_MEMBER_FEE"] = "3000",
        ["OG_DEPLOY_PROOF_SETUP"] = DevelopmentSetup,
    };

    // The setup of local chains under another name.
    private string WriteSetup(string label)
    {
        var setup = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, DevelopmentSetup)))!;
        setup["label"] = label;
        var path = Path.Combine(Repository.Root, _setup);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, setup.ToJsonString());
        return _setup;
    }

    private DeploymentRun Run(Uri endpoint) => DeploymentRun.Development(Repository.Root, endpoint, Deployer);

    private static Task<Anvil> StartAsync(params string[] arguments) =>
        Anvil.StartAsync(Repository.Root, new AnvilOptions { ExtraArguments = arguments }, Stop);

    private Task<Deployment> DeployAsync(Anvil anvil) => DeployAsync(Run(anvil.HttpUrl));

    private static async Task<Deployment> DeployAsync(DeploymentRun run)
    {
        var file = await DeploymentScript.RunAsync(run, Stop);
        try
        {
            return await DeploymentFile.ReadAsync(file, Stop);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Kills the script once a few of the contracts stand.
    private async Task KillAsync(Anvil anvil, EthereumClient client)
    {
        using var kill = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var run = DeploymentScript.RunAsync(Run(anvil.HttpUrl), kill.Token);
        while (await StandingAsync(client) < 3)
        {
            Assert.False(run.IsCompleted);
            await AnvilAsync(client, "evm_mine");
            await Task.Delay(TimeSpan.FromMilliseconds(20), Stop);
        }

        await kill.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private Task<string> FailsAsync(Anvil anvil, Dictionary<string, string>? settings = null) =>
        ProblemAsync(Run(anvil.HttpUrl) with { Settings = settings ?? [] });

    private static async Task<string> ProblemAsync(DeploymentRun run) =>
        (await Assert.ThrowsAsync<DeploymentFailedException>(() => DeploymentScript.RunAsync(run, Stop))).Message;

    private async Task<int> StandingAsync(EthereumClient client)
    {
        var standing = 0;
        foreach (var contract in chain.Deployment.Contracts.Values)
            standing += (await client.GetCodeAsync(contract.Address, BlockTag.Latest, Stop)).IsEmpty ? 0 : 1;
        return standing;
    }

    private static IEnumerable<string> AddressesOf(Deployment deployment) =>
        deployment.Contracts.OrderBy(contract => contract.Key, StringComparer.Ordinal).Select(contract => $"{contract.Key} {contract.Value.Address}");

    private static Task<JsonTokenType> AnvilAsync(EthereumClient client, string method, params JsonNode[] arguments) => client.SendAsync(
        RpcCall.Create(
            method,
            json =>
            {
                foreach (var argument in arguments)
                    argument.WriteTo(json);
            },
            static (ref Utf8JsonReader reader) => reader.TokenType),
        Stop);
}
