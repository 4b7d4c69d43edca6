using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Cli;
using OpenGradient.Client;
using OpenGradient.Client.Answers;
using OpenGradient.Client.Nodes;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Http;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.PrivateRequests.Messages;
using OpenGradient.PrivateService.Relaying;
using OpenGradient.Relayer.Operations;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests;

/// <summary>Private requests through the hub, from the command that people use to what is settled: also where something ends in the middle. Keys are on P-256.</summary>
public sealed class PrivateRequestTests(P256Network attested) : IClassFixture<P256Network>, IDisposable
{
    private const int Asker = 6;

    // Of that account, which every development chain has.
    private const string AskersKey = "0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e";

    private readonly string _folder = Directory.CreateTempSubdirectory("private-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Kept => PathOf("kept.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_broke_off_is_resumed_and_who_is_inside_is_answered_before_the_relayer_stops()
    {
        await attested.UntilAttestedIsAsync(check => check.Details.Contains("is valid from", StringComparison.Ordinal));
        await attested.PassAsync(601);
        await attested.UntilAttestedIsAsync(check => check.Level == HealthLevel.Good);
        await UntilGivenOutAsync();
        await PrepareAsync();

        // The relay goes away while the node has the question in hand: the fee is paid, and nobody has the answer.
        attested.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var first = await RelayAsync();
        var asking = OgAsync(
            "request", $"{attested.Model}", "--raw", PathOf("input"), "--fee", "1", "--assignee", $"{attested.NodeAddress}", "--private", $"{first.Address}", "--on-chain", "--keep", Kept);
        await Eventually.UntilAsync(() => attested.Found > 0 || asking.IsCompleted, "the node has found an answer", Stop);
        Assert.True(attested.Found > 0, asking.IsCompleted ? (await asking).Errors : null);
        await first.DisposeAsync();
        var (code, _, said) = await asking;
        Assert.True(code == ExitCode.Failed && said.Contains($"og request resume {Kept}", StringComparison.Ordinal), said);
        using (var kept = JsonDocument.Parse(await File.ReadAllBytesAsync(Kept, Stop)))
            Assert.Equal(Stage.Open, await StageAsync(Hash32.Parse(kept.RootElement.GetProperty("requestId").GetString()!)));

        attested.Gate.SetResult();
        attested.Gate = null;
        await using var relay = await RelayAsync();
        var resumed = await OgAsync("request", "resume", Kept, "--private", $"{relay.Address}", "--save", PathOf("bundle.json"));
        Assert.True(resumed.Code == ExitCode.Success, resumed.Errors);
        using (var report = JsonDocument.Parse(resumed.Output))
        {
            Assert.Equal(("Settled", true), (report.RootElement.GetProperty("stage").GetString(), report.RootElement.GetProperty("commitmentsHold").GetBoolean()));
            Assert.True(report.RootElement.TryGetProperty("answer", out _));
            await IsOnP256Async(Hash32.Parse(report.RootElement.GetProperty("requestId").GetString()!), Address.Parse(report.RootElement.GetProperty("signer").GetString()!));
        }

        Assert.False(File.Exists(Kept));
        Assert.True(File.Exists(PathOf("bundle.json")));

        await StopsLastForWhoIsInsideAsync();
    }

    // What the hub took, and what anybody can check of it.
    private async Task IsOnP256Async(Hash32 requestId, Address signer)
    {
        var shown = await OgRunAsync("receipt", "show", $"{requestId}", "--config", PathOf("config"), "--json");
        Assert.True(shown.Code == ExitCode.Success, shown.Output + shown.Errors);
        using var reports = JsonDocument.Parse(shown.Output);
        var report = Assert.Single(reports.RootElement.EnumerateArray());
        Assert.Equal(signer, Address.Parse(report.GetProperty("signer").GetString()!));
        Assert.Equal(2 + (2 * P256.SignatureLength), report.GetProperty("receipt").GetProperty("evidence").GetString()!.Length);
        Assert.DoesNotContain(report.GetProperty("checks").EnumerateArray(), check => check.TryGetProperty("held", out var held) && held.ValueKind == JsonValueKind.False);
    }

    private async Task StopsLastForWhoIsInsideAsync()
    {
        using var http = PrivateClient.OpenHttp();
        var client = new PrivateClient(
            http,
            new PrivateClientOptions
            {
                Relay = attested.Node.PrivateAddress!,
                ChainId = attested.Chain.Deployment.ChainId,
                Hub = attested.Chain.Deployment.Hub,
                Registry = attested.Chain.Deployment.Keys,
                Policy = new AttestationPolicy { AllowEmulated = true },
                Anchors = TrustAnchors.Production.With(attested.Roots.Anchors),
            },
            TimeProvider.System);
        var trusted = Assert.IsType<NodeExamination.Trusted>(await client.ExamineAsync(attested.NodeAddress, Stop)).Node;
        var (salt, input, found) = (Keccak256.Hash("salt"u8), CourtNetwork.Returns(3), attested.Found);
        var told = await AskHubAsync(salt, input);
        var order = new PrivateOrder { VersionId = attested.Model, Input = input, PriceCap = UInt256.Zero, Hub = new HubOrder(told, salt) };
        attested.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = Task.Run(
            async () =>
            {
                // It follows the chain a little behind.
                while (true)
                {
                    var outcome = await client.AskAsync(trusted, order, cancellationToken: Stop);
                    if (outcome is not PrivateOutcome.Refused { Reason: PrivateRefusal.NodeRefused })
                        return outcome;
                    await Task.Delay(50, Stop);
                }
            },
            Stop);
        await Eventually.UntilAsync(() => attested.Found > found || asking.IsCompleted, "the node has found the second answer", Stop);
        Assert.True(attested.Found > found, asking.IsCompleted ? $"{await asking}" : null);

        await attested.Node.StopAsync();
        await UntilRefusedAsync(attested.Node.PrivateAddress!);
        Assert.False(attested.Node.Completion.IsCompleted);
        attested.Gate.SetResult();

        Assert.IsType<PrivateOutcome.Answered>(await asking);
        await attested.Node.Completion;
    }

    private async Task<Hash32> AskHubAsync(Hash32 salt, ReadOnlyMemory<byte> input)
    {
        var request = await attested.Network.RequestAsync(attested.Model, input);
        var asked = request with
        {
            Assurance = (byte)Assurance.Attested,
            Flags = (byte)RequestFlags.Private,
            Assignee = attested.NodeAddress,
            ExclusiveUntil = request.Deadline,
            InputCommit = PrivateCommitment.Of(salt, input.Span),
        };
        var receipt = await attested.Chain.Owner.SendAsync(attested.Network.Hub.PrepareRequestRequestBytes(asked, ReadOnlyMemory<byte>.Empty), cancellationToken: Stop);
        return receipt.Logs.Select(log => IHubContract.RequestedEvent.TryDecode(log.Content, out var told) ? told : null).OfType<IHubContract.RequestedEvent>().Single().RequestId;
    }

    // What the command needs: an account with tokens, and files.
    private async Task PrepareAsync()
    {
        using var key = DevelopmentAccounts.Key(Asker);
        await attested.Chain.Owner.SendAsync(attested.Network.Token.PrepareMint(key.Address, Units.Parse("10", 18)), cancellationToken: Stop);
        await File.WriteAllBytesAsync(PathOf("deployment.json"), attested.Chain.AddressesFile, Stop);
        await File.WriteAllBytesAsync(PathOf("input"), CourtNetwork.Returns(1).ToArray(), Stop);
        await File.WriteAllTextAsync(PathOf("roots.pem"), attested.Roots.Export(), Stop);
        await File.WriteAllTextAsync(
            PathOf("config"),
            $"OG_RPC_URL={attested.Chain.Endpoint}\nOG_DEPLOYMENT={PathOf("deployment.json")}\nOG_PRIVATE_KEY={AskersKey}\nOG_BLOB_FOLDER={PathOf("blobs")}\n", Stop);
    }

    private Task<RelayHost> RelayAsync() => RelayHost.StartAsync(
        new Uri("http://127.0.0.1:0"), new RelayOptions { Gateways = new Dictionary<Address, Uri> { [attested.NodeAddress] = attested.Node.PrivateAddress! } }, TimeProvider.System,
        NullLoggerFactory.Instance, Stop);

    private Task<(int Code, string Output, string Errors)> OgAsync(params IReadOnlyList<string> words) =>
        OgRunAsync([.. words, "--allow-emulated", "--roots", PathOf("roots.pem"), "--config", PathOf("config"), "--json"]);

    private static async Task<(int Code, string Output, string Errors)> OgRunAsync(params string[] words)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var code = await CommandLine.RunAsync(words, output, errors);
        return (code, output.ToString(), errors.ToString());
    }

    private async Task<Stage> StageAsync(Hash32 requestId) => (Stage)(await attested.Network.Hub.CallStateOfAsync(requestId, cancellationToken: Stop)).Stage;

    private string PathOf(string name) => Path.Combine(_folder, name);

    // The gateway looks for a newer key once a second.
    private Task UntilGivenOutAsync() => Eventually.UntilAsync(
        async () =>
        {
            using var http = new HttpClient();
            using var told = await http.GetAsync(new Uri(attested.Node.PrivateAddress!, PrivateMedia.NodesPath + attested.NodeAddress), Stop);
            return told.IsSuccessStatusCode;
        },
        "the gateway gives its keys out", Stop);

    private static Task UntilRefusedAsync(Uri address) => Eventually.UntilAsync(
        async () =>
        {
            try
            {
                using var http = new HttpClient(new ConnectionFailures(new SocketsHttpHandler()));
                using var looked = await http.GetAsync(address, Stop);
                return false;
            }
            catch (HttpRequestException)
            {
                return true;
            }
        },
        "the gateway lets nobody in", Stop);
}
