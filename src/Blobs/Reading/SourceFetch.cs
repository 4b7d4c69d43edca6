using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using OpenGradient.Blobs.Caching;
using OpenGradient.Blobs.Folders;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Blobs.Reading;

/// <summary>
/// Brings one blob from one place: asks, goes on where it broke off, keeps to the limits, and checks the hash. What another place began is
/// gone on with; only when all of it came from this place does a wrong hash say that this place lies.
/// </summary>
internal sealed class SourceFetch(
    IBlobSource source, BlobHash hash, long limitBytes, BlobReaderOptions options, TimeProvider clock, Random random, IProgress<BlobProgress> progress)
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Whether anything in the file came from elsewhere.</summary>
    private bool _isMixed;

    public async Task<SourceReading> RunAsync(PartialBlob partial, CancellationToken cancellationToken)
    {
        using var limited = new CancellationTokenSource(options.SourceTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limited.Token);
        try
        {
            return await AskAsync(partial, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SourceReading.Failed(SourceFaultKind.Unreachable, $"It took more than {options.SourceTimeout.TotalSeconds:0} s.");
        }
    }

    private async Task<SourceReading> AskAsync(PartialBlob partial, CancellationToken cancellationToken)
    {
        _isMixed = partial.Length > 0;
        for (var failures = 0; ;)
        {
            var before = partial.Length;
            var attempt = await TryOnceAsync(partial, cancellationToken);
            if (attempt.Reading is { } end)
                return end;

            // Whoever gives enough each time is worth another attempt; a byte a time is not enough. The time limit bounds them all.
            failures = partial.Length - before >= options.StallBytes ? 1 : failures + 1;
            if (failures >= options.AttemptsPerSource)
                return new SourceReading.Failed(SourceFaultKind.Unreachable, attempt.Trouble!);
#pragma warning disable CA5394 // It spreads waits; no secret depends on it.
            var wait = options.Backoff.After(failures, random.NextDouble());
#pragma warning restore CA5394
            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    private async Task<Attempt> TryOnceAsync(PartialBlob partial, CancellationToken cancellationToken)
    {
        using var answer = new CancellationTokenSource(options.AnswerTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, answer.Token);
        BlobOffer offer;
        try
        {
            offer = await source.OpenAsync(hash, partial.Length, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Attempt.Again($"No answer within {options.AnswerTimeout.TotalSeconds:0.###} s.");
        }

        switch (offer)
        {
            case BlobOffer.Missing:
                return Attempt.End(SourceFaultKind.Missing, "It does not have it.");
            case BlobOffer.Failed(var reason, var mayPass):
                return mayPass ? Attempt.Again(reason) : Attempt.End(SourceFaultKind.Refused, reason);
            case BlobOffer.Content content:
                await using (content.Stream)
                    return await TakeAsync(content, partial, cancellationToken);
            default:
                throw new InvalidOperationException($"Unknown offer {offer}.");
        }
    }

    private async Task<Attempt> TakeAsync(BlobOffer.Content content, PartialBlob partial, CancellationToken cancellationToken)
    {
        if (content.TotalLength > limitBytes)
            return Attempt.End(SourceFaultKind.TooLarge, $"It has {content.TotalLength} bytes, and {limitBytes} are allowed.");
        if (content.LocalFile is { } path)
            return await CheckInPlaceAsync(content.Stream, path, cancellationToken);
        if (content.Offset != partial.Length)
        {
            partial.Restart();
            _isMixed = false;
        }

        return await CopyAsync(content, partial, cancellationToken) ?? Judge(partial);
    }

    // Null at the stream's end.
    private async Task<Attempt?> CopyAsync(BlobOffer.Content content, PartialBlob partial, CancellationToken cancellationToken)
    {
        using var stall = new CancellationTokenSource(options.StallTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stall.Token);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var sinceRest = 0;
        try
        {
            while (true)
            {
                var count = await ReadAsync(content.Stream, buffer, both.Token);
                if (count == 0)
                    return partial.Length < content.TotalLength ? Attempt.Again($"It broke off after {partial.Length} of {content.TotalLength} bytes.") : null;
                if (partial.Length > limitBytes - count)
                    return Attempt.End(SourceFaultKind.TooLarge, $"It gave more than the {limitBytes} bytes that are allowed.");
                if (partial.Length + count > content.TotalLength)
                    return Attempt.End(SourceFaultKind.Corrupt, $"It gave more than the {content.TotalLength} bytes that it announced.");
                if (!await partial.TryAppendAsync(buffer.AsMemory(0, count), cancellationToken))
                    return new Attempt(new SourceReading.NoRoom("The cache is full of blobs in use."), null);
                progress.Report(new BlobProgress(source.Name, partial.Length, content.TotalLength));
                sinceRest += count;
                if (sinceRest < options.StallBytes)
                    continue;
                sinceRest = 0;
                stall.CancelAfter(options.StallTimeout);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Attempt.Again($"Too slow: fewer than {options.StallBytes} bytes within {options.StallTimeout.TotalSeconds:0.###} s.");
        }
        catch (BrokenSourceException broken)
        {
            return Attempt.Again(broken.Message);
        }
        catch (IOException full) when (DurableFile.IsFull(full))
        {
            partial.Discard();
            return new Attempt(new SourceReading.NoRoom("The disk under the cache is full."), null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The lease goes to whoever asked.")]
    private Attempt Judge(PartialBlob partial)
    {
        if (partial.HasItsHash())
            return Attempt.Got(partial.Adopt());

        var isMixed = _isMixed;
        partial.Restart();
        _isMixed = false;
        // Whose half was wrong cannot be told: this place gets to show the whole.
        return isMixed
            ? Attempt.Again("Together with what an earlier place gave it had another hash.")
            : Attempt.End(SourceFaultKind.Corrupt, "What it gave has another hash.");
    }

    // A file of this machine is read once, and stays where it is.
    [SuppressMessage("Reliability", "CA2000", Justification = "The lease goes to whoever asked.")]
    private async Task<Attempt> CheckInPlaceAsync(Stream file, string path, CancellationToken cancellationToken)
    {
        try
        {
            file.Position = 0;
            var actual = new BlobHash(new Hash32(await SHA256.HashDataAsync(file, cancellationToken)));
            return actual == hash
                ? Attempt.Got(BlobLease.OfFile(hash, file.Length, path))
                : Attempt.End(SourceFaultKind.Corrupt, "The file has another hash than its name says.");
        }
        catch (IOException failure)
        {
            return Attempt.End(SourceFaultKind.Unreachable, failure.Message);
        }
    }

    // What fails while a place gives is the place's fault, and what fails while it is written is the disk's: they must not be mixed up.
    private static async ValueTask<int> ReadAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            throw new BrokenSourceException(broken.Message, broken);
        }
    }

    private sealed class BrokenSourceException(string message, Exception inner) : Exception(message, inner);

    private sealed record Attempt(SourceReading? Reading, string? Trouble)
    {
        public static Attempt Got(BlobLease lease) => new(new SourceReading.Got(lease), null);

        public static Attempt Again(string trouble) => new(null, trouble);

        public static Attempt End(SourceFaultKind kind, string reason) => new(new SourceReading.Failed(kind, reason), null);
    }
}
