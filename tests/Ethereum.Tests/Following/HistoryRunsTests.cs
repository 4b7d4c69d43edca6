using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Tests.Following.Simulation;

namespace OpenGradient.Ethereum.Tests.Following;

/// <summary>What fails can be had again, and what is tried is not the same each time.</summary>
public sealed class HistoryRunsTests
{
    private const int Kept = 10;
    private const int Fresh = 20;

    private static readonly Config Same = Config.QuickThrowOnFailure.WithMaxTest(Kept).WithEndSize(50).WithReplay(3_268_254_348_282_864_939, 17_218_354_810_989_655_215);

    private static Arbitrary<int[]> Numbers { get; } = Arb.From(Gen.ArrayOf(Gen.Choose(0, 1_000_000)));

    [Fact]
    public void The_same_histories_come_each_time_and_then_others()
    {
        var (first, second) = (Lived(_ => null), Lived(_ => null));

        Assert.Equal(Kept + Fresh, first.Count);
        Assert.Equal(first.Take(Kept), second.Take(Kept), StringComparer.Ordinal);
        Assert.NotEqual(first.Skip(Kept), second.Skip(Kept), StringComparer.Ordinal);
    }

    [Fact]
    public void A_soak_is_of_as_many_fresh_ones_as_are_wanted()
    {
        var soaked = Lived(name => name == HistoryRuns.SoakVariable ? "35" : null);

        Assert.Equal(35, soaked.Count);
        Assert.NotEqual(Lived(_ => null)[..Kept], soaked[..Kept], StringComparer.Ordinal);
    }

    [Fact]
    public void A_failure_names_the_seed_by_which_it_comes_again()
    {
        var tried = new List<string>();
        var failure = Assert.Throws<InvalidOperationException>(() => Runs(_ => null).Check(Numbers, numbers => LiveAsync(tried, numbers, failsAt: Kept + 7)));
        var seed = failure.Message.Split(HistoryRuns.SeedVariable + "=")[1].Split(". ")[0];

        var again = new List<string>();
        var same = Assert.Throws<InvalidOperationException>(() => Runs(name => name == HistoryRuns.SeedVariable ? seed : null).Check(Numbers, numbers => LiveAsync(again, numbers, failsAt: 7)));
        Assert.Equal(tried.Skip(Kept).Take(7), again.Take(7), StringComparer.Ordinal);
        Assert.Contains(seed, same.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_seed_is_refused() =>
        Assert.Throws<FormatException>(() => Runs(name => name == HistoryRuns.SeedVariable ? "1,2" : null).Check(Numbers, _ => Task.CompletedTask));

    private static List<string> Lived(Func<string, string?> variables)
    {
        var lived = new List<string>();
        Runs(variables).Check(Numbers, numbers => LiveAsync(lived, numbers, failsAt: int.MaxValue));
        return lived;
    }

    private static HistoryRuns Runs(Func<string, string?> variables) => new(Same, Fresh) { Variables = variables };

    private static Task LiveAsync(List<string> lived, int[] numbers, int failsAt)
    {
        lived.Add(string.Join(' ', numbers));
        return lived.Count == failsAt ? Task.FromException(new InvalidOperationException("It failed.")) : Task.CompletedTask;
    }
}
