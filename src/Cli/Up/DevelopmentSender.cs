using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Transactions;

namespace OpenGradient.Cli.Up;

/// <summary>
/// Sends transactions of one account to a local chain and waits until they are mined. It keeps no state and retries nothing: it is for
/// chains that live as long as this process.
/// </summary>
internal sealed class DevelopmentSender(EthereumClient client, ISigner signer, ChainId chainId)
{
    private static readonly TimeSpan ReceiptPoll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ReceiptLimit = TimeSpan.FromMinutes(3);

    public Task<TransactionReceipt> SendAsync(ContractCall call, CancellationToken cancellationToken) =>
        SendAsync(call.To, call.Data, call.Value, cancellationToken);

    public Task<TransactionReceipt> DeployAsync(ContractDeployment deployment, CancellationToken cancellationToken) =>
        SendAsync(to: null, deployment.InitCode, deployment.Value, cancellationToken);

    private async Task<TransactionReceipt> SendAsync(
        Address? to, ReadOnlyMemory<byte> data, Wei value, CancellationToken cancellationToken)
    {
        var tip = await client.GetMaxPriorityFeePerGasAsync(cancellationToken);
        var head = await client.GetHeaderAsync(BlockTag.Latest, cancellationToken);
        var transaction = new FeeMarketTransaction
        {
            ChainId = chainId,
            Nonce = await client.GetTransactionCountAsync(signer.Address, BlockTag.Pending, cancellationToken),
            To = to,
            Data = data,
            Value = value,
            GasLimit = await client.EstimateGasAsync(
                new CallRequest { From = signer.Address, To = to, Data = data, Value = value }, BlockTag.Latest, cancellationToken: cancellationToken),
            MaxPriorityFeePerGas = tip,
            // Twice the base fee outlasts six full blocks in a row.
            MaxFeePerGas = tip + ((head?.Header.BaseFeePerGas ?? Wei.Zero) * 2u),
        };
        var signed = await signer.SignAsync(transaction, cancellationToken);
        var hash = await client.SendRawTransactionAsync(signed.Encoding, cancellationToken);
        return await WaitAsync(hash, cancellationToken);
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
