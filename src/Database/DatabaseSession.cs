using System.Data.Common;
using Dapper;

namespace OpenGradient.Database;

/// <summary>One transaction while it runs. For one flow of work: not for several threads, and not after the transaction.</summary>
public sealed class DatabaseSession
{
    private readonly List<Action> _afterCommit = [];

    internal DatabaseSession(Engine engine, DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken) =>
        (Engine, Connection, Transaction, Cancellation) = (engine, connection, transaction, cancellationToken);

    public Engine Engine { get; }

    public DbConnection Connection { get; }

    public DbTransaction Transaction { get; }

    /// <summary>The caller's, for whatever the work itself waits for.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Chooses the text for the engine, where the two do not say it alike.</summary>
    public string Sql(string sqlite, string postgres) => Engine == Engine.Sqlite ? sqlite : postgres;

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        (await Connection.QueryAsync<T>(Command(sql, parameters))).AsList();

    public Task<T?> QuerySingleOrDefaultAsync<T>(string sql, object? parameters = null) =>
        Connection.QuerySingleOrDefaultAsync<T>(Command(sql, parameters));

    public Task<T> QuerySingleAsync<T>(string sql, object? parameters = null) => Connection.QuerySingleAsync<T>(Command(sql, parameters));

    /// <summary>Asks several questions in one message to a server, of which all answers are read in their order.</summary>
    public async Task<T> QueryTogetherAsync<T>(string sql, object? parameters, Func<SqlMapper.GridReader, Task<T>> read)
    {
        await using var answers = await Connection.QueryMultipleAsync(Command(sql, parameters));
        return await read(answers);
    }

    /// <summary>Gives the number of rows that were changed.</summary>
    public Task<int> ExecuteAsync(string sql, object? parameters = null) => Connection.ExecuteAsync(Command(sql, parameters));

    /// <summary>
    /// Runs one statement for each row of parameters, in one message to a server. Gives the number of rows that were changed in all. The
    /// rows are objects of one type, whose properties are the parameters.
    /// </summary>
    public Task<int> ExecuteManyAsync<T>(string sql, IReadOnlyCollection<T> rows)
        where T : notnull =>
        rows.Count == 0 ? Task.FromResult(0) : ManyRows.ExecuteAsync(this, sql, rows);

    /// <summary>Has something done when, and only when, the transaction was committed. It must be quick and not throw.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    internal void Committed() => _afterCommit.ForEach(action => action());

    private CommandDefinition Command(string sql, object? parameters) => new(sql, parameters, Transaction, cancellationToken: Cancellation);
}
