using OpenGradient.Cli.Settings;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;

namespace OpenGradient.Cli.Chain;

/// <summary>A chain that answered, and the contracts on it, for as long as a command runs.</summary>
internal sealed class ChainSession : IAsyncDisposable
{
    private readonly List<ISigner> _signers = [];

    private ChainSession(EthereumClient client, ChainSettings chainSettings, EnvironmentFile settings) =>
        (Client, ChainSettings, Settings) = (client, chainSettings, settings);

    public EthereumClient Client { get; }

    public ChainSettings ChainSettings { get; }

    public EnvironmentFile Settings { get; }

    public ChainId Id { get; private set; }

    public Deployment Deployment { get; private set; } = null!;

    public static async Task<ChainSession> OpenAsync(
        Checkout checkout, ChainSettings settings, EnvironmentFile file, CancellationToken cancellationToken)
    {
        var session = new ChainSession(EthereumClient.Connect(settings.Endpoint), settings, file);
        try
        {
            session.Id = await session.Client.GetChainIdAsync(cancellationToken);
            session.Deployment = await settings.ReadDeploymentAsync(checkout, session.Id, cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>The time of the last block, which is the contracts' time.</summary>
    public async Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken)
    {
        var head = await Client.GetHeaderAsync(BlockTag.Latest, cancellationToken)
            ?? throw new ExpectedFailureException(ExitCode.Failed, "The endpoint has no block.", "Wait until it has caught up with its chain.");
        return Times.Of(head.Header.Timestamp);
    }

    /// <summary>Disposes of a signer at the session's end.</summary>
    public void Keep(ISigner signer) => _signers.Add(signer);

    public async ValueTask DisposeAsync()
    {
        foreach (var signer in _signers.OfType<IDisposable>())
            signer.Dispose();
        await Client.DisposeAsync();
    }
}
