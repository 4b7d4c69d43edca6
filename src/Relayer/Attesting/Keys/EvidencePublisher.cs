using Microsoft.Extensions.Logging;
using OpenGradient.Blobs;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Attesting.Keys;

/// <summary>
/// Puts the evidence behind our keys where blobs are published, by its hash, as registrations and receipts name it: so that whoever keeps a receipt, and
/// every indexer, can have it without asking us. Done twice it comes to the same; a place that is down is tried at the next turn.
/// </summary>
public sealed class EvidencePublisher(KeyStore keys, IReadOnlyList<IBlobStore> stores, TimeSpan every, ILogger<EvidencePublisher> logger) : ITimedWork
{
    // Those before were published when they were made.
    private const int MostKeys = 8;

    private readonly HashSet<(Hash32, string)> _published = [];
    private string? _trouble;

    public string Name => "attested-evidence-publisher";

    public TimeSpan Every => every;

    public WorkScope Scope => WorkScope.Replica;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        string? trouble = null;
        foreach (var hash in stores.Count == 0 ? [] : await keys.EvidenceAsync(MostKeys, cancellationToken))
        {
            var missing = stores.Where(store => !_published.Contains((hash, store.Name))).ToList();
            if (missing.Count == 0 || await keys.ClaimOfAsync(hash, cancellationToken) is not { } message || !ClaimMessage.TryRead(message, out var claim, out _))
                continue;
            foreach (var store in missing)
                trouble = await PutAsync(store, hash, claim.Evidence, cancellationToken) ?? trouble;
        }

        // Once for each trouble, and not at every turn.
        if (trouble is not null && trouble != _trouble)
            logger.EvidenceNotPublished(trouble);
        _trouble = trouble;
    }

    private async Task<string?> PutAsync(IBlobStore store, Hash32 hash, ReadOnlyMemory<byte> evidence, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(evidence.ToArray(), writable: false);
        switch (await store.PutAsync(content, cancellationToken))
        {
            case BlobWriting.Stored:
                _published.Add((hash, store.Name));
                logger.EvidencePublished(new BlobHash(hash).ToString(), store.Name);
                return null;
            case BlobWriting.TooLarge(var limit):
                return $"{store.Name} takes {limit} bytes at the most.";
            case BlobWriting.NoRoom(var reason):
                return reason;
            case BlobWriting.Failed(var reason):
                return $"{store.Name}: {reason}";
            default:
                throw new InvalidOperationException("There is an end of storing that is not known.");
        }
    }
}
