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

    [Fact]
    public async Task Without_a_word_the_chain_is_polled_and_its_age_judged_by_its_own_pace()
    {
        var settings = IndexerSettings.From(await FileAsync((string?)null), new Checkout(Repository.Root));

        Assert.Null(settings.Heads);
        Assert.Null(settings.Api.ReadyTipAge);
        Assert.Empty(settings.For(DeploymentFile.Parse(chain.AddressesFile), chain.Endpoint, dropsOthers: false).HeadEndpoints);
    }

    [Fact]
    public async Task An_address_for_heads_and_an_age_are_taken_as_they_are_written()
    {
        var heads = IndexerSettings.From(await FileAsync("wss://node.example/key", "OG_INDEXER_HEADS_URL"), new Checkout(Repository.Root));
        var (strict, any) = (IndexerSettings.From(await FileAsync("60", "OG_INDEXER_READY_TIP_AGE_S"), new Checkout(Repository.Root)), IndexerSettings.From(await FileAsync("0", "OG_INDEXER_READY_TIP_AGE_S"), new Checkout(Repository.Root)));

        Assert.Equal(new Uri("wss://node.example/key"), Assert.Single(heads.For(DeploymentFile.Parse(chain.AddressesFile), chain.Endpoint, dropsOthers: false).HeadEndpoints));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.Zero), (strict.Api.ReadyTipAge, any.Api.ReadyTipAge));
    }

    [Theory]
    [InlineData("OG_INDEXER_READY_TIP_AGE_S", "9", "OG_INDEXER_READY_TIP_AGE_S is '9'.")]
    [InlineData("OG_INDEXER_READY_TIP_AGE_S", "604801", "OG_INDEXER_READY_TIP_AGE_S is '604801'.")]
    [InlineData("OG_INDEXER_READY_TIP_AGE_S", "-1", "OG_INDEXER_READY_TIP_AGE_S is '-1'.")]
    [InlineData("OG_INDEXER_READY_TIP_AGE_S", "soon", "OG_INDEXER_READY_TIP_AGE_S is 'soon'.")]
    [InlineData("OG_INDEXER_HEADS_URL", "https://node.example/secret", "OG_INDEXER_HEADS_URL is no WebSocket address.")]
    [InlineData("OG_INDEXER_HEADS_URL", "node.example/secret", "OG_INDEXER_HEADS_URL is no WebSocket address.")]
    public async Task What_makes_no_sense_is_refused_by_its_name_and_addresses_are_not_shown(string name, string written, string said)
    {
        var file = await FileAsync(written, name);

        var refused = Assert.Throws<ExpectedFailureException>(() => IndexerSettings.From(file, new Checkout(Repository.Root)));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_strangers_may_take_is_set_by_the_operator()
    {
        var written = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OG_INDEXER_TRUSTED_PROXIES"] = "127.0.0.1, 10.1.0.0/16",
            ["OG_INDEXER_READS"] = "12",
            ["OG_INDEXER_EXPORTS"] = "8",
            ["OG_INDEXER_EXPORT_KIB_PER_SECOND"] = "256",
        };

        var set = IndexerSettings.From(await FileAsync(written.GetValueOrDefault), new Checkout(Repository.Root)).Api.Validated();
        var usual = IndexerSettings.From(await FileAsync(_ => null), new Checkout(Repository.Root)).Api.Validated();

        Assert.Equal((12, 8, 256 << 10, false), (set.MaxReads, set.MaxExports, set.ExportLeastBytesPerSecond, set.Proxies.IsEmpty));
        Assert.Equal((6, 2, 32 << 10, true), (usual.MaxReads, usual.MaxExports, usual.ExportLeastBytesPerSecond, usual.Proxies.IsEmpty));
        // The database has a reader for each of them, and more.
        Assert.True(set.Readers > 12 + 8);
    }

    [Fact]
    public async Task Proxies_that_are_everybody_are_refused_by_the_name_of_the_setting()
    {
        var file = await FileAsync(name => name == "OG_INDEXER_TRUSTED_PROXIES" ? "0.0.0.0/0" : null);

        var refused = Assert.Throws<ExpectedFailureException>(() => IndexerSettings.From(file, new Checkout(Repository.Root)));

        Assert.Contains("OG_INDEXER_TRUSTED_PROXIES cannot be used: 0.0.0.0/0 is everybody", refused.Message, StringComparison.Ordinal);
    }

    private static Task<EnvironmentFile> FileAsync(string? written, string setting = "OG_INDEXER_GAS") => FileAsync(name => name == setting ? written : null);

    private static Task<EnvironmentFile> FileAsync(Func<string, string?> written) =>
        EnvironmentFile.LoadAsync(Path.Combine(AppContext.BaseDirectory, "no-such-file"), written, TestContext.Current.CancellationToken);
}
