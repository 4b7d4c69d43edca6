using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Support.Rpc;

/// <summary>Waiting for what a node has taken but not told yet: anvil answers before it has mined.</summary>
public static class Receipts
{
    public static async Task<TransactionReceipt> WaitForReceiptAsync(this EthereumClient client, Hash32 transaction, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await client.GetTransactionReceiptAsync(transaction, cancellationToken) is { } receipt)
                return receipt;
            await Task.Delay(TimeSpan.FromMilliseconds(2), cancellationToken);
        }
    }
}
