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
                NextAt = 0,
                FetchedAt = now.ToUnixTimeMilliseconds(),
                Length = blob.Length,
                Source = source,
                Reason = null,
            };
        }

        var isOver = attempts >= options.MaxAttempts;
        return row with
        {
            State = isOver ? BlobRow.GivenUp : BlobRow.Waiting,
            Attempts = attempts,
            NextAt = isOver ? 0 : (now + options.Backoff.After((int)attempts, spread)).ToUnixTimeMilliseconds(),
            Reason = Tell(reading, row.MaxBytes),
        };
    }

    // Strangers read it: kinds of fault, and no address, path or message of a network.
    private static string Tell(BlobReading reading, int limit) =>
        reading is BlobReading.NoRoom ? "There is no room for it here."
        : reading.Faults.Count == 0 ? "Nobody was asked."
        : string.Join(' ', reading.Faults.Take(MostTold).Select(fault => $"{fault.Source} {Tell(fault.Kind, limit)}."));

    private static string Tell(SourceFaultKind kind, int limit) => kind switch
    {
        SourceFaultKind.Missing => "does not have it",
        SourceFaultKind.Corrupt => "gave other bytes than the hash says",
        SourceFaultKind.TooLarge => $"has more than the {limit} bytes that are taken",
        SourceFaultKind.Refused => "refused",
        _ => "could not be asked",
    };
}
