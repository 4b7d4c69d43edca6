using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>
/// New rows that match, as server-sent events, the moment they are committed. A reorganisation is an event too: what came after its
/// ancestor is gone, and what took its place follows. Whoever was cut off goes on with the last id that it saw.
/// </summary>
internal sealed class StreamEndpoints(IndexApi api)
{
    private const int RowsAtOnce = 500;

    // Another process may write; and a proxy ends what says nothing.
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly HashSet<string> NoOthers = [];

    private int _open;

    public async Task<IResult> StreamAsync(Resource resource, HttpContext context, CancellationToken cancellationToken)
    {
        if (!ListQuery.TryParse(resource, IndexApi.ParametersOf(context.Request), NoOthers, out var query, out var fault))
            return Problems.BadRequest(fault);
        if (context.Request.Query.ContainsKey("cursor") || context.Request.Query.ContainsKey("order") || context.Request.Query.ContainsKey("limit"))
            return Problems.BadRequest("A stream begins with what is new, or after the id in Last-Event-ID, and is ascending.");
        if (context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } text && !RowId.TryParse(text, out _))
            return Problems.BadRequest("Last-Event-ID is an id that this stream has told.");
        if (Interlocked.Increment(ref _open) > api.Options.MaxStreams)
        {
            Interlocked.Decrement(ref _open);
            return Problems.Busy(context, $"{api.Options.MaxStreams} streams are open.");
        }

        try
        {
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-cache";
            await RunAsync(query with { Descending = false, Limit = RowsAtOnce }, context, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }

        return Results.Empty;
    }

    private async Task RunAsync(ListQuery query, HttpContext context, CancellationToken cancellationToken)
    {
        var (last, reorg) = await api.ReadAsync(session => StartAsync(session, query), api.Options.QueryTimeout, cancellationToken);
        if (RowId.TryParse(context.Request.Headers["Last-Event-ID"].ToString(), out var seen))
            last = seen.Value;
        await context.Response.WriteAsync(": listening\n\n", cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
        var spoke = api.Clock.GetTimestamp();
        while (true)
        {
            var next = api.Commits.Next;
            var (news, isMore) = (new ArrayBufferWriter<byte>(), false);
            (last, reorg, isMore) = await api.ReadAsync(session => LookAsync(session, query, last, reorg, news), api.Options.QueryTimeout, cancellationToken);
            if (news.WrittenCount == 0 && api.Clock.GetElapsedTime(spoke) > Heartbeat)
                news.Write(": still here\n\n"u8);
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

    private static async Task<(long Last, long Reorg)> StartAsync(DatabaseSession session, ListQuery query) =>
        (await session.QuerySingleAsync<long>($"SELECT COALESCE((SELECT id FROM {query.Resource.Source} ORDER BY id DESC LIMIT 1), -1)"),
            await session.QuerySingleAsync<long>("SELECT COALESCE(MAX(id), 0) FROM index_reorgs"));

    private static async Task<(long Last, long Reorg, bool IsMore)> LookAsync(
        DatabaseSession session, ListQuery query, long last, long reorg, ArrayBufferWriter<byte> news)
    {
        // A question that broke off is asked again from its start.
        news.ResetWrittenCount();
        foreach (var back in await session.QueryAsync<Reorg>(
            "SELECT id AS Id, ancestor_number AS Ancestor FROM index_reorgs WHERE id > @reorg ORDER BY id LIMIT 1000", new { reorg }))
        {
            reorg = back.Id;
            var floor = RowId.FirstOf(back.Ancestor + 1).Value - 1;
            if (floor >= last)
                continue;
            last = floor;
            news.Write("event: reorg\ndata: "u8);
            using var json = new Utf8JsonWriter(news);
            json.WriteStartObject();
            json.WriteNumber("ancestor", back.Ancestor.Value);
            json.WriteEndObject();
            await json.FlushAsync(session.Cancellation);
            news.Write("\n\n"u8);
        }

        await using var command = QueryText.Rows(query with { After = last }, RowsAtOnce).ToCommand(session);
        await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
        var count = 0;
        while (await rows.ReadAsync(session.Cancellation))
        {
            count++;
            last = rows.GetInt64(0);
            Encoding.UTF8.GetBytes($"id: {new RowId(last)}\nevent: row\ndata: ".AsSpan(), news);
            using var json = new Utf8JsonWriter(news);
            RowJson.Write(json, rows, query.Resource.Columns);
            await json.FlushAsync(session.Cancellation);
            news.Write("\n\n"u8);
        }

        return (last, reorg, count == RowsAtOnce);
    }

    private sealed class Reorg
    {
        public long Id { get; init; }

        public BlockNumber Ancestor { get; init; }
    }
}
