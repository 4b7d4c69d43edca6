using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Support;

/// <summary>A folder with a settings file for commands against the deployed chain, and a place for blobs.</summary>
internal sealed class OgSettings : IDisposable
{
    private readonly DeployedChainFixture _chain;

    private OgSettings(DeployedChainFixture chain) => _chain = chain;

    public string Folder { get; } = Directory.CreateTempSubdirectory("og-hub-").FullName;

    public static async Task<OgSettings> CreateAsync(DeployedChainFixture chain)
    {
        var settings = new OgSettings(chain);
        await File.WriteAllBytesAsync(settings.PathOf("deployment.json"), chain.AddressesFile, TestContext.Current.CancellationToken);
        return settings;
    }

    public string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>Writes a settings file, and gives its path.</summary>
    /// <param name="privateKey">The operator's.</param>
    /// <param name="blobs">The folder of blobs.</param>
    public async Task<string> ConfigAsync(string privateKey, string blobs = "blobs")
    {
        var path = PathOf($"config-{Directory.GetFiles(Folder).Length}");
        await File.WriteAllTextAsync(
            path,
            $"OG_RPC_URL={_chain.Endpoint}\nOG_DEPLOYMENT={PathOf("deployment.json")}\nOG_PRIVATE_KEY={privateKey}\nOG_BLOB_FOLDER={PathOf(blobs)}\n",
            TestContext.Current.CancellationToken);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
