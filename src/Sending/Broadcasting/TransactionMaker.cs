using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Sending.Fees;
using OpenGradient.Sending.Storage;

namespace OpenGradient.Sending.Broadcasting;

/// <summary>Makes and signs what is sent.</summary>
internal sealed class TransactionMaker(ISigner signer, ChainId chain)
{
    private const ulong EmptyGas = 100_000;

    /// <summary>The order itself.</summary>
    public Task<NewAttempt> OrderAsync(FlyingRow row, Market market, GasFees fees, ulong head, CancellationToken stop) =>
        SignAsync(row, row.Recipient, row.Data, row.Value, row.GasLimit, isEmpty: false, market, fees, head, stop);

    /// <summary>Nothing, in the order's place: it takes the nonce and does no more.</summary>
    public Task<NewAttempt> EmptyAsync(FlyingRow row, Market market, GasFees fees, ulong head, CancellationToken stop) =>
        // Rollups and accounts with code may take more than the least; no order had less.
        SignAsync(
            row, signer.Address, default, Wei.Zero, Math.Clamp(row.GasLimit, IntrinsicGas.PerTransaction, EmptyGas), isEmpty: true, market, fees, head, stop);

    private async Task<NewAttempt> SignAsync(
        FlyingRow row, Address? to, ReadOnlyMemory<byte> data, Wei value, ulong gas, bool isEmpty, Market market, GasFees fees, ulong head,
        CancellationToken stop)
    {
        Transaction transaction = market.IsLegacy
            ? new LegacyTransaction { ChainId = chain, Nonce = row.Nonce, To = to, Data = data, Value = value, GasLimit = gas, GasPrice = fees.Max }
            : new FeeMarketTransaction
            {
                ChainId = chain,
                Nonce = row.Nonce,
                To = to,
                Data = data,
                Value = value,
                GasLimit = gas,
                MaxFeePerGas = fees.Max,
                MaxPriorityFeePerGas = fees.Tip,
            };
        var signed = await signer.SignAsync(transaction, stop);
        // A signer out of this process may be the wrong one: found out before anything is stored, not by a refusal of what was.
        return signed.TryRecoverSender(out var sender) && sender == signer.Address
            ? new NewAttempt(row.Id, row.Number + 1, signed, isEmpty, fees, head)
            : throw new InvalidOperationException($"The signer of {signer.Address} signed as another.");
    }
}
