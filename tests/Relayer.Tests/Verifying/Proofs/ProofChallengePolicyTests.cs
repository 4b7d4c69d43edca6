using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Verifying.Proofs;
using static OpenGradient.Relayer.Tests.Verifying.SampleDossiers;

namespace OpenGradient.Relayer.Tests.Verifying.Proofs;

public sealed class ProofChallengePolicyTests
{
    // Their answer is 1, and ours is 2.
    private static readonly Duty Fresh = Duty(DutyKind.ProofChallenge).Answered();
    private static readonly DutyStep Proving = new DutyStep.Send(Move.ChallengeWithProof);
    private static readonly DutyStep TooLate = new DutyStep.End(DutyEnd.TooLate);
    private static readonly DutyStep NoTime = new DutyStep.End(DutyEnd.NoTimeToProve);

    public static TheoryData<string> Named => [.. Cases.Keys];

    private static Dictionary<string, Case> Cases { get; } = new(StringComparer.Ordinal)
    {
        ["proves while there is time"] = new(Fresh, Settled(), Proving),
        ["proves against a failure, too"] = new(Fresh, At(Settled(), Stage.Failed), Proving),
        ["proves while a transaction still fits in"] = new(Fresh, Settled(until: Now + Inclusion + 1), Proving),
        ["proves again while one does"] = new(Fresh.Sent(Move.ChallengeWithProof, SentState.Failed), Settled(until: Now + Inclusion + 1), Proving),
        ["proves no more when none does"] = new(Fresh, Settled(until: Now + Inclusion), NoTime),
        ["proves nothing again then either"] = new(Fresh.Sent(Move.ChallengeWithProof, SentState.Failed), Settled(until: Now + Inclusion), NoTime),
        ["waits for what it sent though no other proof could be made"] = new(
            Fresh.Sent(Move.ChallengeWithProof, SentState.Pending), Settled(until: Now + Inclusion + 1), new DutyStep.Rest(DutyWait.OurTransaction, SampleTime + Tries.LookAgain)),
        ["says of what has become final that it stands"] = new(Fresh, Settled(until: Now), NoTime),
        ["says so where proving failed, too"] = new(Fresh with { FailedRuns = Options.MostFailedRuns }, Settled(until: Now - 1), NoTime),
        ["is too late for what was raised to a proof"] = new(Fresh, Settled(until: 0), TooLate),
        ["is too late for what the court has ended"] = new(Fresh, At(Settled(), Stage.Slashed), TooLate),
        ["waits where a reorganisation took the answer"] = new(Fresh, Settled() with { Answer = null }, new DutyStep.Sleep(DutyWait.ItsReturn)),
        ["waits for what it sent"] = new(
            Fresh.Sent(Move.ChallengeWithProof, SentState.Pending), Settled(), new DutyStep.Rest(DutyWait.OurTransaction, SampleTime + Tries.LookAgain)),
        ["waits for what it sent though time is over"] = new(
            Fresh.Sent(Move.ChallengeWithProof, SentState.Pending), Settled(until: Now), new DutyStep.Rest(DutyWait.OurTransaction, SampleTime + Tries.LookAgain)),
        ["waits for the news of the block that it is in"] = new(
            Fresh.Sent(Move.ChallengeWithProof, SentState.Mined, block: 101), Settled(),
            new DutyStep.Rest(DutyWait.OurTransaction, SampleTime + TimeSpan.FromMilliseconds(500))),
        ["looks less often for a block that is far ahead"] = new(
            Fresh.Sent(Move.ChallengeWithProof, SentState.Mined, block: 104), Settled(), new DutyStep.Rest(DutyWait.OurTransaction, SampleTime + TimeSpan.FromSeconds(2))),
        ["looks for it as often as for what is on its way at the least"] = new(
            Fresh.Sent(Move.ChallengeWithProof, SentState.Mined, block: 9_000), Settled(), new DutyStep.Rest(DutyWait.OurTransaction, SampleTime + Tries.LookAgain)),
        ["sends again what failed"] = new(Fresh.Sent(Move.ChallengeWithProof, SentState.Failed), Settled(), Proving),
        ["gives up what the chain refused too often"] = new(
            Fresh.Sent(Move.ChallengeWithProof, SentState.Failed, attempt: 3), Settled(), new DutyStep.End(DutyEnd.Failed)),
        ["gives up what could not be proven"] = new(
            Fresh with { FailedRuns = Options.MostFailedRuns }, Settled(), new DutyStep.End(DutyEnd.Failed)),
        ["sends nothing while the hub is paused"] = new(
            Fresh, Settled(), new DutyStep.Rest(DutyWait.HubsPause, SampleTime + Tries.LookAgain), isPaused: true),
        ["moves on what it won"] = new(
            Fresh.Sent(Move.ChallengeWithProof, SentState.Mined, block: 90), Corrected(Us), new DutyStep.Send(Move.WithdrawReward)),
        ["moves it on during a pause, too"] = new(
            Fresh.Sent(Move.ChallengeWithProof, SentState.Mined, block: 90), Corrected(Us), new DutyStep.Send(Move.WithdrawReward), isPaused: true),
        ["is done when the money has moved"] = new(
            Fresh.Sent(Move.WithdrawReward, SentState.Mined, block: 90), Corrected(Us), new DutyStep.End(DutyEnd.Won)),
        ["has won though the money did not move"] = new(
            Fresh.Sent(Move.WithdrawReward, SentState.Failed, attempt: 3), Corrected(Us), new DutyStep.End(DutyEnd.Won)),
        ["keeps what it won where that is told"] = new(
            Fresh, Corrected(Us), new DutyStep.End(DutyEnd.Won), options: Options with { WithdrawsRewards = false }),
        ["was slower than another"] = new(Fresh, Corrected(Them), new DutyStep.End(DutyEnd.CalledByAnother)),
        ["is done where a reorganisation brought the right answer"] = new(Fresh, Settled([2]), TooLate),
    };

