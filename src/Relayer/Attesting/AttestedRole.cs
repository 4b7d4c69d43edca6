using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenGradient.Attestation.Binding;
using OpenGradient.Blobs;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Collecting;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Sending;

namespace OpenGradient.Relayer.Attesting;

// The ring goes to the role, and is disposed of with it.
#pragma warning disable CA2000

/// <summary>What an attested node is made of.</summary>
public sealed record AttestedParts(
    IDatabase Database, ITransactionQueue Queue, IOrders Orders, Deployment Deployment, Address Node, IKeyRegister Register, IAttestedKeysContract Contract,
    IChainWatch Chain, HttpClient Web, ulong InclusionSeconds)
{
    /// <summary>Where the evidence of keys is published.</summary>
    public IReadOnlyList<IBlobStore> Stores { get; init; } = [];
}

/// <summary>The attested role of a relayer: keys that are born here, what keeps them attested, and what is told of them.</summary>
public sealed class AttestedRole : IDisposable
{
    private readonly KeyStore _store;

    private AttestedRole(KeyRing ring, KeyKeeper keeper, KeyWatch watch, EvidencePublisher publisher, KeyStore store, AttestedProbe probe) =>
        (Ring, Keeper, Watch, Publisher, _store, Probe) = (ring, keeper, watch, publisher, store, probe);

    /// <summary>Which key may sign.</summary>
    public KeyRing Ring { get; }

    public KeyKeeper Keeper { get; }

    public KeyWatch Watch { get; }

    public EvidencePublisher Publisher { get; }

    public IHealthProbe Probe { get; }

    /// <summary>What is done by the clock.</summary>
    public IReadOnlyList<ITimedWork> Works => [Watch, Keeper, Publisher];

    public static AttestedRole Create(AttestingOptions options, AttestedOptions attested, AttestedParts parts, ILoggerFactory loggers, TimeProvider clock)
    {
        var ring = new KeyRing(parts.Deployment.IsDevelopment, parts.InclusionSeconds, clock, attested.Curve);
        var store = new KeyStore(parts.Database, parts.Queue, parts.Orders, clock);
        var collector = new VerdictCollector(attested.Attesters, parts.Web, attested.AttesterLimit, clock);
        var attestation = new KeyAttestation(
            ring, attested.Source, new KeyJudge(options, parts.Deployment, clock), parts.Register, collector, store, parts.Contract, parts.Deployment, parts.Node);
        var keeper = new KeyKeeper(
            ring, new KeyStepPolicy(parts.Deployment.KeyTerms, attested.ResumeAfter), attestation, parts.Register, store, parts.Contract, attested,
            loggers.CreateLogger<KeyKeeper>(), clock);
        return new AttestedRole(
            ring, keeper, new KeyWatch(ring, parts.Register, attested, loggers.CreateLogger<KeyWatch>()),
            new EvidencePublisher(store, parts.Stores, attested.KeepEvery, loggers.CreateLogger<EvidencePublisher>()), store, new AttestedProbe(ring, keeper, parts.Chain));
    }

    /// <summary>Adds the evidence behind our keys to an operator's pages, as attesters were sent it: whoever keeps a receipt may want it, too.</summary>
    public Action<WebApplication> Pages => application => application.MapGet("/api/attestation/{evidenceHash}", async (string evidenceHash, CancellationToken stop) =>
        !Hash32.TryParse(evidenceHash, out var hash) ? Results.Problem("An evidence's hash is 0x and 64 hexadecimal digits.", statusCode: StatusCodes.Status400BadRequest)
        : await _store.ClaimOfAsync(hash, stop) is { } claim ? Results.Bytes(claim, "application/json")
        : Results.Problem("There is no such evidence.", statusCode: StatusCodes.Status404NotFound));

    /// <summary>A key with its evidence, as whoever asks privately checks it; null where nothing is written of it.</summary>
    public async Task<KeyEvidence?> EvidenceOfAsync(Hash32 evidenceHash, CancellationToken cancellationToken) =>
        await _store.ClaimOfAsync(evidenceHash, cancellationToken) is { } message && ClaimMessage.TryRead(message, out var claim, out _)
            ? claim.ToKeyEvidence()
            : null;

    public void Dispose() => Ring.Dispose();
}
