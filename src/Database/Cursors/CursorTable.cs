using System.Text.Json;
using OpenGradient.Ethereum.Following;

namespace OpenGradient.Database.Cursors;

/// <summary>
/// Where followers keep their place on the chain: a table of <c>recent</c> and <c>stop</c>, one row for each follower, written in the transaction that
/// writes what it was told.
/// </summary>
/// <typeparam name="TKey">What followers are told apart by.</typeparam>
public sealed class CursorTable<TKey>
    where TKey : notnull
{
    private readonly string _write;
    private readonly string _stop;
    private readonly string _remove;

    /// <param name="table">The table's name.</param>
    /// <param name="key">Its key column.</param>
    public CursorTable(string table, string key)
    {
        Question = $"SELECT recent AS Recent, stop AS Stop FROM {table} WHERE {key} = @follower";
        _write = $"INSERT INTO {table} ({key}, recent) VALUES (@follower, @Recent) ON CONFLICT ({key}) DO UPDATE SET recent = excluded.recent";
        _stop = $"UPDATE {table} SET stop = @Stop WHERE {key} = @follower";
        _remove = $"DELETE FROM {table} WHERE {key} = @follower";
    }

    /// <summary>How the place of <c>@follower</c> is asked for, where more is asked in one message; a <see cref="CursorRow"/> or none is the answer.</summary>
    public string Question { get; }

    /// <summary>As <see cref="Question"/>; until the transaction ends nobody else moves it.</summary>
    public string QuestionToWrite(Engine engine) => engine == Engine.Sqlite ? Question : Question + " FOR UPDATE";

    /// <summary>A follower's place; <see cref="ChainCursor.None"/> where it has none yet.</summary>
    public async Task<ChainCursor> ReadAsync(DatabaseSession session, TKey follower) =>
        (await session.QuerySingleOrDefaultAsync<CursorRow>(Question, new { follower }))?.ToCursor() ?? ChainCursor.None;

    /// <summary>As <see cref="ReadAsync(DatabaseSession, TKey)"/>; until the transaction ends nobody else moves it.</summary>
    public async Task<ChainCursor> ReadToWriteAsync(DatabaseSession session, TKey follower) =>
        (await session.QuerySingleOrDefaultAsync<CursorRow>(QuestionToWrite(session.Engine), new { follower }))?.ToCursor() ?? ChainCursor.None;

    public Task WriteAsync(DatabaseSession session, TKey follower, ChainCursor cursor) =>
        session.ExecuteAsync(_write, new { follower, Recent = CursorRow.Pack(cursor.Recent) });

    /// <summary>Notes that it stopped for good, and over what.</summary>
    public Task StopAsync(DatabaseSession session, TKey follower, FollowerStop stop) =>
        session.ExecuteAsync(_stop, new { follower, Stop = JsonSerializer.Serialize(StoredStop.Of(stop), CursorJson.Default.StoredStop) });

    public Task RemoveAsync(DatabaseSession session, TKey follower) => session.ExecuteAsync(_remove, new { follower });
}
