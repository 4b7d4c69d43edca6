namespace OpenGradient.Database;

/// <summary>What went wrong with a database.</summary>
public enum DatabaseFault
{
    /// <summary>It cannot be reached, was restarted, or dropped the connection.</summary>
    Unavailable,

    /// <summary>Others held what was needed for longer than the transaction was tried.</summary>
    Contended,

    /// <summary>Its disk is full: nothing can be written until someone makes room. What was committed is safe.</summary>
    DiskFull,

    /// <summary>The data would break a constraint of the schema.</summary>
    ConstraintBroken,

    /// <summary>It refuses this program: wrong credentials, no permission, a read-only copy.</summary>
    Refused,

    /// <summary>Its schema is not the one that this program knows.</summary>
    WrongSchema,

    /// <summary>Its file is damaged, or is no database.</summary>
    Corrupt,

    /// <summary>The program asked for something that makes no sense to it, or it failed in a way that is not known here.</summary>
    Other,
}

/// <summary>A transaction that did not happen, after all its attempts. The message says what and where, without credentials.</summary>
public sealed class DatabaseException(DatabaseFault fault, string message, Exception? cause = null) : Exception(message, cause)
{
    public DatabaseFault Fault { get; } = fault;

    /// <summary>Whether trying later can succeed without anyone doing anything: a service backs off and goes on.</summary>
    public bool IsTransient => Fault is DatabaseFault.Unavailable or DatabaseFault.Contended;

    /// <summary>The constraint that would be broken, where the engine names it (SQLite names the columns).</summary>
    public string? Constraint { get; init; }
}
