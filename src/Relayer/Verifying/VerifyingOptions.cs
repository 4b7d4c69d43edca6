using System.ComponentModel.DataAnnotations;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Verifying.Reviews;

namespace OpenGradient.Relayer.Verifying;

/// <summary>What a verifier does, and how much it risks.</summary>
public sealed record VerifyingOptions
{
    /// <summary>Which answers of others are run again.</summary>
    public ReviewChoice Reviews { get; init; } = new ReviewChoice.All();

    /// <summary>
    /// Whether versions are run that are not among those served, too: answers to any may come before a committee, and who cannot run them votes for the node.
    /// </summary>
    public bool RunsAnyVersion { get; init; } = true;

    /// <summary>Whether wrong answers are brought before the court.</summary>
    public bool Challenges { get; init; } = true;

    /// <summary>
    /// Whether the node seals and reveals where it is drawn. Who is drawn and stays silent loses stake: it is off only where another process does it.
    /// </summary>
    public bool SitsOnCommittees { get; init; } = true;

    /// <summary>Whether requests are answered that name the node as a member of a quorum.</summary>
    public bool AnswersQuorums { get; init; } = true;

    /// <summary>How many duties are in hand at once.</summary>
    [Range(1, 256)]
    public int Workers { get; init; } = 2;

    /// <summary>How often an input is run before an answer is called wrong.</summary>
    [Range(3, 16)]
    public int Runs { get; init; } = 3;

    /// <summary>How often running an input is tried where that fails for a reason of our own.</summary>
    [Range(1, 100)]
    public int MostFailedRuns { get; init; } = 5;

    /// <summary>The most challenges at a time that are not judged.</summary>
    [Range(1, 1_000)]
    public int MostOpenChallenges { get; init; } = 4;

    /// <summary>The most that open challenges put at risk together, in the token's smallest unit. What lies at the court is a bound in any case.</summary>
    public UInt256 MostAtRisk { get; init; } = UInt256.MaxValue;

    /// <summary>
    /// What a challenge may cost beyond what it wins, in the token's smallest unit: five fees of members are paid, three tenths of the lien are won.
    /// </summary>
    public UInt256 AcceptedLoss { get; init; } = UInt256.Zero;

    /// <summary>After so many lost challenges in a row none is brought for a while.</summary>
    [Range(1, 100)]
    public int LossesToStop { get; init; } = 2;

    /// <summary>How long that is.</summary>
    public TimeSpan StopTime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Whether what challenges win goes on to the node's payee.</summary>
    public bool WithdrawsRewards { get; init; } = true;

    /// <summary>How long a duty may be in hand before another process may take it; more than running takes.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long running an input may take, all runs together.</summary>
    public TimeSpan RunLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long proving an answer wrong may take; the prover says it.</summary>
    public TimeSpan ProofLimit { get; init; }

    /// <summary>When to look for due duties though nothing rang.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>When to look after what was sent, where the chain tells nothing.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What is wrong with these options; null where nothing is.</summary>
    public string? Fault()
    {
        List<ValidationResult> faults = [];
        return !Validator.TryValidateObject(this, new ValidationContext(this), faults, validateAllProperties: true) ? faults[0].ErrorMessage
            : LeaseTime <= RunLimit ? $"A lease of {LeaseTime} ends before a run may, after {RunLimit}."
            : Reviews is ReviewChoice.Sampled { Permille: < 1 or > 1_000 } ? "A sample is from 1 to 1000 of a thousand answers."
            : StopTime < TimeSpan.Zero || Poll <= TimeSpan.Zero || LookAgain <= TimeSpan.Zero ? "Times are above zero."
            : null;
    }
}
