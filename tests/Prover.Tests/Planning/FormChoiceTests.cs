using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Planning;

namespace OpenGradient.Prover.Tests.Planning;

public sealed class FormChoiceTests
{
    private static readonly FormCase Usual = new()
    {
        Cache = CacheState.Ready,
        ShortTakes = TimeSpan.FromMilliseconds(400),
        LongTakes = TimeSpan.FromMilliseconds(50),
        Patience = TimeSpan.FromSeconds(1),
        LoneShare = 0.2,
        Share = 0.2,
        Limit = TimeSpan.FromSeconds(60),
        TimeLeft = TimeSpan.FromMinutes(20),
    };

    [Fact]
    public void A_lone_answer_waits_for_the_cheap_form_as_long_as_is_set()
    {
        Assert.Equal(new ChosenForm(ProofForm.Short, IsLongBetter: false), FormChoice.Of(Usual));
        Assert.Equal(new ChosenForm(ProofForm.Long, IsLongBetter: true), FormChoice.Of(Usual with { ShortTakes = TimeSpan.FromMilliseconds(1_001) }));
    }

    [Fact]
    public void The_more_answers_share_the_gas_the_less_the_cheap_form_is_waited_for()
    {
        Assert.Equal(ProofForm.Short, FormChoice.Of(Usual with { Share = 0.1 }).Form);
        Assert.Equal(ProofForm.Long, FormChoice.Of(Usual with { Share = 0.07 }).Form);
    }

    [Fact]
    public void A_deadline_that_the_cheap_form_misses_is_met_by_the_quick_one()
    {
        Assert.Equal(ProofForm.Long, FormChoice.Of(Usual with { TimeLeft = TimeSpan.FromMilliseconds(300) }).Form);
        // There is nothing better than to try.
        Assert.Equal(new ChosenForm(ProofForm.Short, IsLongBetter: true), FormChoice.Of(Usual with { TimeLeft = TimeSpan.FromMilliseconds(300), Cache = CacheState.Missing }));
    }

    [Fact]
    public void What_would_be_given_up_waits_for_its_cache_and_is_tried_where_there_will_be_none()
    {
        var slow = Usual with { ShortTakes = TimeSpan.FromSeconds(61), LongTakes = TimeSpan.FromSeconds(3) };
        Assert.Equal(new ChosenForm(ProofForm.Long, IsLongBetter: true), FormChoice.Of(slow));
        Assert.Equal(new ChosenForm(null, IsLongBetter: true), FormChoice.Of(slow with { Cache = CacheState.Missing }));
        Assert.Equal(new ChosenForm(ProofForm.Short, IsLongBetter: false), FormChoice.Of(slow with { Cache = CacheState.Impossible }));
    }

    [Fact]
    public void A_form_that_is_slower_and_dearer_is_never_chosen() =>
        Assert.Equal(new ChosenForm(ProofForm.Short, IsLongBetter: false), FormChoice.Of(Usual with { LongTakes = TimeSpan.FromSeconds(2), Patience = TimeSpan.Zero }));

    [Fact]
    public void No_form_is_chosen_that_cannot_be_made_and_only_what_is_too_slow_waits()
    {
        var random = new Random(7);
        for (var times = 0; times < 10_000; times++)
        {
            var known = Usual with
            {
                Cache = (CacheState)random.Next(3),
                ShortTakes = Draw(),
                LongTakes = Draw(),
                Patience = Draw(),
                TimeLeft = Draw(),
                LoneShare = random.NextDouble(),
                Share = random.NextDouble(),
            };
            var chosen = FormChoice.Of(known);
            Assert.True(chosen.Form != ProofForm.Long || (known.Cache == CacheState.Ready && known.LongTakes < known.ShortTakes));
            Assert.Equal(known.Cache == CacheState.Missing && known.ShortTakes > known.Limit, chosen.Form is null);
            Assert.True(!chosen.IsLongBetter || known.Cache != CacheState.Impossible);
        }

        TimeSpan Draw() => TimeSpan.FromMilliseconds(random.Next(120_000));
    }
}
