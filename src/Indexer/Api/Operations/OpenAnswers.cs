using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace OpenGradient.Indexer.Api.Operations;

/// <summary>What a route does, for figures.</summary>
internal sealed record AnswerKind(string Name)
{
    public static AnswerKind Stream { get; } = new("stream");

    public static AnswerKind Export { get; } = new("export");

    /// <summary>Proofs and certificates, for which a node is asked.</summary>
    public static AnswerKind Proof { get; } = new("proof");

    public static AnswerKind Sql { get; } = new("sql");

    /// <summary>Every other question that the database is read for.</summary>
    public static AnswerKind Read { get; } = new("read");

    /// <summary>What an operator's own tools ask.</summary>
    public static AnswerKind Operation { get; } = new("operation");

    public static AnswerKind Page { get; } = new("page");

    public static IReadOnlyList<AnswerKind> All { get; } = [Stream, Export, Proof, Sql, Read, Operation, Page];

    /// <summary>That of whatever is asked here.</summary>
    public static AnswerKind Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<AnswerKind>()
        ?? (context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) ? Read
            : context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) || context.Request.Path.StartsWithSegments("/metrics", StringComparison.Ordinal) ? Operation
            : Page);
}

/// <summary>How many answers of each kind are being given, and how many were, by how they ended.</summary>
internal sealed class OpenAnswers
{
    private readonly ConcurrentDictionary<string, long> _open = new(AnswerKind.All.Select(kind => KeyValuePair.Create(kind.Name, 0L)), StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Kind, string Status), long> _given = new();

    public IEnumerable<KeyValuePair<string, long>> Open => _open.OrderBy(kind => kind.Key, StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<(string Kind, string Status), long>> Given => _given.OrderBy(entry => entry.Key);

    /// <summary>Counts one from its beginning to its end.</summary>
    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        var kind = AnswerKind.Of(context).Name;
        _open.AddOrUpdate(kind, 1, (_, count) => count + 1);
        var isOver = false;
        try
        {
            await next(context);
            isOver = true;
        }
        finally
        {
            // What is thrown becomes a fault further out; whoever has gone gets none.
            var status = isOver ? $"{context.Response.StatusCode / 100}xx" : context.RequestAborted.IsCancellationRequested ? "left" : "5xx";
            _open.AddOrUpdate(kind, 0, (_, count) => count - 1);
            _given.AddOrUpdate((kind, status), 1, (_, count) => count + 1);
        }
    }
}
