namespace OpenGradient.Database;

/// <summary>Who keeps the data.</summary>
public enum Engine
{
    /// <summary>A file beside the program, for one program at a time.</summary>
    Sqlite,

    /// <summary>A server, for several programs.</summary>
    Postgres,
}

/// <summary>What of the last transactions may be lost when the machine itself goes down.</summary>
public enum Durability
{
    /// <summary>Nothing: what was committed is on the disk. For whatever money depends on.</summary>
    Full,

    /// <summary>The last moments, never consistency: much faster, for what can be made again, such as an index of a chain.</summary>
    Relaxed,
}
