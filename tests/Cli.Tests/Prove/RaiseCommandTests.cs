using System.Buffers.Binary;
using System.Text.Json;
using OpenGradient.Cli.Receipt;
using OpenGradient.Cli.Tests.Support;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Integer;
using OpenGradient.Inference.Tensors;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Prove;

/// <summary><c>og raise</c>, and <c>og prove</c> of a request: a node has signed an answer by hand, and a proof is put behind it.</summary>
public sealed class RaiseCommandTests(DeployedChainFixture chain) : IAsyncLifetime
{
    private const string AskerKey = "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6";
    private const int AskerAccount = 9;
    private const int NodeAccount = 1;
    private static readonly UInt256 Much = Units.Parse("100000", 18);
    private static readonly string Model = Repository.PathOf("models", "volatility", "model.ogq");
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly LocalSigner _node = new(DevelopmentAccounts.Key(NodeAccount));
    private OgSettings _settings = null!;
    private string _config = string.Empty;
    private string _version = string.Empty;

    private IHubContract Hub => new(chain.Client, chain.Deployment.Hub);

    public async ValueTask InitializeAsync()
    {
        _settings = await OgSettings.CreateAsync(chain);
        _config = await _settings.ConfigAsync(AskerKey);
        await EnlistAsync();
        await OgRun.ReportAsync("srs", "dev", "--seed", "development", "--powers", "8192", "--out", Setup);
        var published = await OgRun.ReportAsync(
            "model", "publish", Repository.PathOf("models", "volatility"), "--file", "model.ogq", "--srs", Setup, "--config", _config);
        _version = published.GetProperty("versionId").GetString()!;
    }

