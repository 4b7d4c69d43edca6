using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Earnings;

/// <summary>What an operator asks about money.</summary>
public sealed class ProfitQueries(IDatabase database, TimeProvider clock)
{
    public const int MostDays = 92;

    private const int MostRows = 2_000;
    private const double UsPerSecond = 1e6;

    /// <summary>The newest days first, within each the versions that earned.</summary>
    public Task<IReadOnlyList<ProfitLine>> ListAsync(int days, CancellationToken cancellationToken)
    {
        var today = (long)(clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalDays;
        return database.ReadAsync(
            async session => (IReadOnlyList<ProfitLine>)[.. (await session.QueryAsync<Row>(
                $"""
                SELECT day AS Day, version_id AS VersionId, answers AS Answers, failures AS Failures, fees AS Fees, gas_wei AS GasWei,
                  gas_tokens AS GasTokens, compute_us AS ComputeUs
                FROM profit_days WHERE day > @After ORDER BY day DESC, answers DESC, version_id LIMIT {MostRows}
                """,
                new { After = today - Math.Clamp(days, 1, MostDays) })).Select(row => row.ToLine())],
            cancellationToken);
    }

    private sealed class Row
    {
        public long Day { get; init; }

        public Hash32 VersionId { get; init; }

        public long Answers { get; init; }

        public long Failures { get; init; }

        public UInt256 Fees { get; init; }

        public UInt256 GasWei { get; init; }

        public UInt256 GasTokens { get; init; }

        public long ComputeUs { get; init; }

        public ProfitLine ToLine() => new(
            DateOnly.FromDayNumber(DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber + (int)Day),
            VersionId.IsZero ? null : VersionId.ToString(),
            Answers,
            Failures,
            Fees.ToString(),
            GasWei.ToString(),
            GasTokens.IsZero ? null : GasTokens.ToString(),
            GasTokens.IsZero ? null : Fees >= GasTokens ? (Fees - GasTokens).ToString() : $"-{GasTokens - Fees}",
            ComputeUs / UsPerSecond);
    }
}

/// <summary>One version's day. Amounts are whole numbers of the smallest unit, as text.</summary>
/// <param name="Day">In UTC.</param>
/// <param name="VersionId">Null for what belongs to no version, such as collections and what reverted.</param>
/// <param name="Answers">Final answers of ours.</param>
/// <param name="Failures">Inputs that we showed cannot be run.</param>
/// <param name="Fees">Earned, in tokens.</param>
/// <param name="GasWei">Spent.</param>
/// <param name="GasTokens">The same in tokens, at the price of its time; null where no price was set.</param>
/// <param name="Profit">Fees less gas, in tokens; null where no price was set.</param>
/// <param name="ComputeSeconds">How long models ran.</param>
public sealed record ProfitLine(
    DateOnly Day, string? VersionId, long Answers, long Failures, string Fees, string GasWei, string? GasTokens, string? Profit, double ComputeSeconds);