    private static DateTimeOffset SampleTime => At(Now).Time;

    [Theory]
    [MemberData(nameof(Named))]
    public void A_challenge_by_proof_takes_the_step_that_its_state_asks_for(string name)
    {
        var sample = Cases[name];
        var policy = new ProofChallengePolicy(Us, Inclusion, sample.Options, Tries);

        Assert.Equal(sample.Expected, policy.Next(sample.Duty, sample.Dossier, At(Now) with { IsPaused = sample.IsPaused }));
    }

    [Theory]
    [InlineData(Inclusion + 1, 1)]
    [InlineData(Inclusion + 60, 60)]
    [InlineData(Inclusion, 0)]
    [InlineData(0, 0)]
    public void A_proof_has_what_is_left_beside_its_transaction(ulong left, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        new ProofChallengePolicy(Us, Inclusion, SampleDossiers.Options, Tries).TimeToProve(Settled(until: Now + left), At(Now)));

    private static Dossier At(Dossier dossier, Stage stage) => dossier with { View = dossier.View with { Stage = stage } };

    private static Moment At(ulong time) => SampleDossiers.At(time);

    private static Dossier Corrected(Address challenger)
    {
        var wrong = Settled();
        return wrong with
        {
            View = wrong.View with { Until = 0, OutputCommit = Keccak256.Hash([2]) },
            Answer = wrong.Answer! with { Settlement = wrong.Answer.Settlement with { OutputCommit = Keccak256.Hash([2]) } },
            Slashed = Lien,
            OverturnedBy = challenger,
        };
    }

    private sealed class Case(Duty duty, Dossier dossier, DutyStep expected, VerifyingOptions? options = null, bool isPaused = false)
    {
        public Duty Duty => duty;

        public Dossier Dossier => dossier;

        public DutyStep Expected => expected;

        public VerifyingOptions Options => options ?? SampleDossiers.Options;

        public bool IsPaused => isPaused;
    }
}
