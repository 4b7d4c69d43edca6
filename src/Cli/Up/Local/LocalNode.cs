using Microsoft.Extensions.Logging;
using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Prover.Setup;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Relayer.Pipeline;
using OpenGradient.Relayer.Private;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Planning;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Relayer.Versions;
using OpenGradient.Sending;

namespace OpenGradient.Cli.Up.Local;

// The loggers go to the node, and are disposed of with it, also when its start fails half-way.
#pragma warning disable CA2000

/// <summary>A node in this process: a whole relayer with a database, a cache and a key of its own.</summary>
internal sealed class LocalNode : IAsyncDisposable
{
    private static readonly TimeSpan VerifyingPoll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ProofWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    private readonly RelayerHost _host;
    private readonly ILoggerFactory _loggers;

    private LocalNode(string name, Address address, bool answers, RelayerHost host, ILoggerFactory loggers)
    {
        (Name, Address, Answers, _host, _loggers) = (name, address, answers, host, loggers);
    }

    public string Name { get; }

    public Address Address { get; }

    /// <summary>Whether it answers, too: all of them check what others answer.</summary>
    public bool Answers { get; }

    /// <summary>Its page.</summary>
    public Uri Page => _host.Address;

    /// <summary>Where it attests to keys; null where it does not.</summary>
    public Uri? Attester => _host.AttesterAddress;

    /// <summary>Where sealed requests come in; null where none do.</summary>
    public Uri? Gateway => _host.PrivateAddress;

    /// <summary>Completes when it has stopped.</summary>
    public Task Completion => _host.Completion;

    /// <summary>The least fee that a local node works for.</summary>
    public static UInt256 LeastFee { get; } = Units.Parse("0.1", 18);

    /// <summary>The least time that it needs, in seconds: it has to claim, wait for a second, and settle.</summary>
    public static ulong LeastSeconds(ulong blockSeconds) => 5 + (3 * blockSeconds);

    /// <param name="system">The contracts.</param>
    /// <param name="proofs">The setup of a node that answers, and proves where that is asked; null for one that only checks what others do.</param>
    /// <param name="name">What it is called here.</param>
    /// <param name="key">Its key.</param>
    /// <param name="folder">Where it keeps what it knows.</param>
    /// <param name="blobFolder">Where artifacts are.</param>
    /// <param name="logs">What it says.</param>
    /// <param name="attesting">Whether it attests, or is attested to; null for neither.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<LocalNode> StartAsync(
        LocalSystem system, LocalProofs? proofs, string name, ISigner key, string folder, string blobFolder, NodeLogs logs, AttestingOptions? attesting,
        CancellationToken cancellationToken)
    {
        var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Warning));
        try
        {
            var host = await RelayerHost.StartAsync(OptionsFor(system, proofs, folder, blobFolder, attesting), key, loggers, TimeProvider.System, cancellationToken);
            return new LocalNode(name, key.Address, answers: proofs is not null, host, loggers);
        }
        catch
        {
            loggers.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _loggers.Dispose();
    }

    // As an operator would set them, but for a chain on this machine whose blocks come at once.
    private static RelayerOptions OptionsFor(LocalSystem system, LocalProofs? proofs, string folder, string blobFolder, AttestingOptions? attesting) => new()
    {
        Deployment = system.Deployment,
        Endpoints = [system.Network.HttpUrl],
        Database = DatabaseOptions.Parse($"sqlite:{Path.Combine(folder, "relayer.db")}"),
        Listen = new Uri("http://127.0.0.1:0"),
        Versions = proofs is not null || attesting is { Attested: not null } ? ServedVersions.All : ServedVersions.Of([]),
        Blobs = new BlobPlaces(Path.Combine(folder, "cache"), 1 << 30, [blobFolder], []),
        Onnx = new OnnxBackendOptions { Provider = ExecutionProvider.Cpu },
        Admission = new AdmissionLimits
        {
            LeastSeconds = LeastSeconds(system.BlockSeconds),
            LeastFee = LeastFee,
            // The attested node answers nothing else, and checks nothing.
            Assurances = attesting is { Attested: not null } ? new HashSet<Assurance>() : new HashSet<Assurance> { Assurance.Signed },
        },
        Verifying = attesting is { Attested: not null } ? null : new VerifyingOptions { Poll = VerifyingPoll, LookAgain = TimeSpan.FromSeconds(1) },
        Attesting = attesting,
        Private = attesting is { Attested: not null } ? new PrivateOptions { Listen = new Uri("http://127.0.0.1:0"), Price = LeastFee } : null,
        Proving = proofs is null ? null : new ProvingOptions
        {
            Setup = _ => Task.FromResult<SetupReading>(new SetupReading.Accepted(proofs.Setup)),
            CacheFolder = Path.Combine(folder, "proofs"),
            Batches = new ProofLimits { Wait = ProofWait, UrgentSeconds = 60 },
        },
        InclusionSeconds = 2 + (2 * system.BlockSeconds),
        Pipeline = new PipelineOptions { DrainTime = DrainTime },
        Desk = new DeskOptions { Batches = new() { Wait = TimeSpan.FromMilliseconds(50) } },
        Following = new FollowerOptions { Polling = new PollPolicy { Shortest = TimeSpan.FromMilliseconds(50), Longest = TimeSpan.FromMilliseconds(200) } },
        Sending = new SendingOptions { HeadPoll = TimeSpan.FromMilliseconds(50), LeaseLength = TimeSpan.FromSeconds(3) },
    };
}
