using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;

namespace OpenGradient.Contracts.Tests;

/// <summary>The first development account of a local chain, sending one transaction after another.</summary>
internal sealed class LocalSender(EthereumClient chain) : IDisposable
{
    private readonly LocalSigner _signer = new(DevelopmentAccounts.Key(0));

    public Address Address => _signer.Address;

    public async Task<Address> DeployAsync(ContractDeployment deployment, CancellationToken cancellationToken) =>
        (await SendAsync(to: null, deployment.InitCode, cancellationToken)).ContractAddress!.Value;

    public Task<TransactionReceipt> SendAsync(ContractCall call, CancellationToken cancellationToken) =>
        SendAsync(call.To, call.Data, cancellationToken);

    public void Dispose() => _signer.Dispose();

    private async Task<TransactionReceipt> SendAsync(Address? to, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var signed = await _signer.SignAsync(
            new FeeMarketTransaction
            {
                ChainId = AnvilOptions.DevelopmentChainId,
                Nonce = await chain.GetTransactionCountAsync(Address, BlockTag.Latest, cancellationToken),
                To = to,
                Data = data,
                GasLimit = 5_000_000,
                MaxPriorityFeePerGas = Wei.FromGwei("1"),
                MaxFeePerGas = Wei.FromGwei("10"),
            },
            cancellationToken);
        await chain.SendRawTransactionAsync(signed.Encoding, cancellationToken);
        while (true)
        {
            if (await chain.GetTransactionReceiptAsync(signed.Hash, cancellationToken) is { } receipt)
            {
                Assert.True(receipt.Succeeded);
                return receipt;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
        }
    }
}
