using OpenGradient.Relayer.Operations;

namespace OpenGradient.Relayer.Tests.Operations;

public sealed class InclusionProbeTests
{
    [Theory]
    [InlineData(0, HealthLevel.Good, null)]
    [InlineData(20, HealthLevel.Good, 20.0)]
    [InlineData(36, HealthLevel.Good, 36.0)]
    [InlineData(37, HealthLevel.Warning, 37.0)]
    public async Task Tells_what_was_measured_and_warns_where_that_is_more_than_was_planned_for(ulong measured, HealthLevel level, double? figure)
    {
        var check = Assert.Single(await new InclusionProbe(() => measured, planned: 36).LookAsync(TestContext.Current.CancellationToken));

        Assert.Equal(("inclusion", level, figure), (check.Name, check.Level, check.Figure));
        Assert.Equal(level == HealthLevel.Good, check.Advice is null);
    }
}
