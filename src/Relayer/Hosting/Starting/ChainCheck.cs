using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Relayer.Chain;

namespace OpenGradient.Relayer.Hosting.Starting;

/// <summary>
/// Whether endpoints are of the chain that the contracts are on. One that does not answer may be back soon, and the others do: only when none does is
/// there nothing to start on.
/// </summary>
internal static class ChainCheck
{
    public static async Task HoldAsync(IReadOnlyList<EthereumClient> clients, ChainId expected, ILogger logger, CancellationToken cancellationToken)
    {
        var silent = 0;
        foreach (var client in clients)
        {
            if ((await client.TrySendAsync(Eth.ChainId(), cancellationToken)).TryGet(out var found, out var error))
            {
                if (found != expected)
                    throw new RelayerStartException($"{client.Endpoint.Name} is of chain {found}, and the deployment is on {expected}.", "Name an endpoint of the right chain, or another deployment.");
            }
            else if (++silent == clients.Count)
            {
                throw new RpcException(client.Endpoint.Name, "eth_chainId", error);
            }
            else
            {
                logger.LookFailed(client.Endpoint.Name, error.Explanation);
            }
        }
    }
}
