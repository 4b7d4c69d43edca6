using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Attestation.Binding;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Cli.Tests.Support;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Inference.Tensors;
using OpenGradient.PrivateRequests.Hpke;
using OpenGradient.PrivateRequests.Messages;
using OpenGradient.PrivateService.Answering;
using OpenGradient.PrivateService.Relaying;
using OpenGradient.Relayer.Attesting.Platforms;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Private;

/// <summary><c>og request --private</c> and what is kept of it, against a gateway under an emulated root and a chain with all contracts.</summary>
public sealed class PrivateCommandTests : IAsyncLifetime
{
    private const string PublisherKey = "0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97";
    private static readonly Address Node = Address.Parse("0x00000000000000000000000000000000000000CC");
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly DeployedChainFixture _chain;
    private readonly EmulatedRoots _roots = EmulatedRoots.Generate();
    private readonly LocalSigner _signer;
    private readonly Echo _models = new();
    private readonly PublicKey _signingKey;
    private OgSettings _settings = null!;
    private string _config = string.Empty;
    private string _version = string.Empty;
    private RequestGateway _gateway = null!;
    private GatewayHost _host = null!;
    private RelayHost _relay = null!;

    public PrivateCommandTests(DeployedChainFixture chain)
    {
        var key = PrivateKey.Generate();
        (_chain, _signer, _signingKey) = (chain, new LocalSigner(key), key.PublicKey);
    }

    private string Roots => _settings.PathOf("roots.pem");

