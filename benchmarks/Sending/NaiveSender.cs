using System.Diagnostics;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;

namespace OpenGradient.Benchmarks.Sending;

/// <summary>The usual way: ask for the nonce, sign, send, wait for the receipt, and so on. It stores nothing.</summary>
internal static class NaiveSender
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);

    public static async Task<double> MeasureAsync(string repositoryRoot, int orders, CancellationToken stop)
    {
        await using var anvil = await Anvil.StartAsync(repositoryRoot, new AnvilOptions(), stop);
        await using var client = EthereumClient.Connect(anvil.HttpUrl);
        using var signer = new LocalSigner(DevelopmentAccounts.Key(1));
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < orders; i++)
        {
            var transaction = new FeeMarketTransaction
            {
                ChainId = AnvilOptions.DevelopmentChainId,
                Nonce = await client.GetTransactionCountAsync(signer.Address, BlockTag.Pending, stop),
                To = Address.Zero,
                Value = new Wei(1UL),
                GasLimit = 21_000,
                MaxFeePerGas = Wei.FromGwei("10"),
                MaxPriorityFeePerGas = Wei.FromGwei("1"),
            };
            var hash = await client.SendRawTransactionAsync((await signer.SignAsync(transaction, stop)).Encoding, stop);
            while (await client.GetTransactionReceiptAsync(hash, stop) is null)
                await Task.Delay(Poll, TimeProvider.System, stop);
        }

        return orders / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
