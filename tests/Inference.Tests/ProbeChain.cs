using OpenGradient.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;

namespace OpenGradient.Inference.Tests;

/// <summary>The SDK's libraries, and the court's agreement of answers, on a local chain.</summary>
internal sealed class ProbeChain : IAsyncDisposable
{
    private readonly EthereumClient _client;

    private ProbeChain(EthereumClient client, Address probe, Address agreement)
    {
        _client = client;
        Probe = new TensorProbeContract(client, probe);
        Agreement = new AgreementProbeContract(client, agreement);
    }

    public TensorProbeContract Probe { get; }

    public AgreementProbeContract Agreement { get; }

    public static async Task<ProbeChain> StartAsync(Uri url, CancellationToken cancellationToken)
    {
        var client = EthereumClient.Connect(url);
        using var signer = new LocalSigner(DevelopmentAccounts.Key(0));
        var sender = new DevelopmentSender(client, signer, AnvilOptions.DevelopmentChainId);
        var probe = await sender.DeployAsync(TensorProbeContract.Deployment(), cancellationToken);
        return new ProbeChain(client, probe, await sender.DeployAsync(AgreementProbeContract.Deployment(), cancellationToken));
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
