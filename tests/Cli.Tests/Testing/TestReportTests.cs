using OpenGradient.Cli.Testing;

namespace OpenGradient.Cli.Tests.Testing;

public sealed class TestReportTests
{
    [Fact]
    public void Sums_up_all_suites_in_one_line()
    {
        var report = TestReport.Of(
            [
                new SuiteResult("first", 3, 0, [], [], 0.1),
                new SuiteResult("second", 4, 1, [], [new TestFailure("it", "broke")], 0.2),
            ],
            TimeSpan.FromSeconds(0.3));

        Assert.Equal("7 passed, 1 failed", report.ClosingLine);
    }

    [Fact]
    public void Skipped_tests_are_counted_in_the_closing_line() => Assert.Equal(
        "1 passed, 0 failed, 2 skipped",
        TestReport.Of([new SuiteResult("first", 1, 0, ["a: no data", "b: no data"], [], 0.1)], TimeSpan.Zero).ClosingLine);

    [Fact]
    public void A_suite_that_ran_no_test_has_failed()
    {
        var empty = new SuiteResult("empty", 0, 0, ["only: skipped"], [], 0.1).OrFailedIfEmpty();

        Assert.Equal(1, empty.Failed);
        Assert.Equal("1 failed", $"{TestReport.Of([empty], TimeSpan.Zero).Failed} failed");
        Assert.Equal(0, new SuiteResult("full", 1, 0, [], [], 0.1).OrFailedIfEmpty().Failed);
    }
}
