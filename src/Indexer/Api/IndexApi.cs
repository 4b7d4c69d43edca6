using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Npgsql;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Clients;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Indexer.Schema;
using SQLitePCL;

namespace OpenGradient.Indexer.Api;

/// <summary>What all parts of the API share.</summary>
internal sealed class IndexApi(
    IDatabase database, ChainId chain, IReadOnlyList<EventFamily> families, ApiOptions options, FollowingStatus status, CommitSignal commits, TimeProvider clock)
{
    private readonly ClientSlots _reads = new(options.MaxReads, Math.Max(1, options.MaxReads / 2));

    public IDatabase Database { get; } = database;

    public ChainId Chain { get; } = chain;

    public IReadOnlyList<EventFamily> Families { get; } = families;

    public IReadOnlyList<Resource> Resources { get; } = Resource.Of(families);

    public ApiOptions Options { get; } = options.Validated();

    public FollowingStatus Status { get; } = status;

    public CommitSignal Commits { get; } = commits;

    public TimeProvider Clock { get; } = clock;

    /// <summary>What is fetched of the blobs that rows name.</summary>
    public BlobDesk Blobs { get; init; } = BlobDesk.None;

    /// <summary>
    /// Asks the database for whoever asks the API, in turn: so many at once, and one client only a part of them, so that the indexer itself always finds a reader.
    /// </summary>
    /// <exception cref="QueryTimeoutException">It took too long.</exception>
    /// <exception cref="ReadsTakenException">Its turn did not come.</exception>
    public async Task<T> AskAsync<T>(HttpContext context, Func<DatabaseSession, Task<T>> read, CancellationToken cancellationToken)
    {
        using var place = await _reads.TakeAsync(context, Options.QueryTimeout, Clock, cancellationToken);
        return place is null ? throw new ReadsTakenException(Options.MaxReads) : await ReadAsync(read, Options.QueryTimeout, cancellationToken);
    }

    /// <summary>Asks the database within the time that a question may take; a question that takes longer is ended there, too. Strangers ask by <see cref="AskAsync{T}"/>.</summary>
    /// <exception cref="QueryTimeoutException">It took too long.</exception>
    public async Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> read, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ends.CancelAfter(limit);
        try
        {
            return await Database.ReadAsync(
                async session =>
                {
                    // SQLite works on the thread that asks, and hears of nothing else.
                    using var interrupt = session.Connection is SqliteConnection sqlite
                        ? ends.Token.Register(() => raw.sqlite3_interrupt(sqlite.Handle))
                        : default;
                    return await read(session);
                },
                ends.Token);
        }
        catch (Exception failure) when (ends.IsCancellationRequested && failure is OperationCanceledException or DatabaseException or SqliteException or NpgsqlException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new QueryTimeoutException(limit);
        }
    }

    /// <summary>The query of a request as name and value, in its order.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ParametersOf(HttpRequest request) =>
        request.Query.SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value ?? ""));
}

/// <summary>A question took longer than any may.</summary>
public sealed class QueryTimeoutException(TimeSpan limit) : Exception($"The question took longer than {limit.TotalSeconds:0.#} s.");

/// <summary>So much was asked that a question's turn did not come.</summary>
public sealed class ReadsTakenException(int most) : Exception($"{most} questions read the database at once, one client's half of them.");

/// <summary>A node that an answer rests on is overloaded or does not answer: that it does not have something is another thing, and is said by no answer.</summary>
public sealed class NodeBusyException(string explanation) : Exception(explanation);
