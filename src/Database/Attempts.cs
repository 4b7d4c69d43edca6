namespace OpenGradient.Database;

/// <summary>What an exception of an engine's driver means.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Detail">For people, without credentials.</param>
/// <param name="Constraint">The constraint that would be broken.</param>
internal sealed record DriverFault(DatabaseFault Fault, string Detail, string? Constraint = null);

/// <summary>Runs a transaction until it succeeds, fails for good, or has been tried long enough; and refuses one inside another.</summary>
internal sealed class Attempts(DatabaseOptions options, TimeProvider clock, Func<double> spread, Func<Exception, DriverFault?> read)
{
    private readonly AsyncLocal<bool> _isInside = new();

    public async Task<T> RunAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        if (_isInside.Value)
            throw new InvalidOperationException("Transactions do not nest: use the session of the one that runs.");

        _isInside.Value = true;
        // From the first failure on: a process that was paused in the middle of an attempt has not tried for so long.
        var failing = 0L;
        for (var failures = 1; ; failures++)
        {
            DatabaseException failure;
            try
            {
                return await attempt();
            }
            catch (Exception error) when (read(error) is { } fault)
            {
                cancellationToken.ThrowIfCancellationRequested();
                failure = new DatabaseException(fault.Fault, $"{options}: {fault.Detail}", error) { Constraint = fault.Constraint };
            }

            if (failures == 1)
                failing = clock.GetTimestamp();
            var pause = options.Backoff.After(failures, spread());
            if (!failure.IsTransient || clock.GetElapsedTime(failing) + pause > options.RetryFor)
                throw failure;
            await Task.Delay(pause, clock, cancellationToken);
        }
    }
}
