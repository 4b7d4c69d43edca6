using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using Xunit;

namespace OpenGradient.Support;

/// <summary>
/// A local chain with all contracts, deployed by the script that deploys everywhere: one for all tests of an assembly, by
/// <c>[assembly: AssemblyFixture(typeof(DeployedChainFixture))]</c>. Who changes something there that others look at makes it its own.
/// </summary>
public sealed class DeployedChainFixture : IAsyncLifetime
{
    private readonly LocalSigner _signer = new(DevelopmentAccounts.Key(0));
    private Anvil? _anvil;
    private EthereumClient? _client;
    private Deployment? _deployment;

    public Uri Endpoint => (_anvil ?? throw NotStarted()).HttpUrl;

    public EthereumClient Client => _client ?? throw NotStarted();

    public Deployment Deployment => _deployment ?? throw NotStarted();

    /// <summary>The text of the file that the script wrote.</summary>
    public ReadOnlyMemory<byte> AddressesFile { get; private set; }

    /// <summary>The first account, who deployed and owns everything.</summary>
    public DevelopmentSender Owner => new(Client, _signer, Deployment.ChainId);

    public async ValueTask InitializeAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        _anvil = await Anvil.StartAsync(Repository.Root, new AnvilOptions(), stop);
        _client = EthereumClient.Connect(_anvil.HttpUrl);
        var file = await DeploymentScript.RunAsync(DeploymentRun.Development(Repository.Root, _anvil.HttpUrl, _signer.Address), stop);
        AddressesFile = await File.ReadAllBytesAsync(file, stop);
        File.Delete(file);
        _deployment = DeploymentFile.Parse(AddressesFile);
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
            await _client.DisposeAsync();
        if (_anvil is not null)
            await _anvil.DisposeAsync();
        _signer.Dispose();
    }

    private static InvalidOperationException NotStarted() => new("The chain has not started yet.");
}
