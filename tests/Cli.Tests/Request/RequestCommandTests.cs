using System.Text.Json;
using OpenGradient.Cli.Tests.Support;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Inference.Tensors;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Request;

/// <summary><c>og request</c> and <c>og receipt</c> on a chain with all contracts; a node answers by hand.</summary>
public sealed class RequestCommandTests(DeployedChainFixture chain) : IAsyncLifetime
{
    private const string AskerKey = "0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e";
    private const int AskerAccount = 6;
    private const int NodeAccount = 7;
    private static readonly UInt256 Much = Units.Parse("100000", 18);
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly byte[] Answer = Encode(new Tensor("answer", DataType.Float, [2], new byte[] { 0, 0, 128, 63, 0, 0, 0, 63 }));

    private readonly LocalSigner _node = new(DevelopmentAccounts.Key(NodeAccount));
    private OgSettings _settings = null!;
    private string _config = string.Empty;
    private string _version = string.Empty;

    private IHubContract Hub => new(chain.Client, chain.Deployment.Hub);

    private DevelopmentSender Node => new(chain.Client, _node, chain.Deployment.ChainId);

    public async ValueTask InitializeAsync()
    {
        _settings = await OgSettings.CreateAsync(chain);
        _config = await _settings.ConfigAsync(AskerKey);
        await EnlistAsync();
        var published = await OgRun.ReportAsync("model", "publish", Repository.PathOf("models", "volatility"), "--file", "model.onnx", "--config", _config);
        _version = published.GetProperty("versionId").GetString()!;
        await File.WriteAllTextAsync(
            _settings.PathOf("input.json"), $$$"""{"returns": {"shape": [1, 16], "data": [{{{string.Join(", ", Enumerable.Range(0, 16).Select(i => $"0.0{i % 10}"))}}}]}}""", Stop);
    }

