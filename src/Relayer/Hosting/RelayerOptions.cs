using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Claiming;
using OpenGradient.Relayer.Earnings;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Pipeline;
using OpenGradient.Relayer.Private;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Relayer.Versions;
using OpenGradient.Sending;

namespace OpenGradient.Relayer.Hosting;

/// <summary>Everything that a relayer is told at its start, read and checked. Keys are told apart.</summary>
public sealed record RelayerOptions
{
    public required Deployment Deployment { get; init; }

    /// <summary>Where the chain is asked, and where transactions go.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>Where settlements go alone, so that nobody sees an answer before it is mined; empty for everywhere.</summary>
    public IReadOnlyList<Uri> SettlementEndpoints { get; init; } = [];

    public required DatabaseOptions Database { get; init; }

    /// <summary>Where the pages and metrics are served; port 0 takes any that is free.</summary>
    public required Uri Listen { get; init; }

    public required ServedVersions Versions { get; init; }

    public required BlobPlaces Blobs { get; init; }

    /// <summary>The folders that it writes to: they need room.</summary>
    internal IReadOnlyList<string> WrittenFolders =>
        [.. new[] { Blobs.CacheFolder, Database.Folder, Attesting?.Archive?.Folder, Proving?.CacheFolder }.OfType<string>()];

    public OnnxBackendOptions Onnx { get; init; } = new();

    public ArtifactLimits Artifacts { get; init; } = ArtifactLimits.Default;

    /// <summary>How much memory versions take beside the sessions of ONNX models, and how long they are looked for.</summary>
    public ShelfOptions Shelf { get; init; } = new();

    public required AdmissionLimits Admission { get; init; }

    /// <summary>The same with what its roles add.</summary>
    internal AdmissionLimits Offered => Admission with
    {
        InclusionSeconds = InclusionSeconds,
        AnswersQuorums = Verifying is { AnswersQuorums: true },
        Assurances = new HashSet<Assurance>(
            [.. Admission.Assurances, .. Proving is null ? [] : new[] { Assurance.Proven }, .. Attesting is { Attested: not null } ? [Assurance.Attested] : Array.Empty<Assurance>()]),
        ProveSeconds = (ulong)Math.Ceiling(Proving?.Limit.TotalSeconds ?? 0),
    };

    /// <summary>The margins that steps are decided by: the same in every process on one database.</summary>
    internal StepLimits Steps => new()
    {
        ClaimSeconds = Deployment.HubTerms.ClaimTime,
        ProvenClaimSeconds = Deployment.HubTerms.ProvenClaimTime,
        ProveSeconds = Offered.ProveSeconds,
        InclusionSeconds = InclusionSeconds,
    };

    /// <summary>What gas costs in the token that fees are paid in, and who says so.</summary>
    public PriceOptions Price { get; init; } = new(UInt256.Zero, Source: null);

    /// <summary>Whether transactions pay another chain for their data.</summary>
    public DataFees DataFees { get; init; }

    /// <summary>What running costs us.</summary>
    public ComputePrices Compute { get; init; } = ComputePrices.Nothing;

    /// <summary>Versions that run elsewhere than in this process.</summary>
    public IReadOnlyDictionary<Hash32, RemoteServer> Servers { get; init; } = new Dictionary<Hash32, RemoteServer>();

    /// <summary>How long three blocks take, which is planned for each transaction; more is where our own are seen to take longer.</summary>
    public ulong InclusionSeconds { get; init; } = 36;

    /// <summary>The most claims at a time that are not settled.</summary>
    public int MostOpenClaims { get; init; } = 512;

    /// <summary>What it verifies of others; null for nothing.</summary>
    public VerifyingOptions? Verifying { get; init; }

    /// <summary>How it proves; null where it does not.</summary>
    public ProvingOptions? Proving { get; init; }

    /// <summary>Whether it attests to keys of others, or has attested keys of its own; null for neither.</summary>
    public AttestingOptions? Attesting { get; init; }

    /// <summary>How it answers private requests, as an attested node; null where it does not.</summary>
    public PrivateOptions? Private { get; init; }

    /// <summary>Puts something in the place of what finds answers: for tests that need a node that lies.</summary>
    internal Func<IPreparer, IPreparer>? Preparing { get; init; }

    public PipelineOptions Pipeline { get; init; } = new();

    public DeskOptions Desk { get; init; } = new();

    public FollowerOptions Following { get; init; } = new();

    public SendingOptions Sending { get; init; } = new();

    public ScheduleOptions Schedule { get; init; } = new();

    public ClaimBreaker Breaker { get; init; } = new();

    /// <summary>Where traces go, by OTLP over HTTP; null for nowhere.</summary>
    public Uri? OtlpEndpoint { get; init; }
}