    public ValueTask DisposeAsync()
    {
        _node.Dispose();
        _settings.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_signed_answer_is_proven_and_final_at_once()
    {
        var request = await SettledAsync(120, change: 0);
        Assert.False(await Hub.CallIsFinalAsync(Hash32.Parse(request), cancellationToken: Stop));

        var report = await OgRun.ReportAsync("raise", request, "--srs", Setup, "--config", _config);

        Assert.Equal("Signed Settled False", StandingOf(report.GetProperty("before")));
        Assert.Equal("Proven Settled True", StandingOf(report.GetProperty("after")));
        Assert.True(await Hub.CallIsFinalAsync(Hash32.Parse(request), cancellationToken: Stop));
        var receipt = Assert.Single((await OgRun.ReportAsync("receipt", "show", request, "--config", _config)).EnumerateArray());
        Assert.True(receipt.GetProperty("stands").GetBoolean());
        Assert.Contains("stands behind the answer already", await OgRun.RefusalAsync(ExitCode.Failed, "raise", request, "--srs", Setup, "--config", _config), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proof_that_was_made_without_a_key_is_sent_by_who_has_one()
    {
        var (request, other) = (await SettledAsync(110, change: 0), await SettledAsync(111, change: 0));
        var (proof, otherProof) = (_settings.PathOf("proof.json"), _settings.PathOf("other.json"));
        await OgRun.ReportAsync("prove", request, "--srs", Setup, "--out", proof, "--config", _config);
        await OgRun.ReportAsync("prove", other, "--srs", Setup, "--out", otherProof, "--config", _config);
        Assert.True((await OgRun.ReportAsync("verify", "proof", proof, "--setup", Setup)).GetProperty("holds").GetBoolean());

        Assert.Contains(
            "no proof of this answer", await OgRun.RefusalAsync(ExitCode.Usage, "raise", request, "--proof", otherProof, "--config", _config), StringComparison.Ordinal);
        var report = await OgRun.ReportAsync("raise", request, "--proof", proof, "--config", _config);

        Assert.Equal("Proven Settled True", StandingOf(report.GetProperty("after")));
    }

    [Fact]
    public async Task An_answer_that_the_model_does_not_give_is_told_to_be_wrong_and_not_raised()
    {
        var request = await SettledAsync(130, change: 1);

        var refusal = await OgRun.RefusalAsync(ExitCode.Failed, "raise", request, "--srs", Setup, "--config", _config);

        Assert.Contains("The answer is wrong", refusal, StringComparison.Ordinal);
        Assert.False(await Hub.CallIsFinalAsync(Hash32.Parse(request), cancellationToken: Stop));
    }

    [Fact]
    public async Task What_has_no_answer_or_another_setup_or_too_much_is_refused_in_words()
    {
        var open = await AskAsync(125);
        var settled = await SettledAsync(126, change: 0);
        var another = _settings.PathOf("another.ogs");
        await OgRun.ReportAsync("srs", "dev", "--seed", "another", "--powers", "8192", "--out", another);

        Assert.Contains("has no answer yet", await OgRun.RefusalAsync(ExitCode.Failed, "raise", open, "--srs", Setup, "--config", _config), StringComparison.Ordinal);
        Assert.Contains("not the setup of the verifier", await OgRun.RefusalAsync(ExitCode.Usage, "raise", settled, "--srs", another, "--config", _config), StringComparison.Ordinal);
        Assert.Contains("made here, or was made before", await OgRun.RefusalAsync(ExitCode.Usage, "raise", settled, "--config", _config), StringComparison.Ordinal);
        Assert.Contains("no request", await OgRun.RefusalAsync(ExitCode.Usage, "raise", "0x12", "--srs", Setup, "--config", _config), StringComparison.Ordinal);
        Assert.Contains(
            "says itself what is proven",
            await OgRun.RefusalAsync(ExitCode.Usage, "prove", settled, "--srs", Setup, "--raw", another, "--out", _settings.PathOf("no.json"), "--config", _config), StringComparison.Ordinal);
    }

    // As the node's operator has named it.
    private static Address Payee
    {
        get
        {
            using var asker = new LocalSigner(DevelopmentAccounts.Key(AskerAccount));
            return asker.Address;
        }
    }

    private string Setup => _settings.PathOf("dev.ogs");

    private static string StandingOf(JsonElement standing) =>
        $"{standing.GetProperty("assurance").GetString()} {standing.GetProperty("stage").GetString()} {standing.GetProperty("isFinal").GetBoolean()}";

    private async Task<string> AskAsync(int seed)
    {
        await File.WriteAllTextAsync(
            _settings.PathOf($"input-{seed}.json"), $$"""{ "input": { "shape": [16], "data": [{{string.Join(", ", Enumerable.Range(seed, 16))}}] } }""", Stop);
        var asked = await OgRun.ReportAsync(
            "request", _version, "--input", _settings.PathOf($"input-{seed}.json"), "--fee", "1", "--assignee", _node.Address.ToString(), "--no-wait", "--config", _config);
        return asked.GetProperty("requestId").GetString()!;
    }

    // The model's answer, its first number changed by so much.
    private async Task<string> SettledAsync(int seed, int change)
    {
        var id = Hash32.Parse(await AskAsync(seed));
        var asked = (await RequestStory.FindAsync(chain.Client, chain.Deployment, id, from: null, Stop))!.Requested;
        var model = Assert.IsType<IntegerReading.Accepted>(IntegerModel.Read(await File.ReadAllBytesAsync(Model, Stop), ArtifactLimits.Default)).Model;
        var numbers = IntegerExecutor.Run(model, Enumerable.Range(seed, 16).Select(i => (byte)i).ToArray());
        var data = new byte[numbers.Length * sizeof(int)];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(i * sizeof(int)), numbers[i] + (i == 0 ? change : 0));
        Assert.Equal(TensorFault.None, TensorEncoding.TryEncode([new Tensor(IntegerModel.OutputName, DataType.Int32, [(uint)numbers.Length], data)], out var output));

        var now = await Hub.CallActiveTimeAsync(BlockTag.Pending, Stop);
        var submission = new IHubContract.Submission(
            new IHubContract.Ask(asked.Request, asked.Requester, asked.Nonce), new IHubContract.Terms([], []), Keccak256.Hash(output), _node.Address, Payee,
            KeyEpoch: 0, IssuedAt: now, ExpiresAt: now + 600, EvidenceHash: Hash32.Zero, ReadOnlyMemory<byte>.Empty, output);
        var signed = await new HubDomain(chain.Deployment.ChainId, chain.Deployment.Hub).SignAsync(submission, _node, Stop);
        await new DevelopmentSender(chain.Client, _node, chain.Deployment.ChainId).SendAsync(Hub.PrepareSettle(signed), gasLimit: 1_000_000, Stop);
        return id.ToString();
    }

    // Once for all tests of this class: what is there is left as it is.
    private async Task EnlistAsync()
    {
        var deployment = chain.Deployment;
        var token = new TestTokenContract(chain.Client, deployment.Token);
        using var asker = new LocalSigner(DevelopmentAccounts.Key(AskerAccount));
        var owner = new DevelopmentSender(chain.Client, asker, deployment.ChainId);
        await chain.Owner.SendAsync(token.PrepareMint(asker.Address, Units.Parse("10", 18)), cancellationToken: Stop);
        var nodes = new INodeRegistryContract(chain.Client, deployment.Nodes);
        if (!(await nodes.CallNodeOfAsync(_node.Address, cancellationToken: Stop)).Operator.IsZero)
            return;

        var deadline = await Hub.CallActiveTimeAsync(BlockTag.Pending, Stop) + 3_600;
        var digest = NodeRegistrationDigest.Of(deployment.ChainId, deployment.Nodes, _node.Address, asker.Address, deadline);
        var signature = await _node.SignAsync(digest, Stop);
        await owner.SendAsync(nodes.PrepareRegister(_node.Address, asker.Address, (byte)NodeRoles.Inference, "", "", deadline, signature.ToBytes()), cancellationToken: Stop);
        await chain.Owner.SendAsync(token.PrepareMint(asker.Address, Much), cancellationToken: Stop);
        await owner.SendAsync(token.PrepareApprove(deployment.Nodes, Much), cancellationToken: Stop);
        await owner.SendAsync(nodes.PrepareStake(_node.Address, Much), cancellationToken: Stop);
    }
}
