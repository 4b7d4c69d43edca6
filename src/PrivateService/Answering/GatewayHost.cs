using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenGradient.PrivateRequests.Messages;

namespace OpenGradient.PrivateService.Answering;

/// <summary>
/// A gateway over HTTP. What cannot be opened gets one and the same refusal, whatever is wrong with it; only what a request says in the open, an old key or a
/// wrong clock, has one of its own. Everything that happens behind that is said inside the sealed answer.
/// </summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private const int FirstBytes = 64 * 1024;

    private readonly RequestGateway _gateway;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _places;
    private WebApplication? _application;

    [SuppressMessage("Reliability", "CA2000", Justification = "The host disposes of what it makes.")]
    private GatewayHost(RequestGateway gateway, TimeProvider clock, ILogger logger) =>
        (_gateway, _clock, _logger, _places) = (gateway, clock, logger, new SemaphoreSlim(gateway.Options.MostAtOnce));

    /// <summary>Where it answers.</summary>
    public Uri Address => new(_application!.Urls.First());

    /// <param name="listen">Where; port 0 takes any that is free.</param>
    /// <param name="gateway">What answers; the caller keeps it.</param>
    /// <param name="clock">Ends what takes too long.</param>
    /// <param name="loggers">For ids and sizes.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<GatewayHost> StartAsync(Uri listen, RequestGateway gateway, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var host = new GatewayHost(gateway, clock, loggers.CreateLogger<GatewayHost>());
        var application = HostShape.Build(listen, gateway.Options.MostAtOnce);
        host._application = application;
        application.MapGet(PrivateMedia.NodesPath + "{node}", host.TellAsync);
        application.MapPost(PrivateMedia.RequestsPath, host.AnswerAsync);
        await application.StartAsync(cancellationToken);
        host._logger.Began(gateway.Options.Node);
        if (gateway.Keys is { } keys)
            host._logger.ChangedOver(keys.KeyEpoch, keys.Evidence.EvidenceHash);
        return host;
    }

    /// <summary>Changes over to newer keys.</summary>
    public void Rotate(GatewayKeys next)
    {
        _gateway.Rotate(next);
        _logger.ChangedOver(next.KeyEpoch, next.Evidence.EvidenceHash);
    }

    /// <summary>Lets nobody in any more, finishes what is in hand, and closes. What takes longer than this is cut off.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        _logger.Closing();
        using var cut = new CancellationTokenSource(limit, _clock);
        await _application!.StopAsync(cut.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is { } application)
            await application.DisposeAsync();
        _places.Dispose();
    }

    private Task TellAsync(string node, HttpContext context)
    {
        if (!Ethereum.Primitives.Address.TryParse(node, out var asked) || asked != _gateway.Options.Node)
            return HostShape.RefuseAsync(context, StatusCodes.Status404NotFound);
        if (_gateway.Keys is not { } keys)
            return HostShape.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable);
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(keys.Document, context.RequestAborted).AsTask();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.ContentType != PrivateMedia.Request)
        {
            await HostShape.RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType);
            return;
        }

        if (!await _places.WaitAsync(TimeSpan.Zero, context.RequestAborted))
        {
            await RefuseAsync(context, GatewayRefusal.Full, 0);
            return;
        }

        // For question and answer together: who sends slowly takes no place for longer.
        using var limit = new CancellationTokenSource(_gateway.Options.AnswerTime, _clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, limit.Token);
        try
        {
            var body = await ReadAsync(context, stop.Token);
            switch (_gateway.Open(body.Span))
            {
                case GatewayOpening.Refused(var refusal):
                    await RefuseAsync(context, refusal, body.Length);
                    break;
                case GatewayOpening.Opened(var request):
                    using (request)
                        await AnswerAsync(context, request, body.Length, stop.Token);
                    break;
            }
        }
        // A body that is too long or never comes, and whoever asked having gone.
        catch (Exception gone) when (gone is BadHttpRequestException or OperationCanceledException or IOException)
        {
            context.Abort();
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task AnswerAsync(HttpContext context, OpenedRequest request, int received, CancellationToken stop)
    {
        var (id, envelope, sent) = (_gateway.IdOf(request.Envelope), request.Envelope, 0L);
        context.Response.ContentType = PrivateMedia.Response;
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            if (await _gateway.AnswerAsync(request, WriteAsync, stop))
                _logger.Answered(id, envelope.VersionId, received, sent);
            else
                _logger.Unanswered(id, envelope.VersionId, received, sent);
        }
        catch (OperationCanceledException)
        {
            // Without its last part nobody takes the answer for whole.
            _logger.Unanswered(id, envelope.VersionId, received, sent);
            throw;
        }
        catch (Exception failure) when (failure is not IOException)
        {
            _logger.Failed(id, failure.GetType().Name);
            context.Abort();
        }

        async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            await context.Response.Body.WriteAsync(bytes, cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
            sent += bytes.Length;
        }
    }

    private Task RefuseAsync(HttpContext context, GatewayRefusal refusal, int received)
    {
        _logger.Refused(received, refusal);
        return refusal switch
        {
            GatewayRefusal.KeyNotCurrent => HostShape.RefuseAsync(context, StatusCodes.Status400BadRequest, PrivateMedia.KeyProblem),
            GatewayRefusal.OutsideWindow => HostShape.RefuseAsync(context, StatusCodes.Status400BadRequest, PrivateMedia.DateProblem),
            GatewayRefusal.Full => HostShape.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable),
            _ => HostShape.RefuseAsync(context, StatusCodes.Status400BadRequest),
        };
    }

    // The server's own limit ends a body that is too long.
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, CancellationToken stop)
    {
        var body = new MemoryStream((int)Math.Clamp(context.Request.ContentLength ?? FirstBytes, 0, PrivateMedia.MaxRequestBytes));
        await context.Request.Body.CopyToAsync(body, stop);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
