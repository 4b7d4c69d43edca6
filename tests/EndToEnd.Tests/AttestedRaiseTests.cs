using System.Text.Json;
using OpenGradient.Cli;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Keys;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Setup;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Relayer.Versions;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests;

/// <summary>Answers that an attested key signed, and proofs of them: a right one is raised by <c>og raise</c>, a wrong one is taken back with its key.</summary>
public sealed class AttestedRaiseTests(AttestedAnswers attested) : IClassFixture<AttestedAnswers>, IAsyncLifetime
{
    // Of an account that is neither node, nor key, nor owner.
    private const string RaiserKey = "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6";

    private readonly string _folder = Directory.CreateTempSubdirectory("og-raise-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Setup => Path.Combine(_folder, "dev.ogs");

    private string Config => Path.Combine(_folder, "config");

    public async ValueTask InitializeAsync()
    {
        var (deployment, blobs) = (Path.Combine(_folder, "deployment.json"), Path.Combine(_folder, "blobs"));
        await File.WriteAllBytesAsync(deployment, attested.Chain.AddressesFile, Stop);
        await attested.Sample.StoreAsync(blobs);
        await File.WriteAllTextAsync(
            Config, $"OG_RPC_URL={attested.Chain.Endpoint}\nOG_DEPLOYMENT={deployment}\nOG_PRIVATE_KEY={RaiserKey}\nOG_BLOB_FOLDER={blobs}\n", Stop);
        await using var setup = File.Create(Setup);
        await SetupFile.WriteAsync(attested.Sample.Setup, setup, Stop);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_right_attested_answer_is_raised_by_anybody_and_final_at_once()
    {
        var signer = await attested.EnlistAsync(account: 1, keyAccount: 6);
        var asked = await attested.SettleAsync(signer, seed: 1, change: 0);
        Assert.False(await attested.Network.Hub.CallIsFinalAsync(asked.RequestId, cancellationToken: Stop));
        var settled = IHubContract.SettledEvent.Decode((await LogsAsync(IHubContract.SettledEvent.Topic0, asked.RequestId)).Single().Content).Settlement;

        var (exitCode, output, errors) = await RaiseAsync(asked.RequestId);

        Assert.True(exitCode == 0, errors);
        using var report = JsonDocument.Parse(output);
        Assert.Equal("Attested Settled False", StandingOf(report.RootElement.GetProperty("before")));
        Assert.Equal("Proven Settled True", StandingOf(report.RootElement.GetProperty("after")));
        Assert.True(await attested.Network.Hub.CallIsFinalAsync(asked.RequestId, cancellationToken: Stop));
        // Who gave the answer, by which key and evidence, stays; what stood behind it was a root, and is a proof.
        var raised = IHubContract.RaisedEvent.Decode((await LogsAsync(IHubContract.RaisedEvent.Topic0, asked.RequestId)).Single().Content);
        Assert.Equal((byte)Assurance.Attested, settled.Assurance);
        Assert.NotEqual(Hash32.Zero, settled.RootLabel);
        Assert.Equal(settled with { Assurance = (byte)Assurance.Proven, RootLabel = Hash32.Zero }, raised.Settlement);
        Assert.Equal(0UL, raised.Until);
        Assert.Equal(KeyState.Active, await StateOfAsync(signer));

        (exitCode, _, errors) = await RaiseAsync(asked.RequestId);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("A proof stands behind the answer already", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_attested_answer_is_not_raised_but_overturned_by_a_proof_and_its_key_revoked()
    {
        var signer = await attested.EnlistAsync(account: 3, keyAccount: 7);
        var asked = await attested.SettleAsync(signer, seed: 2, change: 1);
        var wrong = IHubContract.SettledEvent.Decode((await LogsAsync(IHubContract.SettledEvent.Topic0, asked.RequestId)).Single().Content).Settlement;
        var nodes = new INodeRegistryContract(attested.Chain.Client, attested.Chain.Deployment.Nodes);
        var stake = (await nodes.CallNodeOfAsync(signer.Node.Address, cancellationToken: Stop)).Stake;

        var (exitCode, _, errors) = await RaiseAsync(asked.RequestId);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("The answer is wrong", errors, StringComparison.Ordinal);
        Assert.Empty(await LogsAsync(IHubContract.RaisedEvent.Topic0, asked.RequestId));

        using var honest = await attested.Network.EnlistAsync(2);
        using var right = await VerifierAsync();
        await using var verifying = await right.StartAsync(honest);
        await Eventually.UntilAsync(async () => (await LogsAsync(IHubContract.OverturnedEvent.Topic0, asked.RequestId)).Count > 0, "the answer is overturned", Stop);

        var overturned = IHubContract.OverturnedEvent.Decode((await LogsAsync(IHubContract.OverturnedEvent.Topic0, asked.RequestId)).Single().Content);
        Assert.True(overturned.IsCorrected);
        Assert.Equal((honest.Address, (byte)Assurance.Proven), (overturned.Challenger, overturned.Settlement.Assurance));
        Assert.NotEqual(wrong.OutputCommit, overturned.Settlement.OutputCommit);
        Assert.True(await attested.Network.Hub.CallIsFinalAsync(asked.RequestId, cancellationToken: Stop));
        Assert.True(overturned.Slashed > UInt256.Zero);
        Assert.Equal(stake - overturned.Slashed, (await nodes.CallNodeOfAsync(signer.Node.Address, cancellationToken: Stop)).Stake);
        // No enclave that runs the model signs this: the key is worth nothing from now on.
        Assert.Equal(KeyState.Revoked, await StateOfAsync(signer));
        (exitCode, _, errors) = await RaiseAsync(asked.RequestId);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("A proof stands behind the answer already", errors, StringComparison.Ordinal);
    }

    private async Task<TestRelayer> VerifierAsync()
    {
        var relayer = new TestRelayer(attested.Chain.Deployment, attested.Chain.Endpoint);
        await attested.Sample.StoreAsync(relayer.BlobFolder);
        relayer.Options = relayer.Options with
        {
            Versions = ServedVersions.TryParse(attested.Version.ToString(), out var alone, out _) ? alone : throw new InvalidOperationException("It is no version's id."),
            Verifying = new VerifyingOptions { RunsAnyVersion = false, Poll = TimeSpan.FromMilliseconds(200), LookAgain = TimeSpan.FromSeconds(1) },
            Proving = new ProvingOptions
            {
                Setup = _ => Task.FromResult<SetupReading>(new SetupReading.Accepted(attested.Sample.Setup)),
                CacheFolder = Path.Combine(relayer.BlobFolder, "..", "proofs"),
            },
        };
        return relayer;
    }

    private async Task<(int ExitCode, string Output, string Errors)> RaiseAsync(Hash32 requestId)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var exitCode = await CommandLine.RunAsync(["raise", requestId.ToString(), "--srs", Setup, "--config", Config, "--json"], output, errors);
        return (exitCode, output.ToString(), errors.ToString());
    }

    private async Task<KeyState> StateOfAsync(AttestedSigner signer) => (KeyState)(await attested.Keys.CallKeyOfAsync(signer.Key.Address, cancellationToken: Stop)).State;

    private Task<IReadOnlyList<LocatedLog>> LogsAsync(Hash32 topic, Hash32 requestId) => attested.Chain.Client.GetLogsAsync(
        BlockTag.Earliest, BlockTag.Latest, new LogFilter([attested.Network.Hub.Address], [[topic], [requestId]]), Stop);

    private static string StandingOf(JsonElement standing) =>
        $"{standing.GetProperty("assurance").GetString()} {standing.GetProperty("stage").GetString()} {standing.GetProperty("isFinal").GetBoolean()}";
}
