using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Blobs.Folders;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Relayer.Pipeline;
using OpenGradient.Relayer.Versions;
using OpenGradient.Samples;
using OpenGradient.Sending;

namespace OpenGradient.Benchmarks.Relayer;

/// <summary>Our relayer, with everything: database on the disk that keeps all, hash checks, admission, receipts signed one by one.</summary>
internal sealed class BenchRelayer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly RelayerHost _host;

    private BenchRelayer(string folder, RelayerHost host) => (_folder, _host) = (folder, host);

    public string DatabaseAddress => $"sqlite:{Path.Combine(_folder, "relayer.db")}";

    public RelayerHost Host => _host;

    /// <summary>What it sent for a purpose, in the order of its nonces.</summary>
    public async Task<IReadOnlyList<SentCall>> SentAsync(string purpose, CancellationToken stop)
    {
        await using var database = await DatabaseFactory.OpenAsync(DatabaseOptions.Parse(DatabaseAddress), [], cancellationToken: stop);
        return await database.ReadAsync(
            session => session.QueryAsync<SentCall>(
                "SELECT recipient AS \"To\", data AS Data, gas_limit AS GasLimit FROM transactions WHERE purpose = @purpose AND succeeded = 1 ORDER BY nonce", new { purpose }),
            stop);
    }

    public static async Task<BenchRelayer> StartAsync(string root, BenchNetwork network, int batch, TimeSpan wait, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("og-bench-").FullName;
        var blobs = Path.Combine(folder, "blobs");
        await using (var content = File.OpenRead(Path.Combine(root, "models", "volatility", SampleModels.IntegerFile)))
            await new FolderBlobStore(blobs).PutAsync(content, stop);
        var options = new RelayerOptions
        {
            Deployment = network.Deployment,
            Endpoints = [network.Endpoint],
            Database = DatabaseOptions.Parse($"sqlite:{Path.Combine(folder, "relayer.db")}"),
            Listen = new Uri("http://127.0.0.1:0"),
            Versions = ServedVersions.All,
            Blobs = new BlobPlaces(Path.Combine(folder, "cache"), 1 << 30, [blobs], []),
            Admission = new AdmissionLimits { LeastSeconds = 20 },
            InclusionSeconds = 5,
            MostOpenClaims = 4_096,
            Pipeline = new PipelineOptions { Workers = 4, MostInHand = 1_024 },
            Desk = new DeskOptions { Batches = new() { Items = batch, Wait = wait } },
            Following = new FollowerOptions { Polling = new PollPolicy { Shortest = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromMilliseconds(100) } },
            Sending = new SendingOptions { MaxInFlight = 4_096, GroupSize = 256, HeadPoll = TimeSpan.FromMilliseconds(50) },
        };
        return new BenchRelayer(folder, await RelayerHost.StartAsync(options, network.Node, NullLoggerFactory.Instance, TimeProvider.System, stop));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>What a transaction did.</summary>
[SuppressMessage("Performance", "CA1812", Justification = "It is made from rows.")]
internal sealed record SentCall
{
    public required Address To { get; init; }

    public required byte[] Data { get; init; }

    public required ulong GasLimit { get; init; }
}
