using OpenGradient.Cli.Indexer;
using OpenGradient.Cli.Settings;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Indexer;

public sealed class IndexerSettingsTests(DeployedChainFixture chain)
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("yes", true)]
    [InlineData("no", false)]
    public async Task What_settling_took_is_asked_unless_somebody_says_no(string? written, bool asks)
    {
        var settings = IndexerSettings.From(await FileAsync(written), new Checkout(Repository.Root));

        Assert.Equal(asks, settings.AsksForGas);
        Assert.Equal(asks, settings.For(DeploymentFile.Parse(chain.AddressesFile), chain.Endpoint, dropsOthers: false).AsksForGas);
    }

    [Fact]
    public async Task Neither_yes_nor_no_is_refused_by_its_name()
    {
        var file = await FileAsync("perhaps");

        var refused = Assert.Throws<ExpectedFailureException>(() => IndexerSettings.From(file, new Checkout(Repository.Root)));

        Assert.Contains("OG_INDEXER_GAS is neither yes nor no.", refused.Message, StringComparison.Ordinal);
    }

    private static Task<EnvironmentFile> FileAsync(string? gas) =>
        EnvironmentFile.LoadAsync(Path.Combine(AppContext.BaseDirectory, "no-such-file"), name => name == "OG_INDEXER_GAS" ? gas : null, TestContext.Current.CancellationToken);
}
