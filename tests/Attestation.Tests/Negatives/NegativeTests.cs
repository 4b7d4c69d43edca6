using OpenGradient.Attestation.Tests.Emulated;
using OpenGradient.Attestation.Tests.Vectors;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Tests.Negatives;

/// <summary>
/// Each case is wrong in one thing, and one check alone notices: without that check the case would be accepted. Together they fail every check there is,
/// so that dropping any of them is noticed.
/// </summary>
public sealed class NegativeTests
{
    private const int LeastCases = 60;

    private static readonly Dictionary<string, NegativeCase> Cases = DcapNegatives.All.Concat(OtherNegatives.All).ToDictionary(item => item.Name, StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_case_is_refused_for_its_own_reason_and_for_no_other(string name)
    {
        var item = Cases[name];

        var verdict = EmulatedWorld.Verify(item.Build(), item.Policy, item.Expectations, EmulatedWorld.At + item.Later, item.Anchors);

        Assert.False(verdict.Accepted);
        Assert.True(TeeVectors.ChecksOf(verdict) is [var check] && check == item.Check, $"Expected {item.Check}, found: {string.Join(" | ", verdict.Reasons)}");
        // What is not genuine must not show what it claims.
        Assert.Equal(item.Check.ClassOf() == CheckClass.Policy, verdict.WorkloadId is not null);
    }

    [Fact]
    public void Every_check_has_a_case_that_it_alone_refuses()
    {
        Assert.Empty(Enum.GetValues<Check>().Except(Cases.Values.Select(item => item.Check)));
        Assert.True(Cases.Count >= LeastCases);
    }
}
