namespace OpenGradient.Relayer.Scheduling;

/// <summary>Something that is done again and again by the clock. Done twice it comes to the same as done once: a timer that died is run again by another.</summary>
public interface ITimedWork
{
    /// <summary>What it is called in logs, metrics and the tables of timers; never changes.</summary>
    string Name { get; }

    TimeSpan Every { get; }

    WorkScope Scope { get; }

    /// <summary>Does it once. What it throws is logged and counted, and it is done again when its time comes.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}

/// <summary>Who does a piece of timed work.</summary>
public enum WorkScope
{
    /// <summary>Each process for itself.</summary>
    Replica,

    /// <summary>One of all processes on the same database.</summary>
    Cluster,
}
