using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

public sealed partial class EthereumClient : IContractCaller
{
    /// <inheritdoc/>
    async ValueTask<ReadOnlyMemory<byte>> IContractCaller.CallAsync(
        Address to, ReadOnlyMemory<byte> data, BlockTag at, CancellationToken cancellationToken)
    {
        var call = Eth.Call(new CallRequest { To = to, Data = data }, at);
        var result = await TrySendAsync(call, cancellationToken);
        if (result.TryGet(out var returned, out var error))
            return returned;

        throw error is RpcError.Reverted reverted
            ? new ContractRevertedException(reverted.Reason)
            : new RpcException(Endpoint.Name, call.Method, error);
    }
}
