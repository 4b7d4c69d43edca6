using System.Net.Http.Json;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Setup;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Planning;
using OpenGradient.Relayer.Versions;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.EndToEnd.Tests;

/// <summary>A relayer that leaves its proofs to others, and hosts that do nothing else and have no key, on one database.</summary>
[Collection(TestNetwork.OnSharedChain)]
public sealed class ProverApartTests(DeployedChainFixture chain, PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 9)]
    public async Task Proofs_are_made_by_another_host_and_sent_by_the_relayer(bool isPostgres, int account)
    {
        const int Asked = 4;
        var sample = ProvableSample.Read("volatility");
        var network = await TestNetwork.OpenAsync(chain);
        var version = await sample.PublishAsync(network, $"volatility-apart-{account}");
        using var node = await network.EnlistAsync(account);
        using var relayer = new TestRelayer(chain.Deployment, chain.Endpoint);
        await sample.StoreAsync(relayer.BlobFolder);
        var proving = new ProvingOptions
        {
            Setup = _ => Task.FromResult<SetupReading>(new SetupReading.Accepted(sample.Setup)),
            CacheFolder = Path.Combine(relayer.BlobFolder, "..", "proofs"),
            Batches = new ProofLimits { Wait = TimeSpan.Zero, Items = 2, UrgentSeconds = 30 },
        };
        relayer.Options = relayer.Options with
        {
            Versions = ServedVersions.TryParse(version.ToString(), out var alone, out _) ? alone : throw new InvalidOperationException("It is no version's id."),
            Database = isPostgres ? await postgres.CreateAsync() : relayer.Options.Database,
            Proving = proving with { IsElsewhere = true },
        };
        await using var host = await relayer.StartAsync(node);

        List<IHubContract.RequestedEvent> asked = [];
        for (var i = 0; i < Asked; i++)
            asked.Add(await network.AskAsync(version, sample.Input(i), assurance: Assurance.Proven, assignee: node.Address));
        // The relayer answers, and proves nothing.
        await WaitsAsync(host, asked[^1].RequestId);
        Assert.Equal(HealthLevel.Bad, await ProverLevelAsync(host));
        await using var first = await ProverAsync(relayer, proving, node.Address, "first");
        await using var second = isPostgres ? await ProverAsync(relayer, proving, node.Address, "second") : null;

        foreach (var request in asked)
            await network.ReachesAsync(request.RequestId, Stage.Settled);

        var settled = await chain.Client.GetLogsAsync(BlockTag.Earliest, BlockTag.Latest, new LogFilter([network.Hub.Address], [[IHubContract.SettledEvent.Topic0]]), Stop);
        foreach (var request in asked)
        {
            var told = IHubContract.SettledEvent.Decode(Assert.Single(settled, log => log.Content.Topics[1] == request.RequestId).Content);
            Assert.Equal((node.Address, (byte)Assurance.Proven), (told.Node, told.Settlement.Assurance));
        }

        Assert.True((await first.Health.LookAsync(Stop)).IsReady);
        // What was found within the last second is told again.
        await Eventually.UntilAsync(async () => await ProverLevelAsync(host) == HealthLevel.Good, "a prover is found", Stop);
    }

    [Fact]
    public async Task A_prover_for_whom_no_node_is_registered_does_not_start()
    {
        var sample = ProvableSample.Read("volatility");
        using var relayer = new TestRelayer(chain.Deployment, chain.Endpoint);
        var proving = new ProvingOptions { Setup = _ => Task.FromResult<SetupReading>(new SetupReading.Accepted(sample.Setup)), CacheFolder = relayer.BlobFolder };

        var stranger = await Assert.ThrowsAsync<RelayerStartException>(() => ProverAsync(relayer, proving, Address.Parse("0x00000000000000000000000000000000000000ee"), "none"));
        var nobody = await Assert.ThrowsAsync<RelayerStartException>(() => ProverAsync(relayer, proving, node: null, "none"));

        Assert.Contains("is no node", stranger.Problem, StringComparison.Ordinal);
        Assert.Contains("OG_RELAYER_PROVE_NODE", nobody.Remedy, StringComparison.Ordinal);
    }

    private static async Task<HealthLevel> ProverLevelAsync(RelayerHost host) => (await host.Health.LookAsync(Stop)).Checks.Single(check => check.Name == "prover").Level;

    private static async Task WaitsAsync(RelayerHost host, Hash32 requestId)
    {
        using var http = new HttpClient { BaseAddress = host.Address };
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var answer = await http.GetAsync(new Uri($"/api/jobs/{requestId}", UriKind.Relative), Stop);
            if (answer.IsSuccessStatusCode && (await answer.Content.ReadFromJsonAsync<JobDetails>(Stop))?.Job.WaitsFor == "Proof")
                return;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Eventually.Patience, "It never waited for its proof.");
            await Task.Delay(100, Stop);
        }
    }

    // What it fetched it keeps for itself, as a process of its own would.
    private static Task<ProverHost> ProverAsync(TestRelayer relayer, ProvingOptions proving, Address? node, string cache) => ProverHost.StartAsync(
        relayer.Options with
        {
            Proving = proving with { Node = node },
            Blobs = relayer.Options.Blobs with { CacheFolder = $"{relayer.Options.Blobs.CacheFolder}-{cache}" },
        },
        TestRelayer.Loggers, TimeProvider.System, Stop);
}
