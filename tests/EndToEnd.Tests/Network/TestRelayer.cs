using Microsoft.Extensions.Logging;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Relayer.Pipeline;
using OpenGradient.Relayer.Versions;
using OpenGradient.Sending;

namespace OpenGradient.EndToEnd.Tests.Network;

/// <summary>A relayer's settings for a local chain, and a folder for what it keeps.</summary>
internal sealed class TestRelayer : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("relayer-").FullName;

    public TestRelayer(Deployment deployment, params IReadOnlyList<Uri> endpoints)
    {
        var store = Path.Combine(_folder, "blobs");
        Options = new RelayerOptions
        {
            Deployment = deployment,
            Endpoints = endpoints,
            Database = DatabaseOptions.Parse($"sqlite:{Path.Combine(_folder, "relayer.db")}"),
            Listen = new Uri("http://127.0.0.1:0"),
            Versions = ServedVersions.All,
            Blobs = new BlobPlaces(Path.Combine(_folder, "cache"), 1 << 30, [store], []),
            Admission = new AdmissionLimits { LeastSeconds = 20 },
            InclusionSeconds = 5,
            Desk = new DeskOptions { Batches = new() { Wait = TimeSpan.FromMilliseconds(50) } },
            Following = new FollowerOptions { Polling = new PollPolicy { Shortest = TimeSpan.FromMilliseconds(50), Longest = TimeSpan.FromMilliseconds(200) } },
            Sending = new SendingOptions { HeadPoll = TimeSpan.FromMilliseconds(50), LeaseLength = TimeSpan.FromSeconds(3) },
        };
        BlobFolder = store;
    }

    public RelayerOptions Options { get; set; }

    /// <summary>What the relayer reads artifacts from.</summary>
    public string BlobFolder { get; }

    public static ILoggerFactory Loggers { get; } = LoggerFactory.Create(logging => logging.AddProvider(new TestOutputLogs()).SetMinimumLevel(LogLevel.Warning));

    public Task<RelayerHost> StartAsync(ISigner node) =>
        RelayerHost.StartAsync(Options, node, Loggers, TimeProvider.System, TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
