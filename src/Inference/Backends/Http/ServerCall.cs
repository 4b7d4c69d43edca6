using System.Net;

namespace OpenGradient.Inference.Backends.Http;

/// <summary>What a server answered: a body within the limit, and the one header that was asked for.</summary>
internal sealed record ServerAnswer(ReadOnlyMemory<byte> Body, string? Header);

/// <summary>
/// Asks a server once, within limits of time and length. Whatever goes wrong says nothing of the input: a server's word that an input is bad is only its
/// word. Asking again is for whoever decides when.
/// </summary>
internal sealed class ServerCall(HttpClient client, TimeSpan limit, TimeProvider time)
{
    private const int ChunkBytes = 1 << 16;

    /// <returns>The answer; or why there is none.</returns>
    /// <exception cref="OperationCanceledException">The caller no longer wants it.</exception>
    public async Task<(ServerAnswer? Answer, InferenceOutcome.Unavailable? Unavailable)> SendAsync(
        HttpRequestMessage request, long maxBytes, string? header, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            if (!response.IsSuccessStatusCode)
                return (null, Explain(response.StatusCode));
            var body = await ReadAsync(response.Content, maxBytes, both.Token);
            return body is null
                ? (null, new(UnavailableReason.AnswerTooLarge, IsRetryable: false, $"The server's answer is longer than {maxBytes} bytes."))
                : (new ServerAnswer(body.Value, Find(response, header)), null);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (null, new(UnavailableReason.TimedOut, IsRetryable: true, $"The server did not answer within {limit.TotalMilliseconds} ms."));
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            // What the exception says can hold the address, and with it a secret.
            return (null, new(UnavailableReason.ServerUnreachable, IsRetryable: true, "The server cannot be reached, or broke off."));
        }
    }

    private static string? Find(HttpResponseMessage response, string? header) =>
        header is not null && (response.Headers.TryGetValues(header, out var values) || response.Content.Headers.TryGetValues(header, out values))
            ? values.First()
            : null;

    private static InferenceOutcome.Unavailable Explain(HttpStatusCode status) => status switch
    {
        HttpStatusCode.TooManyRequests => new(UnavailableReason.Busy, IsRetryable: true, "The server is asked too often."),
        HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => new(UnavailableReason.TimedOut, IsRetryable: true, $"The server answered with {(int)status}."),
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable =>
            new(UnavailableReason.ServerUnreachable, IsRetryable: true, $"The server answered with {(int)status}."),
        >= HttpStatusCode.InternalServerError => new(UnavailableReason.RuntimeFailed, IsRetryable: true, $"The server answered with {(int)status}."),
        HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity =>
            new(UnavailableReason.ServerRefused, IsRetryable: false, $"The server answered with {(int)status}."),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            new(UnavailableReason.ServerMissetUp, IsRetryable: true, $"The server answered with {(int)status}: it does not take our credentials."),
        HttpStatusCode.NotFound => new(UnavailableReason.ServerMissetUp, IsRetryable: true, "The server answered with 404: it has no such model, or its address is another."),
        _ => new(UnavailableReason.ServerMissetUp, IsRetryable: true, $"The server answered with {(int)status}."),
    };

    // What the server says of the length is not trusted: what comes is counted.
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, long maxBytes, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > maxBytes)
            return null;
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var body = new MemoryStream();
        var chunk = new byte[ChunkBytes];
        int read;
        while ((read = await stream.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (body.Length + read > maxBytes)
                return null;
            body.Write(chunk.AsSpan(0, read));
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
