using System.Text;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Reading;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Execution;

/// <summary>
/// Gets a request's input: the bytes that came with it, or those that they say where to find. There they are a text, <c>sha256:…</c> and behind
/// it, separated by spaces, where else they may be had. Whatever is found counts only if it is what the request commits to.
/// </summary>
/// <param name="blobs">Where it looks.</param>
/// <param name="maxBytes">The longest input.</param>
/// <param name="mostFromStrangers">How many may be fetched at once from where requesters say: a place that never answers holds nobody else up.</param>
public sealed class InputReader(BlobReader blobs, long maxBytes, int mostFromStrangers) : IDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _strangers = new(mostFromStrangers);

    public void Dispose() => _strangers.Dispose();

    /// <summary>Whether the input came with its request: then nothing is fetched.</summary>
    public static bool ComesAlong(Job job) => ((RequestFlags)job.Ask.Request.Flags & RequestFlags.InputAtUri) == RequestFlags.None;

    /// <summary>The input that came with its request.</summary>
    public static InputReading Brought(Job job) => Check(job, job.Brought);

    public async Task<InputReading> ReadAsync(Job job, CancellationToken cancellationToken)
    {
        if (ComesAlong(job))
            return Brought(job);

        var places = Encoding.UTF8.GetString(job.Brought.Span).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (places.Length == 0 || !BlobHash.TryParse(places[0], out var hash))
        {
            return new InputReading.Refused(new TurnedAway(
                TurnAwayReason.InputUnavailable, "Where the input is, is said by 'sha256:' and 64 digits, and places behind it; these bytes say something else."));
        }

        if (places.Length == 1)
            return await FetchAsync(job, new BlobRequest(hash) { MaxBytes = maxBytes }, cancellationToken);
        // Quick ones let each other in; behind slow ones a worker does not stand for long.
        if (!await _strangers.WaitAsync(Turn, cancellationToken))
            return new InputReading.Unavailable("As many inputs are being fetched from where requesters say as may be at once.");
        try
        {
            return await FetchAsync(job, new BlobRequest(hash) { Uris = places[1..], MaxBytes = maxBytes }, cancellationToken);
        }
        finally
        {
            _strangers.Release();
        }
    }

    private async Task<InputReading> FetchAsync(Job job, BlobRequest request, CancellationToken cancellationToken)
    {
        var reading = await blobs.ReadAsync(request, cancellationToken);
        switch (reading)
        {
            case BlobReading.Found(var found, _):
                using (found)
                    return Check(job, await found.ReadAllAsync(checked((int)maxBytes), cancellationToken));
            case BlobReading.TooLarge:
                return new InputReading.Refused(new TurnedAway(TurnAwayReason.InputTooLarge, reading.Explanation));
            default:
                return new InputReading.Unavailable($"The input cannot be had: {reading.Explanation}");
        }
    }

    private static InputReading Check(Job job, ReadOnlyMemory<byte> input) =>
        Keccak256.Hash(input.Span) == job.Ask.Request.InputCommit
            ? new InputReading.Found(input)
            : new InputReading.Refused(new TurnedAway(TurnAwayReason.InputUnavailable, "What is there is not what the request commits to."));
}

/// <summary>What came of getting an input.</summary>
public abstract record InputReading
{
    private InputReading()
    {
    }

    public sealed record Found(ReadOnlyMemory<byte> Bytes) : InputReading;

    public sealed record Refused(TurnedAway Reason) : InputReading;

    public sealed record Unavailable(string Details) : InputReading;
}
