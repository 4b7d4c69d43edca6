using System.Collections.Concurrent;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Execution;

/// <summary>How long versions run, as measured here: by the runs of this process, and before the first of them by the books of the last days.</summary>
public sealed class RunTimes(IDatabase database, TimeProvider clock)
{
    private const int MostVersions = 4_096;
    private const int BookedDays = 30;
    private const double UsPerSecond = 1e6;

    // Of each new run a fifth counts: a version that has become slower is known to be so after a few.
    private const double Weight = 0.2;

    private readonly ConcurrentDictionary<Hash32, TimeSpan> _known = new();

    /// <summary>How long a run will take; zero where none was measured yet.</summary>
    public async Task<TimeSpan> ExpectedAsync(Hash32 versionId, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(versionId, out var known))
            return known;
        var today = (long)(clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalDays;
        var booked = await database.ReadAsync(
            session => session.QuerySingleOrDefaultAsync<double?>(
                """
                SELECT CAST(SUM(compute_us) AS DOUBLE PRECISION) / SUM(answers + failures) FROM profit_days
                WHERE version_id = @versionId AND day > @After AND answers + failures > 0
                """,
                new { versionId, After = today - BookedDays }),
            cancellationToken);
        var expected = TimeSpan.FromSeconds((booked ?? 0) / UsPerSecond);
        Keep(versionId, expected);
        return expected;
    }

    /// <summary>A run was measured.</summary>
    public void Tell(Hash32 versionId, TimeSpan took) =>
        Keep(versionId, _known.TryGetValue(versionId, out var known) && known > TimeSpan.Zero ? known + ((took - known) * Weight) : took);

    private void Keep(Hash32 versionId, TimeSpan time)
    {
        if (_known.Count >= MostVersions)
            _known.Clear();
        _known[versionId] = time;
    }
}
