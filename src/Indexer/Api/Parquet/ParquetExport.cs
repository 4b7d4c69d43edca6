using System.Globalization;
using Microsoft.AspNetCore.Http;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Exports;
using OpenGradient.Indexer.Api.Queries;

namespace OpenGradient.Indexer.Api.Parquet;

/// <summary>An export as Parquet. Its file is whole before the first byte is sent: what goes wrong until then is a problem with words.</summary>
internal static class ParquetExport
{
    public static IResult NotInstalled() => Problems.Of(
        StatusCodes.Status501NotImplemented, "There is no Parquet here.",
        "DuckDB's library libduckdb.so is not installed where the indexer runs: `npm ci` brings it, or OG_INDEXER_DUCKDB names its file. CSV and JSON Lines need nothing.");

    public static async Task<IResult> WriteAsync(IndexApi api, ListQuery query, PacedBody body, HttpContext context, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ends.CancelAfter(api.Options.ExportTimeout);
        try
        {
            var (writer, moment) = await api.ReadAsync(session => GatherAsync(session, api.Options.MaxParquetBytes, query), api.Options.ExportTimeout, ends.Token);
            using (writer)
            {
                if (!moment.IsReadyFor(query.Resource))
                    return Problems.NotWhole(context, query.Resource.Families);
                if (writer is null)
                {
                    return Problems.Of(
                        StatusCodes.Status413PayloadTooLarge, "This is too large for Parquet.",
                        $"It holds more than {(api.Options.MaxParquetBytes >> 20).ToString(CultureInfo.InvariantCulture)} MiB of values: filter it by blocks or time, or take JSON Lines.");
                }

                var path = await Task.Run(() => writer.Finish(ends.Token), ends.Token);
                ExportEndpoints.WriteHeaders(context.Response, query.Resource, "parquet", moment.Of(query));
                context.Response.ContentLength = new FileInfo(path).Length;
                await SendAsync(path, body, ends.Token);
                return Results.Empty;
            }
        }
        catch (DuckDbException failure) when (!context.Response.HasStarted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "The file could not be made.", failure.Message);
        }
    }

    private static async Task SendAsync(string path, PacedBody body, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var piece = new byte[ExportEndpoints.FlushBytes];
        for (int length; (length = await file.ReadAsync(piece, cancellationToken)) > 0;)
            await body.WriteAsync(piece.AsMemory(0, length), cancellationToken);
    }

    // The writer is null where there is no room.
    private static async Task<(ParquetWriter? Writer, Moment Moment)> GatherAsync(Database.DatabaseSession session, long maxBytes, ListQuery query)
    {
        var moment = await Moment.ReadAsync(session, query.Resource.Families);
        if (!moment.IsReadyFor(query.Resource))
            return (null, moment);
#pragma warning disable CA2000 // Whoever is given it disposes of it; else it is done below.
        var writer = new ParquetWriter(query.Resource.Columns, maxBytes);
#pragma warning restore CA2000
        var isKept = false;
        try
        {
            await using var command = QueryText.Rows(await NearRows.OfAsync(session, query), limit: null).ToCommand(session);
            command.CommandTimeout = 0;
            await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
            while (await rows.ReadAsync(session.Cancellation))
            {
                if (!writer.TryAppend(rows))
                    return (null, moment);
            }

            isKept = true;
            return (writer, moment);
        }
        finally
        {
            if (!isKept)
                writer.Dispose();
        }
    }
}
