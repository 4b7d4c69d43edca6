using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Verifying.Reviews;
using static OpenGradient.Relayer.Tests.Verifying.SampleDossiers;

namespace OpenGradient.Relayer.Tests.Verifying;

public sealed class ReviewPolicyTests
{
    private static readonly Hash32 Secret = Keccak256.Hash("secret"u8);

    private static readonly ReviewChoice Everything = new ReviewChoice.All();

    [Fact]
    public void An_answer_of_another_is_run_while_it_is_not_final()
    {
        Assert.Equal(new DutyStep.Run(), Next(Settled()));
        Assert.Equal(new DutyStep.Run(), Next(Settled(until: Now + 1)));
        Assert.Equal(new DutyStep.End(DutyEnd.TooLate), Next(Settled(until: Now)));
        Assert.Equal(new DutyStep.End(DutyEnd.TooLate), Next(Settled() with { View = Settled().View with { Stage = Stage.Slashed } }));
    }

    [Fact]
    public void What_is_before_the_court_is_run_too() => Assert.Equal(new DutyStep.Run(), Next(Settled().InCase()));

    [Fact]
    public void Our_own_answer_is_not_reviewed() => Assert.Equal(new DutyStep.End(DutyEnd.OurOwn), Next(Settled(by: Us)));

    [Fact]
    public void An_answer_is_reviewed_once_and_another_in_its_place_again()
    {
        Assert.Equal(new DutyStep.End(DutyEnd.Reviewed), Next(Settled([1]), reviewed: Keccak256.Hash([1])));
        Assert.Equal(new DutyStep.Run(), Next(Settled([1]), reviewed: Keccak256.Hash([2])));
    }

    [Fact]
    public void Nothing_is_decided_while_a_reorganisation_has_taken_it_away() =>
        Assert.Equal(new DutyStep.Sleep(DutyWait.ItsReturn), Next(new Dossier { RequestId = Id }));

    [Fact]
    public void Fees_below_the_bound_are_passed_over()
    {
        // The sample's fee is 1000.
        Assert.Equal(new DutyStep.Run(), Next(Settled(), choice: new ReviewChoice.Above(1_000u)));
        Assert.Equal(new DutyStep.End(DutyEnd.NotChosen), Next(Settled(), choice: new ReviewChoice.Above(1_001u)));
        Assert.Equal(new DutyStep.End(DutyEnd.NotChosen), Next(Settled(), choice: new ReviewChoice.Nothing()));
    }

    [Fact]
    public void A_sample_is_as_large_as_it_is_told_and_the_same_for_whoever_has_the_secret()
    {
        var choice = new ReviewChoice.Sampled(100);
        var ids = Enumerable.Range(0, 10_000).Select(i => Keccak256.Hash(BitConverter.GetBytes(i))).ToList();
        var chosen = ids.Where(id => choice.Includes(id, 0u, Secret)).ToList();

        Assert.InRange(chosen.Count, 850, 1_150);
        Assert.Equal(chosen, ids.Where(id => choice.Includes(id, 0u, Secret)));
        Assert.NotEqual(chosen, ids.Where(id => choice.Includes(id, 0u, Keccak256.Hash("another"u8))));
        Assert.All(ids, id => Assert.True(new ReviewChoice.Sampled(1_000).Includes(id, 0u, Secret)));
    }

    [Fact]
    public void A_choice_is_read_from_text_or_refused_with_a_reason()
    {
        Assert.Equal(new ReviewChoice.All(), Parse("all"));
        Assert.Equal(new ReviewChoice.Nothing(), Parse("off"));
        Assert.Equal(new ReviewChoice.Sampled(50), Parse("sampled:50"));
        Assert.Equal(new ReviewChoice.Above(12u), Parse("above:12"));
        foreach (var text in new[] { "", "some", "sampled:", "sampled:0", "sampled:1001", "above:", "above:-1" })
        {
            Assert.False(ReviewChoice.TryParse(text, out _, out var fault));
            Assert.Contains("sampled:", fault, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Options_out_of_range_are_refused_with_a_reason()
    {
        Assert.Null(Options.Fault());
        foreach (var options in new[]
        {
            Options with { Workers = 0 }, Options with { Runs = 2 }, Options with { MostOpenChallenges = 0 }, Options with { LossesToStop = 0 },
            Options with { MostFailedRuns = 0 }, Options with { LeaseTime = Options.RunLimit }, Options with { Reviews = new ReviewChoice.Sampled(0) },
            Options with { Poll = TimeSpan.Zero },
        })
        {
            Assert.NotNull(options.Fault());
        }
    }

    private static ReviewChoice Parse(string text)
    {
        Assert.True(ReviewChoice.TryParse(text, out var choice, out _));
        return choice;
    }

    private static DutyStep Next(Dossier dossier, Hash32? reviewed = null, ReviewChoice? choice = null) =>
        new ReviewPolicy(Us, choice ?? Everything).Next(dossier, reviewed, Secret, At(Now));
}
