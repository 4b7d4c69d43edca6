using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Tensors;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Verifying.Dossiers;

namespace OpenGradient.Relayer.Verifying.Quorums;

/// <summary>Which earlier answer a member stands behind: the one with most members that its own agrees with, else its own.</summary>
/// <param name="Commit">The answer.</param>
/// <param name="Output">Its bytes, where it is not our own.</param>
public sealed record AgreedAnswer(Hash32 Commit, ReadOnlyMemory<byte> Output)
{
    /// <summary>The answers that somebody stands behind, those with most members first.</summary>
    public static IReadOnlyList<RevealedAnswer> Candidates(QuorumView view) =>
        [.. view.Revealed.Where(revealed => revealed.Counts).GroupBy(revealed => revealed.Agreed)
            .OrderByDescending(group => group.Count())
            .Select(group => group.FirstOrDefault(revealed => revealed.Commit == group.Key))
            .OfType<RevealedAnswer>()];

    /// <summary>Whether our answer agrees with an earlier one, as the hub compares them: ours on the left.</summary>
    public static bool Agrees(VersionSemantics semantics, JobAnswer own, Hash32 commit, ReadOnlyMemory<byte> output) =>
        own.OutputCommit == commit
        || (semantics is VersionSemantics.Float { Tolerance: var tolerance } && !own.Output.IsEmpty && !output.IsEmpty
            && Agreement.Agree(own.Output, output, tolerance));
}
