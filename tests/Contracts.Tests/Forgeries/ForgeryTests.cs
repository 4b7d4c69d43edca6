using System.Globalization;
using OpenGradient.Benchmarks.Forgeries;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests.Forgeries;

/// <summary>A few of the forgeries that `og bench forgeries` tries by the hundred thousand: all of these are shown to both verifiers.</summary>
public sealed class ForgeryTests
{
    private const int Count = 600;

    [Fact]
    public async Task No_forgery_holds_and_both_verifiers_say_the_same()
    {
        var report = await new ForgerySuite().Of(Count).RunAsync(Repository.Root, new Progress<string>(), TestContext.Current.CancellationToken);

        Assert.Empty(report.Rows.Where(row => row.Met is false));
        Assert.Equal(Count, Sum(ForgerySuite.Tried, isControl: false));
        Assert.Equal(Count, Sum(ForgerySuite.Shown, isControl: false));
        // Controls are all that holds, and every class of rejection that a verifier with a whole setup has comes up.
        Assert.Equal(Sum(ForgerySuite.Tried, isControl: true), Sum(ForgerySuite.Held, isControl: true));
        foreach (var fault in new[] { "Malformed", "WrongCommitment", "WrongItem", "NotCanonical", "DoesNotHold" })
            Assert.True(Sum($"{ForgerySuite.Refused}: {fault}", isControl: false) > 0, fault);

        double Sum(string figure, bool isControl) => report.Rows
            .Where(row => row.Name.EndsWith($" | {figure}", StringComparison.Ordinal) && row.Name.StartsWith("control", StringComparison.Ordinal) == isControl)
            .Sum(row => row.Value);
    }

    [Fact]
    public async Task The_page_shows_a_hundred_thousand_forgeries_of_which_none_held()
    {
        var page = await File.ReadAllLinesAsync(Repository.PathOf("docs", "benchmarks", "forgeries.md"), TestContext.Current.CancellationToken);
        // Below the head of the table: the kind, how many were tried, why they were refused, how many held, how many the contract saw, and where it differed.
        string[][] rows =
        [
            .. page.SkipWhile(line => !line.StartsWith("| ---", StringComparison.Ordinal)).Skip(1)
                .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]).Where(row => !row[0].StartsWith("control", StringComparison.Ordinal)),
        ];

        Assert.Equal(100_000, rows.Sum(row => NumberOf(row[1])));
        Assert.True(rows.Sum(row => NumberOf(row[^2])) >= 10_000);
        Assert.All(rows, row => Assert.Equal(0, NumberOf(row[^3]) + NumberOf(row[^1])));
    }

    private static int NumberOf(string cell) => int.Parse(cell, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
