using OpenGradient.Blobs;

namespace OpenGradient.Indexer.Fetching;

/// <summary>What becomes of a blob after an attempt. Every failure may pass: a publisher comes late, a source mends, one that lied is asked again.</summary>
internal static class FetchPolicy
{
    private const int MostTold = 8;

    /// <param name="row">As it was.</param>
    /// <param name="reading">What came of the attempt.</param>
    /// <param name="options">How often, and after which pauses.</param>
    /// <param name="now">When it ended.</param>
    /// <param name="spread">Uniform in [0, 1).</param>
    public static BlobRow After(BlobRow row, BlobReading reading, FetchOptions options, DateTimeOffset now, double spread)
    {
        var attempts = row.Attempts + 1;
        if (reading is BlobReading.Found(var blob, var source))
        {
            return row with
            {
                State = BlobRow.Held,
                Attempts = attempts,
                Misses = 0,
                NextAt = 0,
                FetchedAt = now.ToUnixTimeMilliseconds(),
                Length = blob.Length,
                Source = source,
                Reason = null,
            };
        }

        var misses = IsMiss(reading) ? row.Misses + 1 : row.Misses;
        var isOver = misses >= options.MaxMisses || attempts >= options.MaxAttempts;
        var pause = isOver ? options.Rest : options.Backoff.After((int)Math.Min(attempts, int.MaxValue), spread);
        return row with
        {
            State = isOver ? BlobRow.GivenUp : BlobRow.Waiting,
            Attempts = attempts,
            Misses = misses,
            NextAt = (now + pause).ToUnixTimeMilliseconds(),
            Reason = row.Is(BlobKinds.Evidence) ? Explain(reading, row.MaxBytes) : TellLittle(reading),
        };
    }

    /// <summary>What each source said, by kinds of fault: no address, path or message of a network is in it.</summary>
    public static string Explain(BlobReading reading, int limit) =>
        reading is BlobReading.NoRoom ? "There is no room for it here."
        : reading.Faults.Count == 0 ? "Nobody was asked."
        : string.Join(' ', reading.Faults.Take(MostTold).Select(fault => $"{fault.Source} {Tell(fault.Kind, limit)}."));

    // Where a source could not be asked, or nothing can be kept here, nobody knows whether there is one.
    private static bool IsMiss(BlobReading reading) => reading is BlobReading.NotFound or BlobReading.Corrupt or BlobReading.TooLarge;

    // Anyone may name a file that is not for everyone as a description: that one place has it, and that it is too long, is not for whoever did.
    private static string TellLittle(BlobReading reading) =>
        reading is BlobReading.NoRoom ? "There is no room for it here."
        : IsMiss(reading) ? "No place has a description by this hash."
        : "Not every place could be asked.";

    private static string Tell(SourceFaultKind kind, int limit) => kind switch
    {
        SourceFaultKind.Missing => "does not have it",
        SourceFaultKind.Corrupt => "gave other bytes than the hash says",
        SourceFaultKind.TooLarge => $"has more than the {limit} bytes that are taken",
        SourceFaultKind.Refused => "refused",
        _ => "could not be asked",
    };
}