    public ValueTask DisposeAsync()
    {
        _node.Dispose();
        _settings.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_request_is_answered_and_its_receipt_can_be_kept_and_checked()
    {
        var asking = AskAsync("--deadline", "600", "--assignee", _node.Address.ToString());
        await SettleAsync(Answer, TensorCommitment.Public(Answer));

        var report = await asking;
        var requestId = report.GetProperty("requestId").GetString()!;
        Assert.Equal("Settled", report.GetProperty("stage").GetString());
        Assert.Equal("""{"type":"Float","shape":[2],"data":[1,0.5]}""", JsonSerializer.Serialize(report.GetProperty("answer").GetProperty("answer")));
        Assert.True(report.GetProperty("receipt").GetProperty("stands").GetBoolean());

        var file = _settings.PathOf("receipt.json");
        var shown = Assert.Single((await OgRun.ReportAsync("receipt", "show", requestId, "--save", file, "--config", _config)).EnumerateArray());
        Assert.Equal(_node.Address.ToString(), shown.GetProperty("signer").GetString());
        Assert.False(shown.GetProperty("isFinal").GetBoolean());
        Assert.False(shown.GetProperty("wasContested").GetBoolean());
        Assert.All(shown.GetProperty("checks").EnumerateArray(), check => Assert.True(check.GetProperty("held").GetBoolean(), check.ToString()));
        var settlement = shown.GetProperty("settlementTransaction").GetString()!;
        Assert.Equal(requestId, Assert.Single((await OgRun.ReportAsync("receipt", "show", settlement, "--config", _config)).EnumerateArray()).GetProperty("requestId").GetString());

        Assert.Equal("Valid", (await OgRun.ReportAsync("receipt", "verify", file, "--config", _config)).GetProperty("verdict").GetString());
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Stop)).Replace("\"keyEpoch\": 0", "\"keyEpoch\": 1", StringComparison.Ordinal), Stop);
        var changed = await OgRun.RunAsync("receipt", "verify", file, "--config", _config);
        Assert.Equal(ExitCode.Failed, changed.ExitCode);
        Assert.Contains("Invalid", changed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_that_cannot_be_run_is_said_to_be_one()
    {
        await File.WriteAllTextAsync(_settings.PathOf("raw"), "no tensors", Stop);
        var asking = OgRun.RunAsync("request", _version, "--raw", _settings.PathOf("raw"), "--fee", "1", "--assignee", _node.Address.ToString(), "--config", _config);
        await SettleAsync([], HubDomain.Failure);

        var run = await asking;
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("settled: the input cannot be run", run.Output, StringComparison.Ordinal);
        Assert.Contains("look at names, types and shapes", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_answers_is_taken_back()
    {
        var token = new IERC20Contract(chain.Client, chain.Deployment.Token);
        using var asker = new LocalSigner(DevelopmentAccounts.Key(AskerAccount));
        var before = await token.CallBalanceOfAsync(asker.Address, cancellationToken: Stop);
        var asked = await AskAsync("--deadline", "300", "--no-wait");
        var requestId = asked.GetProperty("requestId").GetString()!;
        Assert.Contains($"og request refund {requestId}", asked.GetProperty("hint").GetString(), StringComparison.Ordinal);
        Assert.Contains("no answer yet", await OgRun.RefusalAsync(ExitCode.Failed, "receipt", "show", requestId, "--config", _config), StringComparison.Ordinal);
        Assert.Contains("may still answer", await OgRun.RefusalAsync(ExitCode.Failed, "request", "refund", requestId, "--config", _config), StringComparison.Ordinal);

        await AnvilCalls.DoAsync(chain.Client, "evm_increaseTime", 301);
        await AnvilCalls.DoAsync(chain.Client, "evm_mine");
        var refund = await OgRun.ReportAsync("request", "refund", requestId, "--config", _config);

        Assert.Equal("Refunded 1", $"{refund.GetProperty("stage").GetString()} {refund.GetProperty("refunded").GetString()}");
        Assert.Equal(before, await token.CallBalanceOfAsync(asker.Address, cancellationToken: Stop));
    }

    [Theory]
    [InlineData("one input", "--fee", "1")]
    [InlineData("is no amount", "--fee", "much", "--input", "INPUT")]
    [InlineData("--deadline is 0", "--fee", "1", "--input", "INPUT", "--deadline", "0")]
    [InlineData("--assurance is none", "--fee", "1", "--input", "INPUT", "--assurance", "Sworn")]
    [InlineData("--assignee is no address", "--fee", "1", "--input", "INPUT", "--assignee", "bob")]
    [InlineData("no file", "--fee", "1", "--input", "/nowhere.json")]
    public async Task Wrong_usage_is_said_before_anything_is_sent(string problem, params string[] arguments)
    {
        string[] given = [.. arguments.Select(argument => argument == "INPUT" ? _settings.PathOf("input.json") : argument)];

        Assert.Contains(problem, await OgRun.RefusalAsync(ExitCode.Usage, ["request", _version, .. given, "--config", _config]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fee_that_the_asker_does_not_have_is_named()
    {
        var refusal = await OgRun.RefusalAsync(ExitCode.Failed, "request", _version, "--input", _settings.PathOf("input.json"), "--fee", "999999999", "--config", _config);

        Assert.Contains("and the fee is 999999999 tokens", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(AskerKey[2..], refusal, StringComparison.Ordinal);
    }

    private static byte[] Encode(Tensor tensor) =>
        TensorEncoding.TryEncode([tensor], out var encoded) == TensorFault.None ? encoded : throw new InvalidOperationException("No encoding.");

    private Task<JsonElement> AskAsync(params string[] arguments) =>
        OgRun.ReportAsync(["request", _version, "--input", _settings.PathOf("input.json"), "--fee", "1", .. arguments, "--config", _config]);

    // Waits for the request that is assigned to our node, and settles it.
    private async Task SettleAsync(byte[] output, Hash32 commit)
    {
        var first = await chain.Client.GetBlockNumberAsync(Stop);
        IHubContract.RequestedEvent? told = null;
        while (told is null)
        {
            await Task.Delay(50, Stop);
            var logs = await chain.Client.GetLogsAsync(BlockTag.At(first), BlockTag.Latest, LogFilter.Of(chain.Deployment.Hub, IHubContract.RequestedEvent.Topic0), Stop);
            foreach (var log in logs)
            {
                if (IHubContract.RequestedEvent.TryDecode(log.Content, out var read) && read.Request.Assignee == _node.Address
                    && (Stage)(await Hub.CallStateOfAsync(read.RequestId, cancellationToken: Stop)).Stage == Stage.Open)
                    told = read;
            }
        }

        var now = (await chain.Client.GetHeaderAsync(BlockTag.Latest, Stop))!.Header.Timestamp;
        var submission = new IHubContract.Submission(
            new IHubContract.Ask(told.Request, told.Requester, told.Nonce), new IHubContract.Terms([], []), commit, _node.Address, chain.Owner.Address, KeyEpoch: 0,
            IssuedAt: now, ExpiresAt: now + 600, EvidenceHash: Hash32.Zero, ReadOnlyMemory<byte>.Empty, output);
        var signed = await new HubDomain(chain.Deployment.ChainId, chain.Deployment.Hub).SignAsync(submission, _node, Stop);
        await Node.SendAsync(Hub.PrepareSettle(signed), gasLimit: 1_000_000, Stop);
    }

    // Once for all tests of this class: what is there is left as it is.
    private async Task EnlistAsync()
    {
        var (owner, deployment) = (chain.Owner, chain.Deployment);
        var token = new TestTokenContract(chain.Client, deployment.Token);
        using var asker = new LocalSigner(DevelopmentAccounts.Key(AskerAccount));
        await owner.SendAsync(token.PrepareMint(asker.Address, Units.Parse("10", 18)), cancellationToken: Stop);
        var nodes = new INodeRegistryContract(chain.Client, deployment.Nodes);
        if (!(await nodes.CallNodeOfAsync(_node.Address, cancellationToken: Stop)).Operator.IsZero)
            return;

        var deadline = (await chain.Client.GetHeaderAsync(BlockTag.Latest, Stop))!.Header.Timestamp + 3600;
        var digest = NodeRegistrationDigest.Of(deployment.ChainId, deployment.Nodes, _node.Address, owner.Address, deadline);
        var signature = await _node.SignAsync(digest, Stop);
        await owner.SendAsync(nodes.PrepareRegister(_node.Address, owner.Address, (byte)NodeRoles.Inference, "", "", deadline, signature.ToBytes()), cancellationToken: Stop);
        await owner.SendAsync(token.PrepareMint(owner.Address, Much), cancellationToken: Stop);
        await owner.SendAsync(token.PrepareApprove(deployment.Nodes, Much), cancellationToken: Stop);
        await owner.SendAsync(nodes.PrepareStake(_node.Address, Much), cancellationToken: Stop);
    }
}
