using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Indexer.Api.Clients;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Parquet;
using OpenGradient.Indexer.Api.Queries;

namespace OpenGradient.Indexer.Api.Exports;

/// <summary>
/// All rows that match, as CSV, JSON Lines or Parquet, in one consistent state and as fast as the reader takes them: nothing is gathered. Where it
/// cannot go on the connection breaks, so that half a file is never taken for a whole one.
/// </summary>
internal sealed class ExportEndpoints(IndexApi api, ILogger logger)
{
    /// <summary>So much is sent at once.</summary>
    public const int FlushBytes = 64 * 1024;

    private static readonly HashSet<string> Others = new(StringComparer.Ordinal) { "format" };

    private readonly ClientSlots _running = new(api.Options.MaxExports, Math.Max(1, api.Options.MaxExports / 2));

    public async Task<IResult> ExportAsync(Resource resource, HttpContext context, CancellationToken cancellationToken)
    {
        var format = context.Request.Query["format"].ToString();
        if (format is not ("csv" or "jsonl" or "parquet"))
            return Problems.BadRequest("format is csv, jsonl or parquet.");
        if (format == "parquet" && !DuckDb.TryLoad(api.Options.DuckDbLibrary))
            return ParquetExport.NotInstalled();
        if (!ListQuery.TryParse(resource, IndexApi.ParametersOf(context.Request), Others, out var query, out var fault))
            return Problems.BadRequest(fault);
        if (HttpMethods.IsHead(context.Request.Method))
            return await TellAsync(query, format, context, cancellationToken);
        using var slot = _running.TryTake(context);
        if (slot is null)
            return Problems.Busy(context, $"{api.Options.MaxExports} exports run at once, one client's half of them.");

        var body = new PacedBody(context.Response, api.Options, api.Clock);
        try
        {
            if (format == "parquet")
                return await ParquetExport.WriteAsync(api, query, body, context, cancellationToken);
            return await api.ReadAsync(session => WriteAsync(session, query, format == "csv", context.Response, body), api.Options.ExportTimeout, cancellationToken)
                ? Results.Empty
                : Problems.NotWhole(context, resource.Families);
        }
        catch (SlowReaderException)
        {
            // Half a file cannot say why it ends; the log can.
            logger.ExportTooSlow(resource.Path, context.Features.Get<Client>()?.Name ?? "", api.Options.ExportLeastBytesPerSecond);
            context.Abort();
            return Results.Empty;
        }
        catch (QueryTimeoutException) when (context.Response.HasStarted)
        {
            logger.ExportTooLong(resource.Path, context.Features.Get<Client>()?.Name ?? "", api.Options.ExportTimeout);
            context.Abort();
            return Results.Empty;
        }
        catch (Exception) when (context.Response.HasStarted)
        {
            context.Abort();
            throw;
        }
    }

    // What a file would be of is known before the first of its rows.
    private async Task<IResult> TellAsync(ListQuery query, string format, HttpContext context, CancellationToken cancellationToken)
    {
        var moment = await api.AskAsync(context, session => Moment.ReadAsync(session, query.Resource.Families), cancellationToken);
        if (!moment.IsReadyFor(query.Resource))
            return Problems.NotWhole(context, query.Resource.Families);
        WriteHeaders(context.Response, query.Resource, format, moment.Of(query));
        return Results.Empty;
    }

    private static async Task<bool> WriteAsync(DatabaseSession session, ListQuery query, bool isCsv, HttpResponse response, PacedBody body)
    {
        // A question that broke off is asked again from its start, and what was sent cannot be taken back.
        if (response.HasStarted)
            throw new IOException("The database broke off in the middle of an export.");
        var moment = await Moment.ReadAsync(session, query.Resource.Families);
        if (!moment.IsReadyFor(query.Resource))
            return false;
        WriteHeaders(response, query.Resource, isCsv ? "csv" : "jsonl", moment.Of(query));
        var columns = query.Resource.Columns;
        await using var command = QueryText.Rows(await NearRows.OfAsync(session, query), limit: null).ToCommand(session);
        command.CommandTimeout = 0;
        await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
        var buffer = new ArrayBufferWriter<byte>(FlushBytes * 2);
        await using var json = new Utf8JsonWriter(buffer);
        if (isCsv)
            Append(buffer, string.Join(',', columns.Select(column => column.Name)) + "\r\n");
        while (await rows.ReadAsync(session.Cancellation))
        {
            if (isCsv)
            {
                for (var i = 0; i < columns.Count; i++)
                    Append(buffer, RowJson.TextOf(rows, i, columns[i]) + (i == columns.Count - 1 ? "\r\n" : ","));
            }
            else
            {
                RowJson.Write(json, rows, columns);
                await json.FlushAsync(session.Cancellation);
                json.Reset();
                Append(buffer, "\n");
            }

            if (buffer.WrittenCount >= FlushBytes)
                await FlushAsync(buffer, body, session.Cancellation);
        }

        await FlushAsync(buffer, body, session.Cancellation);
        return true;
    }

    /// <summary>What a file is of.</summary>
    public static void WriteHeaders(HttpResponse response, Resource resource, string format, Moment moment)
    {
        response.ContentType = format switch
        {
            "csv" => "text/csv; charset=utf-8",
            "jsonl" => "application/jsonl; charset=utf-8",
            _ => "application/vnd.apache.parquet",
        };
        response.Headers.ContentDisposition = $"attachment; filename=\"{resource.Source}.{format}\"";
        if (moment.AsOf is { } block)
        {
            response.Headers["OG-As-Of-Block"] = block.ToString();
            if (moment.HashOf(block) is { } hash)
                response.Headers["OG-As-Of-Hash"] = hash;
            response.Headers["OG-Stream-Place"] = moment.Place.ToString();
        }

        if (moment.GapLast is { } last)
            response.Headers["OG-Gap-Last"] = last.ToString(CultureInfo.InvariantCulture);
    }

    private static async Task FlushAsync(ArrayBufferWriter<byte> buffer, PacedBody body, CancellationToken cancellationToken)
    {
        await body.WriteAsync(buffer.WrittenMemory, cancellationToken);
        buffer.ResetWrittenCount();
    }

    private static void Append(ArrayBufferWriter<byte> buffer, string text) => Encoding.UTF8.GetBytes(text.AsSpan(), buffer);
}