    public async ValueTask InitializeAsync()
    {
        _settings = await OgSettings.CreateAsync(_chain);
        _config = await _settings.ConfigAsync(PublisherKey);
        await File.WriteAllTextAsync(Roots, _roots.Export(), Stop);
        await File.WriteAllTextAsync(_settings.PathOf("input.json"), """{"returns": {"type": "Float", "shape": [1, 2], "data": [0.25, 1]}}""", Stop);
        var published = await OgRun.ReportAsync("model", "publish", Repository.PathOf("models", "volatility"), "--file", "model.onnx", "--config", _config);
        _version = published.GetProperty("versionId").GetString()!;

        var hpke = HpkeKeyPair.Generate();
        var deployment = _chain.Deployment;
        var binding = new KeyBinding { SigningKey = _signingKey.ToUncompressed().AsMemory(1), HpkeKey = hpke.PublicKey, ChainId = deployment.ChainId.Value, Registry = deployment.Keys, KeyEpoch = 1 };
        var made = new EmulatedAttester(_roots, TimeProvider.System).Attest(TeeType.Tdx, binding.ToReportData());
        var keys = new GatewayKeys(new KeyEvidence { Kind = made.Kind, Evidence = made.Evidence, Collateral = made.Collateral, Binding = binding }, hpke, new Secp256k1ReceiptSigner(_signer));
        var options = new GatewayOptions { Node = Node, Payee = () => Node, Hub = new HubDomain(deployment.ChainId, deployment.Hub) };
        _gateway = new RequestGateway(options, keys, _models, TimeProvider.System);
        _host = await GatewayHost.StartAsync(new Uri("http://127.0.0.1:0"), _gateway, TimeProvider.System, NullLoggerFactory.Instance, Stop);
        _relay = await RelayHost.StartAsync(
            new Uri("http://127.0.0.1:0"), new RelayOptions { Gateways = new Dictionary<Address, Uri> { [Node] = _host.Address } }, TimeProvider.System, NullLoggerFactory.Instance, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _host.DisposeAsync();
        _gateway.Dispose();
        _signer.Dispose();
        _roots.Dispose();
        _settings.Dispose();
    }

    [Fact]
    public async Task A_private_request_is_answered_and_kept_as_a_bundle()
    {
        var bundle = _settings.PathOf("bundle.json");
        var report = await OgRun.ReportAsync([.. Asking, "--unregistered", "--allow-emulated", "--roots", Roots, "--save", bundle]);

        Assert.Equal("""{"type":"Float","shape":[1,2],"data":[0.25,1]}""", JsonSerializer.Serialize(report.GetProperty("answer").GetProperty("returns")));
        Assert.Equal((_signer.Address.ToString(), "emulated"), (report.GetProperty("signer").GetString(), report.GetProperty("rootLabel").GetString()));
        Assert.False(report.GetProperty("receipt").TryGetProperty("inputSalt", out _));
        // It holds secrets, and nothing is written over.
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(bundle));
        Assert.Contains("there already", await OgRun.RefusalAsync(ExitCode.Usage, [.. Asking, "--unregistered", "--allow-emulated", "--roots", Roots, "--save", bundle]), StringComparison.Ordinal);
        Assert.Contains("there already", await OgRun.RefusalAsync(ExitCode.Usage, "receipt", "bundle", bundle, "--out", bundle, "--config", _config), StringComparison.Ordinal);

        // It never was on the chain: its time stays unproven, whatever is put with it.
        await Judge("IssueTimeUnproven", bundle, "--allow-emulated", "--roots", Roots);
        var whole = _settings.PathOf("whole.json");
        var made = await OgRun.ReportAsync("receipt", "bundle", bundle, "--out", whole, "--config", _config);
        Assert.False(made.TryGetProperty("anchorBlock", out _));
        Assert.Empty(made.GetProperty("revocationBlocks").EnumerateArray());
        await Judge("IssueTimeUnproven", whole, "--allow-emulated", "--roots", Roots);
        // Nor was it ever valid to who does not take emulated roots, or for another answer.
        await Judge("NeverValid", whole);
        var text = await File.ReadAllTextAsync(whole, Stop);
        await File.WriteAllTextAsync(whole, text.Replace("\"keyEpoch\": 1,\n    \"issuedAt\"", "\"keyEpoch\": 2,\n    \"issuedAt\"", StringComparison.Ordinal), Stop);
        await Judge("NeverValid", whole, "--allow-emulated", "--roots", Roots);
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_node_that_is_not_trusted()
    {
        Assert.Contains("EvidenceRefused", await OgRun.RefusalAsync(ExitCode.Failed, [.. Asking, "--unregistered"]), StringComparison.Ordinal);
        Assert.Contains("NotRegistered", await OgRun.RefusalAsync(ExitCode.Failed, [.. Asking, "--allow-emulated", "--roots", Roots]), StringComparison.Ordinal);
        Assert.Contains("assignee", await OgRun.RefusalAsync(ExitCode.Usage, [.. Asking.Where(word => word != "--assignee" && word != Node.ToString())]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_input_that_no_message_carries_is_refused_before_anything_is_kept_or_paid(bool isOnChain)
    {
        var kept = _settings.PathOf("kept.json");
        await File.WriteAllBytesAsync(_settings.PathOf("long"), new byte[PrivateQuestion.MostInputBytes + 1], Stop);
        using var payer = PrivateKey.FromSecret(Hex.Decode(PublisherKey));
        var before = await _chain.Client.GetTransactionCountAsync(payer.Address, BlockTag.Pending, Stop);
        string[] asking = [.. Asking.Select(word => word == "--input" ? "--raw" : word == _settings.PathOf("input.json") ? _settings.PathOf("long") : word)];
        string[] onChain = isOnChain ? ["--on-chain", "--keep", kept] : [];

        var said = await OgRun.RefusalAsync(ExitCode.Usage, [.. asking, .. onChain, "--unregistered", "--allow-emulated", "--roots", Roots]);

        Assert.Contains($"carries {PrivateQuestion.MostInputBytes} at the most", said, StringComparison.Ordinal);
        Assert.False(File.Exists(kept));
        Assert.Equal(before, await _chain.Client.GetTransactionCountAsync(payer.Address, BlockTag.Pending, Stop));
    }

    [Fact]
    public async Task That_evidence_is_emulated_is_said_before_anything_is_sent()
    {
        // The node gives no answer that it could be said beside.
        _models.Price = UInt256.MaxValue;

        var said = await OgRun.RefusalAsync(ExitCode.Failed, [.. Asking, "--unregistered", "--allow-emulated", "--roots", Roots]);

        Assert.Contains("PriceCapTooLow", said, StringComparison.Ordinal);
        Assert.InRange(said.IndexOf("evidence is emulated", StringComparison.Ordinal), 0, said.IndexOf("PriceCapTooLow", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_asks_may_bring_what_vendors_sign_and_is_told_of_each_part_that_arrives()
    {
        string[] asking = [.. Asking, "--unregistered", "--allow-emulated", "--roots", Roots];
        var made = _settings.PathOf("made");
        await OgRun.ReportAsync("attest", "emulate", "--tee", "tdx", "--out", made, "--roots", Roots);
        await File.WriteAllTextAsync(_settings.PathOf("noise"), "noise", Stop);

        var told = await OgRun.RunAsync([.. asking, "--collateral", Path.Combine(made, "collateral")]);
        Assert.True(told.ExitCode == ExitCode.Success, told.Errors);
        Assert.Contains("part 1", told.Output + told.Errors, StringComparison.Ordinal);
        Assert.Contains("--collateral: noise", await OgRun.RefusalAsync(ExitCode.Usage, [.. asking, "--collateral", _settings.PathOf("noise")]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_that_would_have_no_effect_are_refused()
    {
        string[] open = ["request", _version, "--input", _settings.PathOf("input.json"), "--fee", "1", "--config", _config];
        string[][] lost = [["--save", "x"], ["--unregistered"], ["--on-chain"], ["--keep", "x"], ["--allow-emulated"], ["--policy", "x"], ["--roots", "x"], ["--collateral", "x"]];
        foreach (var options in lost)
            Assert.Contains(options[0], await OgRun.RefusalAsync(ExitCode.Usage, [.. open, .. options]), StringComparison.Ordinal);
        await OgRun.RefusalAsync(ExitCode.Usage, [.. Asking, "--no-wait"]);
        Assert.Contains("--keep", await OgRun.RefusalAsync(ExitCode.Usage, [.. Asking, "--keep", "x"]), StringComparison.Ordinal);
        await OgRun.RefusalAsync(ExitCode.Usage, [.. Asking, "--assurance", "Signed"]);
    }

    [Fact]
    public async Task Servers_that_are_told_nonsense_do_not_start()
    {
        await OgRun.RefusalAsync(ExitCode.Usage, "private", "relay", "--gateway", $"{Node}=http://127.0.0.1:1", "--gateway", $"{Node}=http://127.0.0.1:2");
        await OgRun.RefusalAsync(ExitCode.Usage, "private", "relay", "--gateway", $"{Node}=http://127.0.0.1:1/behind");
        await OgRun.RefusalAsync(ExitCode.Usage, "private", "relay", "--gateway", $"{Node}=http://127.0.0.1:1", "--listen", "https://127.0.0.1:0");
        await OgRun.RefusalAsync(ExitCode.Usage, "private", "relay", "--gateway", $"{Node}=http://127.0.0.1:1", "--rate", "0");
        string[] gateway = ["private", "gateway", "--node", Node.ToString(), "--price", "1", "--emulate", "tdx", "--roots", Roots, "--config", _config];
        var served = $"{_version}={Repository.PathOf("models", "volatility", "model.onnx")}";
        Assert.Contains("twice", await OgRun.RefusalAsync(ExitCode.Usage, [.. gateway, "--serve", served, "--serve", served]), StringComparison.Ordinal);
        await OgRun.RefusalAsync(ExitCode.Usage, [.. gateway, "--serve", served, "--key-epoch", "0"]);
        Assert.Contains("sgx, tdx, nitro and snp", await OgRun.RefusalAsync(ExitCode.Usage, [.. gateway.Select(word => word == "tdx" ? "nvidia" : word), "--serve", served]), StringComparison.Ordinal);
        string[] own = [.. gateway.Where(word => word is not ("--emulate" or "tdx")), "--serve", served];
        Assert.Contains("no folder", await OgRun.RefusalAsync(ExitCode.Usage, [.. own, "--collateral", _settings.PathOf("missing")]), StringComparison.Ordinal);
        if (!Directory.Exists(TsmDevice.DefaultFolder) && !File.Exists(NsmDevice.DefaultPath))
            Assert.Contains(NsmDevice.DefaultPath, await OgRun.RefusalAsync(ExitCode.Usage, own), StringComparison.Ordinal);
        await OgRun.RefusalAsync(ExitCode.Usage, "private", "relay", "--gateway", "nonsense");
        await OgRun.RefusalAsync(ExitCode.Usage, "private", "relay", "--gateway", "0x12=http://127.0.0.1:1");
        await OgRun.RefusalAsync(ExitCode.Usage, "private", "relay", "--gateway", $"{Node}=file:///etc/passwd");
        await OgRun.RefusalAsync(
            ExitCode.Usage, "private", "gateway", "--node", Node.ToString(), "--serve", $"{_version}={_settings.PathOf("missing")}", "--price", "1", "--config", _config);
        await OgRun.RefusalAsync(
            ExitCode.Failed, "private", "gateway", "--node", Node.ToString(), "--serve", $"{_version}={Repository.PathOf("models", "volatility", "model.ogq")}", "--price", "1", "--config", _config);
    }

    private string[] Asking =>
        ["request", _version, "--input", _settings.PathOf("input.json"), "--fee", "1", "--assignee", Node.ToString(), "--private", _relay.Address.ToString(), "--config", _config];

    private async Task Judge(string standing, string file, params string[] options)
    {
        var run = await OgRun.RunAsync(["receipt", "verify", file, "--config", _config, "--json", .. options]);
        Assert.True(run.Output.Contains($"\"standing\": \"{standing}\"", StringComparison.Ordinal), run.Output + run.Errors);
        Assert.Equal(ExitCode.Failed, run.ExitCode);
    }

    private sealed class Echo : IPrivateModels
    {
        public UInt256 Price { get; set; } = 1;

        public UInt256? PriceOf(Hash32 versionId) => Price;

        public async IAsyncEnumerable<ModelPart> AnswerAsync(Hash32 versionId, ReadOnlyMemory<byte> input, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            Assert.IsType<TensorDecoding.Decoded>(TensorEncoding.Decode(input));
            yield return new ModelPart.Content(input);
        }
    }
}
