using Microsoft.AspNetCore.Http;

namespace OpenGradient.Indexer.Api.Exports;

/// <summary>
/// The body of an answer that somebody has to take at a least rate. Whoever takes less keeps what others wait for: a state of the database, which its log cannot be
/// cut below, and one of few places. Only the time counts in which nothing could be written.
/// </summary>
/// <param name="response">Whose body.</param>
/// <param name="options">The rate, and for how long it may be missed.</param>
/// <param name="clock">The time.</param>
internal sealed class PacedBody(HttpResponse response, ApiOptions options, TimeProvider clock)
{
    private TimeSpan _left = options.ExportGrace;

    /// <exception cref="SlowReaderException">Whoever asked took too little.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        // What was taken fast is no credit: else somebody could take much, and then keep the rest waiting for hours.
        var earned = TimeSpan.FromSeconds((double)bytes.Length / options.ExportLeastBytesPerSecond);
        var most = _left + earned;
        using var late = new CancellationTokenSource(most, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await response.Body.WriteAsync(bytes, ends.Token);
        }
        catch (Exception failure) when (late.IsCancellationRequested && failure is OperationCanceledException or IOException)
        {
            throw new SlowReaderException(options.ExportLeastBytesPerSecond);
        }

        var left = most - clock.GetElapsedTime(began);
        _left = left < options.ExportGrace ? left : options.ExportGrace;
        if (_left <= TimeSpan.Zero)
            throw new SlowReaderException(options.ExportLeastBytesPerSecond);
    }
}

/// <summary>Whoever asked for an export took less of it than has to be taken.</summary>
public sealed class SlowReaderException(int bytesPerSecond) : Exception($"An export is taken at {bytesPerSecond} bytes a second at the least.");
