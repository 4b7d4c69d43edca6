using System.Text;
using Microsoft.AspNetCore.Http;
using OpenGradient.Indexer.Api.Clients;
using OpenGradient.Indexer.Api.Sql;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>Questions in SQL: the body is one SELECT, as plain text.</summary>
internal sealed class SqlEndpoint(ISqlConsole? console)
{
    private const int MaxSqlBytes = 32 * 1024;
    private const int MaxAtOnce = 2;

    private readonly ClientSlots _running = new(MaxAtOnce, MaxAtOnce / 2);

    public async Task<IResult> RunAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (console is null || console.Closed is not null)
            return Problems.Of(StatusCodes.Status501NotImplemented, "There is no SQL here.", console?.Closed ?? "The operator has not opened the SQL console.");
        if (context.Request.ContentLength is null or > MaxSqlBytes)
            return Problems.BadRequest($"The body is one SELECT of at most {MaxSqlBytes} bytes, with its length told.");
        if (context.Request.Headers.ContentEncoding.Count > 0)
            return Problems.Of(StatusCodes.Status415UnsupportedMediaType, "This cannot be read.", "A question is sent as plain text, and not packed.");
        using var slot = _running.TryTake(context);
        if (slot is null)
            return Problems.Busy(context, $"{MaxAtOnce} questions in SQL run at once, one of each client.");
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var sql = (await reader.ReadToEndAsync(cancellationToken)).Trim().TrimEnd(';');
        // SQLite would read up to it, and run less than what was sent.
        if (sql.Contains('\0', StringComparison.Ordinal))
            return Problems.BadRequest("A question is text, and has no zeros in it.");
        return await console.RunAsync(sql, cancellationToken) switch
        {
            SqlAnswer.Rows(var body) => Results.Bytes(body, "application/json; charset=utf-8"),
            SqlAnswer.Refused(var reason) => Problems.BadRequest(reason),
            _ => throw new InvalidOperationException("There are two kinds of answers."),
        };
    }
}
