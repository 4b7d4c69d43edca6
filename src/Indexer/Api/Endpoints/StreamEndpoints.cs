using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OpenGradient.Database;
using OpenGradient.Indexer.Api.Clients;
using OpenGradient.Indexer.Api.Queries;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>
/// New rows of an event that match, as server-sent events, the moment they are committed. A reorganisation is an event too: what came after
/// its ancestor is gone, and what took its place follows. Whoever was cut off goes on with the last id that it saw, which tells how far it
/// had heard both of rows and of reorganisations. There are none of views: what changes later in a row of theirs would not be told.
/// </summary>
internal sealed class StreamEndpoints(IndexApi api)
{
    private const int RowsAtOnce = 500;

    // Another process may write; and a proxy ends what says nothing.
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly HashSet<string> Others = new(StringComparer.Ordinal) { "after" };

    private readonly ClientSlots _open = new(api.Options.MaxStreams, Math.Max(1, api.Options.MaxStreams / 10));

    public async Task<IResult> StreamAsync(Resource resource, HttpContext context, CancellationToken cancellationToken)
    {
        if (!ListQuery.TryParse(resource, IndexApi.ParametersOf(context.Request), Others, out var query, out var fault))
            return Problems.BadRequest(fault);
        StreamPlace? from = null;
        // A browser sets the header only once it was cut off; it knows more then than when it began.
        var text = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : context.Request.Query["after"].ToString();
        // An empty place is one that somebody failed to get, and not the wish to hear of what is new alone.
        if (text.Length > 0 || context.Request.Query.ContainsKey("after"))
        {
            if (!StreamPlace.TryParse(text, out var told))
                return Problems.BadRequest("Last-Event-ID, or after, is an id that this stream has told, or the place of a list.");
            var moment = await api.AskAsync(context, session => Moment.ReadAsync(session, resource.Families), cancellationToken);
            if (told.Reorg > moment.Place.Reorg)
                return Problems.BadRequest("Last-Event-ID is of another index than this one: take what is there from a list, and begin anew.");
            if (moment.Families.Any(family => StreamLook.MustWait(family, told)))
                return Problems.NotWhole(context, resource.Families);
            from = told;
        }

        // Who only asks how it would be holds no place.
        if (HttpMethods.IsHead(context.Request.Method))
        {
            WriteHeaders(context.Response);
            return Results.Empty;
        }

        using var slot = _open.TryTake(context);
        if (slot is null)
            return Problems.Busy(context, $"{api.Options.MaxStreams} streams are open at once, one client's a tenth of them.");

        try
        {
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            WriteHeaders(context.Response);
            await RunAsync(query with { Descending = false, Limit = RowsAtOnce }, from, context, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody listens any more.
        }

        return Results.Empty;
    }

    private static void WriteHeaders(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        // Proxies such as nginx gather an answer otherwise, and rows come minutes late.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    private async Task RunAsync(ListQuery query, StreamPlace? from, HttpContext context, CancellationToken cancellationToken)
    {
        var place = from ?? await api.AskAsync(context, StreamPlace.NowAsync, cancellationToken);
        await context.Response.WriteAsync($": listening\nid: {place}\n\n", cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
        var spoke = api.Clock.GetTimestamp();
        while (true)
        {
            var next = api.Commits.Next;
            var news = new ArrayBufferWriter<byte>();
            bool isMore;
            try
            {
                (place, isMore) = await api.AskAsync(context, session => LookAsync(session, query, place, news), cancellationToken);
            }
            catch (ReadsTakenException)
            {
                // Whoever listens hears of it later: nothing is told that is not so, and nothing is left out.
                isMore = false;
            }

            // An id without data is only remembered: whoever is cut off does not begin again at the last row that matched.
            if (news.WrittenCount == 0 && api.Clock.GetElapsedTime(spoke) > Heartbeat)
                Append(news, $": still here\nid: {place}\n\n");
            if (news.WrittenCount > 0)
            {
                await context.Response.Body.WriteAsync(news.WrittenMemory, cancellationToken);
                await context.Response.Body.FlushAsync(cancellationToken);
                spoke = api.Clock.GetTimestamp();
            }

            if (!isMore)
                await Task.WhenAny(next, Task.Delay(LookAnyway, api.Clock, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static Task<(StreamPlace Place, bool IsMore)> LookAsync(DatabaseSession session, ListQuery query, StreamPlace place, ArrayBufferWriter<byte> news)
    {
        // A question that broke off is asked again from its start.
        news.ResetWrittenCount();
        return StreamLook.LookAsync(
            session, query, place, RowsAtOnce,
            (told, back) => Append(news, $"id: {told}\nevent: reorg\ndata: {{\"ancestor\":{back.Ancestor}}}\n\n"),
            (told, _, row) =>
            {
                Append(news, $"id: {told}\nevent: row\ndata: ");
                using (var json = new Utf8JsonWriter(news))
                    RowJson.Write(json, row, query.Resource.Columns);
                news.Write("\n\n"u8);
                return news.WrittenCount < ListQuery.MaxPageBytes;
            });
    }

    private static void Append(ArrayBufferWriter<byte> news, string text) => Encoding.UTF8.GetBytes(text.AsSpan(), news);
}
