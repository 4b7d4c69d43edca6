using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Foundry;

namespace OpenGradient.Cli.Up.Local;

/// <summary>Sends for one account of the local chain, one after the other, however many ask at once.</summary>
internal sealed class LocalSender(EthereumClient client, ISigner signer, ChainId chainId) : IDisposable
{
    private readonly DevelopmentSender _sender = new(client, signer, chainId);
    private readonly SemaphoreSlim _turn = new(1);

    public Address Address => signer.Address;

    public async Task<TransactionReceipt> SendAsync(ContractCall call, CancellationToken cancellationToken, ulong? gasLimit = null)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await _sender.SendAsync(call, gasLimit, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<Address> DeployAsync(ContractDeployment deployment, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await _sender.DeployAsync(deployment, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
