using OpenGradient.Relayer.Operations;

namespace OpenGradient.Relayer.Tests.Operations;

public sealed class DiskProbeTests
{
    [Fact]
    public async Task A_folder_that_is_made_later_is_measured_by_what_it_will_lie_in()
    {
        var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "later");

        var check = Assert.Single(await new DiskProbe([folder]).LookAsync(TestContext.Current.CancellationToken));

        Assert.Equal("disk", check.Name);
        Assert.EndsWith($"free for {folder}", check.Details, StringComparison.Ordinal);
        Assert.True(check.Figure > 0);
        Assert.False(Directory.Exists(folder));
    }
}
