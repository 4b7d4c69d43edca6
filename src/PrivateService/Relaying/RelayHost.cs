using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenGradient.Attestation.Binding;
using OpenGradient.Ethereum.Http;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Messages;

namespace OpenGradient.PrivateService.Relaying;

/// <summary>
/// A relay over HTTP: it sends sealed requests on to the gateway that each names, if that is one of those it was given, and the answers back. Of the client it
/// sends nothing: no address, no header, no trace. It reads the envelope, and can open nothing.
/// </summary>
public sealed class RelayHost : IAsyncDisposable
{
    private const int PieceBytes = 16 * 1024;
    private const int MostProblemBytes = 4 * 1024;

    // What a gateway says. Redirections and whatever else there is are not handed on.
    private static readonly HttpStatusCode[] Passed =
        [HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.UnsupportedMediaType, HttpStatusCode.ServiceUnavailable];

    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    private readonly RelayOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _places;
    private readonly CallerLimit _callers;
    private readonly HttpClient _http;
    private WebApplication? _application;

    [SuppressMessage("Reliability", "CA2000", Justification = "The host disposes of what it makes.")]
    private RelayHost(RelayOptions options, TimeProvider clock, ILogger logger)
    {
        (_options, _clock, _logger) = (options, clock, logger);
        (_places, _callers) = (new SemaphoreSlim(options.MostAtOnce), new CallerLimit(options.RequestsPerMinute));
        _http = new HttpClient(new ConnectionFailures(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = ConnectTime,
            // Else the client's own trace would be handed on.
            ActivityHeadersPropagator = null,
        }))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Where it answers.</summary>
    public Uri Address => new(_application!.Urls.First());

    /// <inheritdoc cref="Answering.GatewayHost.StartAsync"/>
    public static async Task<RelayHost> StartAsync(Uri listen, RelayOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (options.FindFault() is { } fault)
            throw new ArgumentException($"{fault} is outside its range.", nameof(options));
        var host = new RelayHost(options, clock, loggers.CreateLogger<RelayHost>());
        var application = HostShape.Build(listen, options.MostAtOnce);
        host._application = application;
        application.MapGet(PrivateMedia.NodesPath + "{node}", host.TellAsync);
        application.MapPost(PrivateMedia.RequestsPath, host.ForwardAsync);
        await application.StartAsync(cancellationToken);
        host._logger.Began(options.Gateways.Count);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is { } application)
            await application.DisposeAsync();
        _http.Dispose();
        _callers.Dispose();
        _places.Dispose();
    }

    private Task TellAsync(string node, HttpContext context) =>
        IsTooOften(context) ? RefuseAsync(context, StatusCodes.Status429TooManyRequests, "its caller asks too often")
        : Ethereum.Primitives.Address.TryParse(node, out var asked) && _options.Gateways.TryGetValue(asked, out var gateway)
            ? SendAsync(context, asked, gateway, PrivateMedia.NodesPath + asked, body: null)
            : RefuseAsync(context, StatusCodes.Status404NotFound, "no such node");

    private async Task ForwardAsync(HttpContext context)
    {
        if (IsTooOften(context))
        {
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "its caller asks too often");
            return;
        }

        if (context.Request.ContentType != PrivateMedia.Request)
        {
            await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, "another kind of content");
            return;
        }

        var start = new byte[PrivateEnvelope.Bytes];
        int read;
        try
        {
            read = await context.Request.Body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, context.RequestAborted);
        }
        catch (Exception gone) when (gone is BadHttpRequestException or OperationCanceledException or IOException)
        {
            context.Abort();
            return;
        }

        if (read < start.Length || PrivateEnvelope.TryRead(start) is not { } envelope)
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "no envelope");
        else if (!_options.Gateways.TryGetValue(envelope.Node, out var gateway))
            await RefuseAsync(context, StatusCodes.Status404NotFound, "no such node");
        else
        {
            using var body = new ForwardedBody(start, context.Request.Body);
            await SendAsync(context, envelope.Node, gateway, PrivateMedia.RequestsPath, body);
        }
    }

    private async Task SendAsync(HttpContext context, Address node, Uri gateway, string path, ForwardedBody? body)
    {
        if (!await _places.WaitAsync(TimeSpan.Zero, context.RequestAborted))
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "as many as there may be are on their way");
            return;
        }

        using var limit = new CancellationTokenSource(_options.Time, _clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, limit.Token);
        try
        {
            using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(gateway, path)) { Content = body };
            if (body is not null)
            {
                body.Headers.ContentType = new MediaTypeHeaderValue(PrivateMedia.Request);
                request.Headers.TryAddWithoutValidation("Incremental", "?1");
            }

            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            if (!Passed.Contains(response.StatusCode))
                throw new HttpRequestException($"Status {(int)response.StatusCode} is none of a gateway's.");
            var sent = await CopyAsync(context, response, body is null, stop.Token);
            _logger.Forwarded(node, (int)response.StatusCode, body?.Forwarded ?? 0, sent);
        }
        // The gateway's address is not told: which one failed is said by the node's.
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException or BadHttpRequestException)
        {
            _logger.NotForwarded(node, failure.GetType().Name);
            if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
                context.Abort();
            else
                await HostShape.RefuseAsync(context, StatusCodes.Status502BadGateway);
        }
        finally
        {
            _places.Release();
        }
    }

    // A status, a kind that is known, and bytes: no header of the gateway's.
    private static async Task<long> CopyAsync(HttpContext context, HttpResponseMessage response, bool isDocument, CancellationToken cancellationToken)
    {
        var isAnswer = response.StatusCode == HttpStatusCode.OK;
        var most = !isAnswer ? MostProblemBytes : isDocument ? KeyEvidence.MaxBytes : PrivateMedia.MaxAnswerBytes;
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = !isAnswer ? "application/problem+json" : isDocument ? "application/json" : PrivateMedia.Response;
        context.Response.Headers.CacheControl = "no-store";
        await using var from = await response.Content.ReadAsStreamAsync(cancellationToken);
        var piece = new byte[PieceBytes];
        var sent = 0L;
        for (int read; (read = await from.ReadAsync(piece, cancellationToken)) > 0; sent += read)
        {
            if (sent + read > most)
                throw new IOException("The gateway sends more than it may.");
            await context.Response.Body.WriteAsync(piece.AsMemory(0, read), cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }

        return sent;
    }

    private bool IsTooOften(HttpContext context)
    {
        using var permit = _callers.Limiter.AttemptAcquire(context);
        return !permit.IsAcquired;
    }

    private Task RefuseAsync(HttpContext context, int status, string reason)
    {
        _logger.Refused(reason);
        return HostShape.RefuseAsync(context, status);
    }
}
