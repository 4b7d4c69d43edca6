using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Transactions;

namespace OpenGradient.Foundry;

/// <summary>
/// Sends transactions of one account to a local chain, one after another, and waits until each is mined. It keeps no state and retries nothing: it is
/// for chains that live as long as this process.
/// </summary>
public sealed class DevelopmentSender(EthereumClient client, ISigner signer, ChainId chainId)
{
    private static readonly TimeSpan ReceiptPoll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ReceiptLimit = TimeSpan.FromMinutes(3);

    public Address Address => signer.Address;

    /// <summary>Sends a call. One that the contract refuses throws <see cref="ContractRevertedException"/>.</summary>
    /// <param name="call">What is called.</param>
    /// <param name="gasLimit">Null asks the chain how much it takes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<TransactionReceipt> SendAsync(ContractCall call, ulong? gasLimit = null, CancellationToken cancellationToken = default) =>
        SendAsync(call.To, call.Data, call.Value, gasLimit, cancellationToken);

    /// <summary>Creates a contract and gives its address.</summary>
    public async Task<Address> DeployAsync(ContractDeployment deployment, CancellationToken cancellationToken = default)
    {
        var receipt = await SendAsync(to: null, deployment.InitCode, deployment.Value, gasLimit: null, cancellationToken);
        return receipt.ContractAddress ?? throw new InvalidOperationException("The deployment created no contract.");
    }

    private async Task<TransactionReceipt> SendAsync(
        Address? to, ReadOnlyMemory<byte> data, Wei value, ulong? gasLimit, CancellationToken cancellationToken)
    {
        var request = new CallRequest { From = signer.Address, To = to, Data = data, Value = value };
        var tip = await client.GetMaxPriorityFeePerGasAsync(cancellationToken);
        var head = await client.GetHeaderAsync(BlockTag.Latest, cancellationToken);
        var transaction = new FeeMarketTransaction
        {
            ChainId = chainId,
            Nonce = await client.GetTransactionCountAsync(signer.Address, BlockTag.Pending, cancellationToken),
            To = to,
            Data = data,
            Value = value,
            GasLimit = gasLimit ?? await EstimateAsync(request, cancellationToken),
            MaxPriorityFeePerGas = tip,
            // Twice the base fee outlasts six full blocks in a row.
            MaxFeePerGas = tip + ((head?.Header.BaseFeePerGas ?? Wei.Zero) * 2u),
        };
        var signed = await signer.SignAsync(transaction, cancellationToken);
        var hash = await client.SendRawTransactionAsync(signed.Encoding, cancellationToken);
        var receipt = await WaitAsync(hash, cancellationToken);
        return receipt.Succeeded is not false ? receipt : throw await ExplainAsync(request, receipt, cancellationToken);
    }

    private async Task<ulong> EstimateAsync(CallRequest request, CancellationToken cancellationToken)
    {
        var call = Eth.EstimateGas(request, BlockTag.Latest);
        return (await client.TrySendAsync(call, cancellationToken)).TryGet(out var gas, out var error) ? gas
            : error is RpcError.Reverted revert ? throw new ContractRevertedException(revert.Reason)
            : throw new RpcException(client.Endpoint.Name, call.Method, error);
    }

    // The receipt does not say why: the same call in the state before it does, unless something else in its block was the reason.
    private async Task<ContractRevertedException> ExplainAsync(
        CallRequest request, TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        var before = BlockTag.At(new BlockNumber(receipt.Block.Number.Value - 1));
        var again = await client.TrySendAsync(Eth.Call(request, before), cancellationToken);
        return new ContractRevertedException(
            again.TryGet(out _, out var error) || error is not RpcError.Reverted revert ? new RevertReason.None() : revert.Reason);
    }

    private async Task<TransactionReceipt> WaitAsync(Hash32 hash, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(ReceiptLimit);
        try
        {
            while (true)
            {
                if (await client.GetTransactionReceiptAsync(hash, limited.Token) is { } receipt)
                    return receipt;
                await Task.Delay(ReceiptPoll, TimeProvider.System, limited.Token);
            }
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Transaction {hash} was not mined within {ReceiptLimit.TotalMinutes:0} minutes.", late);
        }
    }
}
