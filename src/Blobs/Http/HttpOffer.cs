using System.Net;

namespace OpenGradient.Blobs.Http;

/// <summary>Reads what an HTTP server says before its body.</summary>
internal static class HttpOffer
{
    /// <summary>Makes of a response what a place offers. The response is owned by the stream that is given out, or disposed of.</summary>
    /// <param name="response">Its headers are there, its body may not be.</param>
    /// <param name="offset">What was asked for.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    public static async Task<BlobOffer> ReadAsync(HttpResponseMessage response, long offset, CancellationToken cancellationToken)
    {
        var kept = false;
        try
        {
            if (Refusal(response, offset) is { } refusal)
                return refusal;

            var range = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange : null;
            var start = range?.From ?? 0;
            var total = range is null ? response.Content.Headers.ContentLength : range.Length;
            var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            kept = true;
            return new BlobOffer.Content(new ResponseStream(response, body), start, total);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return new BlobOffer.Failed(broken.Message, MayPass: true);
        }
        finally
        {
            if (!kept)
                response.Dispose();
        }
    }

    private static BlobOffer? Refusal(HttpResponseMessage response, long offset)
    {
        var status = (int)response.StatusCode;
        return status switch
        {
            404 or 410 => new BlobOffer.Missing(),
            // What is there is no longer than what came before: perhaps it was cut off, perhaps it was all. The next attempt asks for the whole.
            416 => new BlobOffer.Content(Stream.Null, offset, response.Content.Headers.ContentRange?.Length ?? offset),
            408 or 425 or 429 or >= 500 => new BlobOffer.Failed($"It answered with status {status}.", MayPass: true),
            200 or 206 when response.Content.Headers.ContentEncoding.Count > 0 =>
                new BlobOffer.Failed("It compresses what it was asked to give as it is.", MayPass: false),
            206 when response.Content.Headers.ContentRange is not { From: { } from } || (from != offset && from != 0) =>
                new BlobOffer.Failed("It gave another part than was asked for.", MayPass: false),
            200 or 206 => null,
            _ => new BlobOffer.Failed($"It answered with status {status}.", MayPass: false),
        };
    }
}
