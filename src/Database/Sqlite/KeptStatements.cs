using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace OpenGradient.Database;

/// <summary>
/// A connection that keeps what it compiled: to compile a statement anew takes longer than to run it, for nearly all of ours. As with any connection, one flow of work
/// uses it at a time.
/// </summary>
internal sealed class KeepingConnection(string connectionString) : SqliteConnection(connectionString)
{
    private const int MostKept = 128;

    // A list of parameters is written out: such texts seldom come twice.
    private const int LongestKept = 4_096;

    // A statement holds what it was last given until it is given something else.
    private const int LargestGiven = 16_384;

    private readonly Dictionary<string, Kept> _kept = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>How many statements are kept now.</summary>
    internal int KeptStatements => _kept.Count;

    public override SqliteCommand CreateCommand() => new KeptCommand(this) { Connection = this, CommandTimeout = DefaultTimeout, Transaction = Transaction };

    /// <summary>The statement of this text, compiled where it was kept. It is the caller's alone until it is given back.</summary>
    internal SqliteCommand Take(string text)
    {
        if (_kept.Remove(text, out var kept))
            return kept.Command;
        var command = base.CreateCommand();
#pragma warning disable CA2100 // The text is the caller's own; what varies are the parameters.
        command.CommandText = text;
#pragma warning restore CA2100
        return command;
    }

    internal void GiveBack(SqliteCommand command)
    {
        var isLarge = command.Parameters.Cast<SqliteParameter>().Any(parameter => parameter.Value is byte[] { Length: > LargestGiven } or string { Length: > LargestGiven });
        command.Parameters.Clear();
        command.Transaction = null;
        if (isLarge || State != ConnectionState.Open || command.CommandText.Length > LongestKept || !_kept.TryAdd(command.CommandText, new Kept(command, ++_uses)))
            command.Dispose();
        else if (_kept.Count > MostKept)
            Forget(_kept.MinBy(entry => entry.Value.Use).Key);
    }

    protected override DbCommand CreateDbCommand() => CreateCommand();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var text in _kept.Keys)
                Forget(text);
        }

        base.Dispose(disposing);
    }

    private void Forget(string text)
    {
        _kept.Remove(text, out var kept);
        kept!.Command.Dispose();
    }

    private sealed record Kept(SqliteCommand Command, long Use);
}

/// <summary>A command whose statement is compiled already where the connection has had one of the same text. It takes that when it is first run, and gives it back when it is disposed.</summary>
internal sealed class KeptCommand(KeepingConnection connection) : SqliteCommand
{
    private SqliteCommand? _statement;
    private SqliteDataReader? _reader;

    public override int ExecuteNonQuery() => Statement().ExecuteNonQuery();

    public override object? ExecuteScalar() => Statement().ExecuteScalar();

    public override SqliteDataReader ExecuteReader(CommandBehavior behavior) => _reader = Statement().ExecuteReader(behavior);

    public override void Prepare() => Statement().Prepare();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            GiveBack();
        base.Dispose(disposing);
    }

    private SqliteCommand Statement()
    {
        if (_statement?.CommandText != CommandText)
            GiveBack();
        _statement ??= connection.Take(CommandText);
        _statement.CommandTimeout = CommandTimeout;
        _statement.Transaction = Transaction;
        if (!HasParametersOf(_statement))
        {
            _statement.Parameters.Clear();
            foreach (SqliteParameter parameter in Parameters)
                _statement.Parameters.Add(parameter);
        }

        return _statement;
    }

    // Values may be set anew for each row in the same parameters, or new parameters be made for each.
    private bool HasParametersOf(SqliteCommand statement)
    {
        if (statement.Parameters.Count != Parameters.Count)
            return false;
        for (var i = 0; i < Parameters.Count; i++)
        {
            if (!ReferenceEquals(statement.Parameters[i], Parameters[i]))
                return false;
        }

        return true;
    }

    private void GiveBack()
    {
        // Whoever is done with a command is done with what it reads, as with any other: what is kept must not hold on to a state of the database.
        _reader?.Dispose();
        _reader = null;
        if (_statement is { } statement)
            connection.GiveBack(statement);
        _statement = null;
    }
}
