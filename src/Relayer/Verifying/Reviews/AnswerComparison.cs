using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Tensors;
using OpenGradient.Relayer.Verifying.Duties;

namespace OpenGradient.Relayer.Verifying.Reviews;

/// <summary>Holds an answer against our own runs of its input. Whatever leaves a doubt is for the node.</summary>
public static class AnswerComparison
{
    /// <summary>What the runs say of an answer.</summary>
    /// <param name="semantics">When answers count as the same.</param>
    /// <param name="commit">The answer.</param>
    /// <param name="output">Its bytes, where they are known.</param>
    /// <param name="runs">At least one; the first is what we would say.</param>
    public static Finding Of(VersionSemantics semantics, Hash32 commit, ReadOnlyMemory<byte>? output, IReadOnlyList<OwnRun> runs) => semantics switch
    {
        VersionSemantics.Integer => Decide(runs, run => run.Answer.Commit == commit ? Closeness.Agrees : Closeness.Differs, (a, b) => a.Commit == b.Commit),
        VersionSemantics.Float { Tolerance: var tolerance } => Decide(
            runs, run => CloseTo(run.Answer, commit, output, tolerance), (a, b) => AreOne(a, b, tolerance)),
        _ => new Finding(Verdict.Undecidable, ReviewReason.NotComparable, "Nothing can be compared by this version's semantics."),
    };

    /// <summary>Whether an answer counts as the same as our own, as the court compares them: the tolerance is relative to ours.</summary>
    public static bool Agrees(VersionSemantics semantics, Hash32 commit, ReadOnlyMemory<byte>? output, OwnAnswer own) =>
        commit == own.Commit
        || (semantics is VersionSemantics.Float { Tolerance: var tolerance }
            && AreNumbers(commit) && AreNumbers(own.Commit) && output is { } bytes && Agreement.Agree(bytes, own.Output, tolerance));

    private static Finding Decide(IReadOnlyList<OwnRun> runs, Func<OwnRun, Closeness> judge, Func<OwnAnswer, OwnAnswer, bool> areOne)
    {
        var found = runs.Select(judge).ToList();
        // One run that agrees is enough: who answers may have run it in the same way.
        if (found.Contains(Closeness.Agrees))
            return new Finding(Verdict.Agreed, ReviewReason.None, "");
        if (found.Find(closeness => closeness != Closeness.Differs) is var doubt and not Closeness.None)
            return new Finding(Verdict.Undecidable, ReasonOf(doubt), TextOf(doubt));
        if (runs.Any(run => !run.IsCertain))
            return new Finding(Verdict.Undecidable, ReviewReason.FailureUncertain, "Whether the input can be run may depend on the machine.");
        return runs.All(run => areOne(runs[0].Answer, run.Answer) && areOne(run.Answer, runs[0].Answer))
            ? new Finding(Verdict.Differs, ReviewReason.None, $"{runs.Count} runs agree with each other, and not with the answer.")
            : new Finding(Verdict.Undecidable, ReviewReason.RunsDisagree, $"Of {runs.Count} runs not all agree with each other.");
    }

    private static Closeness CloseTo(OwnAnswer own, Hash32 commit, ReadOnlyMemory<byte>? output, Tolerance tolerance)
    {
        if (own.Commit == commit)
            return Closeness.Agrees;
        if (!AreNumbers(own.Commit) || !AreNumbers(commit))
            return Closeness.Differs;
        if (output is not { } bytes)
            return Closeness.NotShown;
        if (bytes.Length > Agreement.MaxLength || own.Output.Length > Agreement.MaxLength)
            return Closeness.TooLong;
        return Agreement.Agree(bytes, own.Output, tolerance) ? Closeness.Agrees
            : Agreement.Agree(bytes, own.Output, Twice(tolerance)) || Agreement.Agree(own.Output, bytes, Twice(tolerance)) ? Closeness.WithinMargin
            : Closeness.Differs;
    }

    private static bool AreOne(OwnAnswer left, OwnAnswer right, Tolerance tolerance) =>
        left.Commit == right.Commit
        || (AreNumbers(left.Commit) && AreNumbers(right.Commit) && Agreement.Agree(left.Output, right.Output, tolerance));

    private static bool AreNumbers(Hash32 commit) => commit != HubDomain.Failure && !commit.IsZero;

    private static Tolerance Twice(Tolerance tolerance) => new(Twice(tolerance.Absolute), Twice(tolerance.Relative));

    private static UInt128 Twice(UInt128 value) => value > UInt128.MaxValue / 2 ? UInt128.MaxValue : value * 2;

    private static ReviewReason ReasonOf(Closeness doubt) => doubt switch
    {
        Closeness.NotShown => ReviewReason.OutputNotShown,
        Closeness.TooLong => ReviewReason.OutputTooLong,
        _ => ReviewReason.WithinMargin,
    };

    private static string TextOf(Closeness doubt) => doubt switch
    {
        Closeness.NotShown => "The answer's bytes stayed off the chain.",
        Closeness.TooLong => $"Answers of more than {Agreement.MaxLength} bytes are not compared number by number.",
        _ => "It is outside the tolerance, and within twice the tolerance.",
    };

    private enum Closeness
    {
        None,
        Agrees,
        Differs,
        NotShown,
        TooLong,
        WithinMargin,
    }
}

/// <summary>What one run of an input came to.</summary>
/// <param name="Answer">The answer, or that there can be none.</param>
/// <param name="IsCertain">Whether every machine comes to it.</param>
public sealed record OwnRun(OwnAnswer Answer, bool IsCertain);

/// <summary>What a comparison came to.</summary>
public sealed record Finding(Verdict Verdict, ReviewReason Reason, string Details);
