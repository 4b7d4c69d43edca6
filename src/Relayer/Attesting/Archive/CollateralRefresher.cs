using System.Security.Cryptography;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Roots;

namespace OpenGradient.Relayer.Attesting.Archive;

/// <summary>What became of one source.</summary>
public enum RefreshState
{
    /// <summary>What it sent is in use now.</summary>
    Adopted,

    /// <summary>It sent what is in use already.</summary>
    Unchanged,

    /// <summary>What it sent is not kept, or it sent nothing; what was in use stays.</summary>
    Failed,
}

/// <summary>What became of one source.</summary>
/// <param name="Name">What its file is called.</param>
/// <param name="State">What became of it.</param>
/// <param name="Reason">Why it failed; null where it did not.</param>
public sealed record RefreshOutcome(string Name, RefreshState State, string? Reason = null);

/// <summary>
/// Fetches collateral anew. A file takes the place of another only when it is signed under a root that is known, holds now, is about the same, and is not older:
/// whoever is at the other end can withhold what is new, and can put nothing else in its place. Where a responder is named it is asked about every certificate below NVIDIA's roots that
/// is in use then.
/// </summary>
public sealed class CollateralRefresher(
    CollateralArchive archive, IReadOnlyList<CollateralSource> sources, TrustAnchors anchors, CollateralFetcher fetcher, TimeProvider clock, Uri? responder = null)
{
    // Who has been silent so often in a row is not asked any more in this round.
    private const int MostSilences = 3;

    /// <summary>Asks every source once. Throws <see cref="IOException"/> where the archive cannot be written.</summary>
    public async Task<IReadOnlyList<RefreshOutcome>> RefreshAsync(CancellationToken cancellationToken)
    {
        var current = (await archive.ReadSoundAsync(cancellationToken)).Files;
        var history = await archive.HistoryAsync(cancellationToken);
        List<(CollateralSource Source, IReadOnlyList<CollateralFile> Files, string? Fault)> fetched = [];
        foreach (var source in sources)
        {
            var (files, fault) = await fetcher.FetchAsync(source, cancellationToken);
            fetched.Add((source, files, fault));
        }

        // What signs one file may have come with another, in the same round.
        var beside = fetched.SelectMany(one => one.Files).Concat(current).ToList();
        List<RefreshOutcome> outcomes = [];
        foreach (var (source, files, fault) in fetched)
        {
            outcomes.Add(fault is not null
                ? new RefreshOutcome(source.Name, RefreshState.Failed, fault)
                : await TakeAsync(source, files, current, history, beside, cancellationToken));
        }

        if (responder is not null)
            await AskAsync(responder, outcomes, cancellationToken);
        return outcomes;
    }

    private async Task AskAsync(Uri address, List<RefreshOutcome> outcomes, CancellationToken cancellationToken)
    {
        var current = (await archive.ReadSoundAsync(cancellationToken)).Files;
        var history = await archive.HistoryAsync(cancellationToken);
        var silences = 0;
        foreach (var question in OcspQuestion.Of(current, anchors, clock.GetUtcNow()))
        {
            if (silences == MostSilences)
            {
                outcomes.Add(new RefreshOutcome(question.Name, RefreshState.Failed, $"It was not asked about: the responder was silent {MostSilences} times."));
                continue;
            }

            var nonce = RandomNumberGenerator.GetBytes(OcspQuestion.NonceBytes);
            var (answer, fault) = await fetcher.AskAsync(address, question.Ask(nonce), cancellationToken);
            silences = fault is null ? 0 : silences + 1;
            fault ??= question.Fault(answer, nonce, clock.GetUtcNow());
            if (fault is not null)
            {
                outcomes.Add(new RefreshOutcome(question.Name, RefreshState.Failed, fault));
                continue;
            }

            var file = new CollateralFile(question.Name, answer);
            var source = new CollateralSource(question.Name, address);
            outcomes.Add(await TakeAsync(source, [file], current, history, [file, .. current], cancellationToken));
            current = (await archive.ReadSoundAsync(cancellationToken)).Files;
        }
    }

    // A file and its signer's chain are taken together or not at all.
    private async Task<RefreshOutcome> TakeAsync(
        CollateralSource source, IReadOnlyList<CollateralFile> files, IReadOnlyList<CollateralFile> current, IReadOnlyList<CollateralRecord> history,
        List<CollateralFile> beside, CancellationToken cancellationToken)
    {
        List<(CollateralFile File, CollateralFacts Facts)> fresh = [];
        foreach (var file in files)
        {
            var old = current.FirstOrDefault(other => other.Name == file.Name);
            if (old is not null && old.Content.Span.SequenceEqual(file.Content.Span))
                continue;
            if (old is null && current.Count + fresh.Count >= CollateralSet.MaxFiles)
                return new RefreshOutcome(source.Name, RefreshState.Failed, $"There are {CollateralSet.MaxFiles} files in use, and no more are read: take out what is not needed any more.");
            switch (CollateralInspector.Inspect(file, beside, anchors, clock.GetUtcNow()))
            {
                case CollateralInspection.Unsound(var reason):
                    return new RefreshOutcome(source.Name, RefreshState.Failed, reason);
                case CollateralInspection.Sound(var facts) when Obstacle(facts, FormerOf(file.Name, old, history, beside)) is { } obstacle:
                    return new RefreshOutcome(source.Name, RefreshState.Failed, obstacle);
                case CollateralInspection.Sound(var facts):
                    fresh.Add((file, facts));
                    break;
                default:
                    throw new InvalidOperationException("There is an inspection that refreshing does not know.");
            }
        }

        foreach (var (file, facts) in Enumerable.Reverse(fresh))
            await archive.AdoptAsync(RecordOf(source, file, facts), file.Content, cancellationToken);
        return new RefreshOutcome(source.Name, fresh.Count > 0 ? RefreshState.Adopted : RefreshState.Unchanged);
    }

    // A source that sends something else, or goes back to what was before, changes nothing.
    private static string? Obstacle(CollateralFacts facts, CollateralFacts? former) =>
        former is null ? null
        : (former.Form, former.Subject) != (facts.Form, facts.Subject) ? $"It is about {facts.Subject}, and what is in use about {former.Subject}."
        : facts.From < former.From ? $"It was issued at {facts.From.UtcDateTime:u}, and what is in use at {former.From.UtcDateTime:u}."
        : null;

    // What is in use may be over, and then is no longer sound: the history still says what it was. What an operator put there by hand stands in no history, and counts by what it is.
    private CollateralFacts? FormerOf(string name, CollateralFile? old, IReadOnlyList<CollateralRecord> history, IReadOnlyList<CollateralFile> beside)
    {
        var last = history.LastOrDefault(record => record.Name == name);
        var fetched = last is null ? null : new CollateralFacts(last.Form, last.Subject, last.From, last.Until, default);
        if (old is null || last?.Hash == CollateralArchive.HashOf(old.Content).ToString()
            || CollateralInspector.Inspect(old, beside, anchors, clock.GetUtcNow()) is not CollateralInspection.Sound(var byHand))
            return fetched;
        return fetched is not null && (fetched.Form, fetched.Subject) == (byHand.Form, byHand.Subject) && fetched.From > byHand.From ? fetched : byHand;
    }

    private CollateralRecord RecordOf(CollateralSource source, CollateralFile file, CollateralFacts facts) => new()
    {
        Name = file.Name,
        Hash = CollateralArchive.HashOf(file.Content).ToString(),
        Form = facts.Form,
        Subject = facts.Subject,
        From = facts.From,
        Until = facts.Until,
        RootLabel = $"{facts.Label}".ToLowerInvariant(),
        Source = source.Address.GetLeftPart(UriPartial.Path),
        AdoptedAt = clock.GetUtcNow(),
    };
}
