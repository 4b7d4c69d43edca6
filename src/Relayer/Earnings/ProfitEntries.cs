using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Earnings;

/// <summary>What is added to the books in one transaction, summed up by day and version: amounts of 256 bits are beyond what databases add.</summary>
internal sealed class ProfitEntries
{
    private readonly Dictionary<(long Day, Hash32 VersionId), ProfitEntry> _entries = [];

    public void Add(long day, Hash32 versionId, ProfitEntry entry) =>
        _entries[(day, versionId)] = _entries.TryGetValue((day, versionId), out var known) ? known.Plus(entry) : entry;

    /// <summary>For one who holds the book's lock.</summary>
    public async Task WriteAsync(DatabaseSession session)
    {
        foreach (var ((day, versionId), entry) in _entries)
        {
            var known = await session.QuerySingleOrDefaultAsync<ProfitEntry>(
                $"SELECT {ProfitEntry.Columns} FROM profit_days WHERE day = @day AND version_id = @versionId" + session.Sql("", " FOR UPDATE"),
                new { day, versionId });
            var sum = known is null ? entry : known.Plus(entry);
            await session.ExecuteAsync(
                """
                INSERT INTO profit_days (day, version_id, answers, failures, fees, gas_wei, gas_tokens, compute_us)
                VALUES (@day, @versionId, @Answers, @Failures, @Fees, @GasWei, @GasTokens, @ComputeUs)
                ON CONFLICT (day, version_id) DO UPDATE SET
                  answers = excluded.answers, failures = excluded.failures, fees = excluded.fees, gas_wei = excluded.gas_wei,
                  gas_tokens = excluded.gas_tokens, compute_us = excluded.compute_us
                """,
                new { day, versionId, sum.Answers, sum.Failures, sum.Fees, sum.GasWei, sum.GasTokens, sum.ComputeUs });
        }
    }
}

/// <summary>What came in and went out.</summary>
internal sealed record ProfitEntry
{
    public const string Columns =
        "answers AS Answers, failures AS Failures, fees AS Fees, gas_wei AS GasWei, gas_tokens AS GasTokens, compute_us AS ComputeUs";

    public long Answers { get; init; }

    public long Failures { get; init; }

    public UInt256 Fees { get; init; }

    public UInt256 GasWei { get; init; }

    public UInt256 GasTokens { get; init; }

    public long ComputeUs { get; init; }

    public ProfitEntry Plus(ProfitEntry other) => new()
    {
        Answers = Answers + other.Answers,
        Failures = Failures + other.Failures,
        Fees = Fees + other.Fees,
        GasWei = GasWei + other.GasWei,
        GasTokens = GasTokens + other.GasTokens,
        ComputeUs = ComputeUs + other.ComputeUs,
    };
}
