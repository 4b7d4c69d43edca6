using System.Net;
using System.Net.Http.Headers;
using OpenGradient.Ethereum.Http;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Sends messages as HTTP POST. Connections are pooled and renewed, so that a change of the name's address is noticed; answers may be
/// compressed, and are read up to the limit counted after decompression. Redirects are not followed: a key must not travel on.
/// </summary>
public sealed class HttpRpcTransport : IRpcTransport
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http;
    private readonly RpcTransportOptions _options;
    private readonly TimeProvider _time;

    public HttpRpcTransport(RpcEndpoint endpoint, RpcTransportOptions? options = null, TimeProvider? time = null)
    {
        if (endpoint.IsWebSocket)
            throw new ArgumentException("This address is for WebSocket.", nameof(endpoint));

        _options = options ?? new RpcTransportOptions();
        _options.Validate();
        Endpoint = endpoint.Hiding(_options.Headers.Values);
        _time = time ?? TimeProvider.System;
#pragma warning disable CA2000 // The client owns the handler.
        _http = new HttpClient(
            new ConnectionFailures(new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate | DecompressionMethods.Brotli,
                ConnectTimeout = _options.ConnectTimeout,
                EnableMultipleHttp2Connections = true,
                MaxConnectionsPerServer = _options.MaxConnections,
                MaxResponseHeadersLength = 64,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                UseCookies = false,
            }),
            disposeHandler: true)
#pragma warning restore CA2000
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (endpoint.Authorization is { } authorization)
            _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        foreach (var (name, value) in _options.Headers)
            _http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
    }

    public RpcEndpoint Endpoint { get; }

    public async ValueTask<RpcReply> SendAsync(RpcMessage message, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint.Address);
        request.Content = new ReadOnlyMemoryContent(message.Body);
        request.Content.Headers.ContentType = Json;
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return await ReadAsync(response, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            return RpcReply.Failed(Describe(error));
        }
        catch (OperationCanceledException error) when (error.InnerException is TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            // So the handler tells that its own time for connecting ran out.
            return RpcReply.Failed(new RpcError.Transport("no connection in time", MayHaveArrived: false));
        }
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<RpcReply> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > _options.MaxAnswerBytes)
            return RpcReply.Failed(new RpcError.Oversize(_options.MaxAnswerBytes));

        var retryAfter = RetryAfter.Read(response.Headers.RetryAfter, _time.GetUtcNow());
        var buffer = new AnswerBuffer(_options.MaxAnswerBytes);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (await body.ReadAsync(buffer.Room(), cancellationToken) is var count and > 0)
            {
                if (!buffer.TryAdvance(count))
                {
                    buffer.Dispose();
                    return RpcReply.Failed(new RpcError.Oversize(_options.MaxAnswerBytes));
                }
            }

            return RpcReply.Of(buffer, (int)response.StatusCode, retryAfter);
        }
        catch (Exception error) when (error is InvalidDataException || (error is InvalidOperationException and not ObjectDisposedException))
        {
            // The answer is not compressed as it says; each decompressor has its own word for that.
            buffer.Dispose();
            return RpcReply.Failed(new RpcError.Malformed(Endpoint.Redact(error.Message)));
        }
        catch (IOException error)
        {
            buffer.Dispose();
            return RpcReply.Failed(new RpcError.Transport(Endpoint.Redact(error.Message)));
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    private RpcError.Transport Describe(HttpRequestException error)
    {
        var neverLeft = error.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
        var detail = error.InnerException is { } inner ? $"{error.Message} {inner.Message}" : error.Message;
        return new RpcError.Transport(Endpoint.Redact(detail), MayHaveArrived: !neverLeft);
    }
}
