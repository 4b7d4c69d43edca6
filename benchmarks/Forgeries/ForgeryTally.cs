using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Prover.Verifying;

namespace OpenGradient.Benchmarks.Forgeries;

/// <summary>What became of the forgeries of one kind.</summary>
internal sealed class ForgeryTally(ForgeryKind kind)
{
    private readonly SortedDictionary<ProofFault, int> _refused = [];
    private int _tried;
    private int _held;
    private int _shown;
    private int _differ;

    /// <summary>A row for each class of rejection that came up, and those that a goal is about.</summary>
    public IEnumerable<BenchmarkRow> Rows =>
    [
        Figure(ForgerySuite.Tried, _tried, limit: null),
        .. _refused.Select(pair => Figure($"{ForgerySuite.Refused}: {pair.Key}", pair.Value, limit: kind.IsControl ? 0 : null)),
        Figure(ForgerySuite.Held, _held, limit: kind.IsControl ? null : 0),
        Figure(ForgerySuite.Shown, _shown, limit: null),
        Figure(ForgerySuite.Differ, _differ, limit: 0),
    ];

    public static string NameOf(string kind, string figure) => $"{kind} | {figure}";

    public void Count(ProofVerdict verdict)
    {
        _tried++;
        if (verdict is ProofVerdict.Refused(var fault, _))
            _refused[fault] = _refused.GetValueOrDefault(fault) + 1;
        else
            _held++;
    }

    public void Compare(ProofVerdict verdict, bool? answer)
    {
        _shown++;
        if (answer != verdict is ProofVerdict.Holds)
            _differ++;
    }

    private BenchmarkRow Figure(string name, int value, double? limit) => new(
        NameOf(kind.Name, name), "proofs", value, Spread: 0, Baseline: null, BaselineSpread: null, BaselineName: null, Ratio: null, Goal: null, limit,
        Met: limit is null ? null : value <= limit);
}
