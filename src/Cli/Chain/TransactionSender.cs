using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Signing.Keys;
using OpenGradient.Signing.Remote;
using Spectre.Console;

namespace OpenGradient.Cli.Chain;

/// <summary>
/// Sends one transaction after another for a person at a terminal, and says how each fares: estimated, sent, mined, final. It keeps nothing
/// between runs; a service has a queue of its own. Whatever is refused is an <see cref="ExpectedFailureException"/> with what to do.
/// </summary>
internal sealed class TransactionSender(ChainSession chain, ISigner signer, WaitFor wait, IAnsiConsole screen, TimeProvider clock)
{
    private const ulong GasMarginPercent = 25;

    // More than any chain's blocks have: what an endpoint says is its word.
    private const ulong MostGas = 10_000_000_000;
    private const int PollsBetweenResends = 20;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MiningLimit = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan FinalityLimit = TimeSpan.FromHours(2);

    private EthereumClient Client => chain.Client;

    public Address Address => signer.Address;

    /// <summary>Sends a call and waits for it.</summary>
    /// <param name="call">What is called.</param>
    /// <param name="what">What it does, for people.</param>
    /// <param name="words">What the contract's refusals mean.</param>
    /// <param name="isLast">Whether to wait until it is final, if that was asked for; the steps before only have to be mined.</param>
    /// <param name="cancellationToken">Ends the waiting; what was sent stays sent.</param>
    public Task<SentTransaction> SendAsync(ContractCall call, string what, RefusalWords words, bool isLast, CancellationToken cancellationToken) =>
        SendAsync(call, what, words, isLast, beforeSending: null, cancellationToken);

    /// <summary>The same, for who has to remember what is sent.</summary>
    /// <param name="call">What is called.</param>
    /// <param name="what">What it does, for people.</param>
    /// <param name="words">What the contract's refusals mean.</param>
    /// <param name="isLast">Whether to wait until it is final, if that was asked for.</param>
    /// <param name="beforeSending">Told the transaction's hash when it is signed and before anybody sees it: where this fails nothing is sent.</param>
    /// <param name="cancellationToken">Ends the waiting; what was sent stays sent.</param>
    public async Task<SentTransaction> SendAsync(
        ContractCall call, string what, RefusalWords words, bool isLast, Func<Hash32, Task>? beforeSending, CancellationToken cancellationToken)
    {
        var request = new CallRequest { From = Address, To = call.To, Data = call.Data, Value = call.Value };
        var signed = await signer.SignTransactionAsync(await PrepareAsync(call, request, words, cancellationToken), cancellationToken);
        if (beforeSending is not null)
            await beforeSending(signed.Hash);
        await BroadcastAsync(signed, cancellationToken);
        screen.MarkupLineInterpolated($"[grey]sent[/]   {what}: {signed.Hash}");
        var receipt = await MineAsync(signed, cancellationToken);
        screen.MarkupLineInterpolated($"[grey]mined[/]  in block {receipt.Block.Number}, {receipt.GasUsed:#,0} gas{Cost(receipt)}");
        if (receipt.Succeeded is false)
            throw Explain(await FindReasonAsync(request, receipt, cancellationToken), words).ToFailure();

        // A chain for development has no finality worth waiting for.
        var isFinal = KeySource.IsDevelopment(chain.Id);
        if (isLast && wait == WaitFor.Final && !isFinal)
        {
            receipt = await FinaliseAsync(signed, receipt, cancellationToken);
            isFinal = true;
            screen.MarkupLineInterpolated($"[grey]final[/]  with block {receipt.Block.Number}");
        }

        return new SentTransaction(what, signed.Hash.ToString(), receipt.Block.Number.Value, receipt.GasUsed, receipt.Cost?.ToEther(), isFinal);
    }

    private static string Cost(TransactionReceipt receipt) => receipt.Cost is { } cost ? $", {cost}" : string.Empty;

    private static Refusal Explain(RevertReason reason, RefusalWords words) =>
        words(reason) ?? new Refusal($"The contract {reason}.", "Look at what was asked of it.");

    private async Task<FeeMarketTransaction> PrepareAsync(ContractCall call, CallRequest request, RefusalWords words, CancellationToken cancellationToken)
    {
        var gas = await EstimateAsync(request, words, cancellationToken);
        var history = await Client.GetFeeHistoryAsync(FeeQuote.Blocks, BlockTag.Latest, [FeeQuote.Percentile], cancellationToken);
        if (history.BaseFees.Count == 0)
            throw new ExpectedFailureException(ExitCode.Failed, "The endpoint tells no base fee.", "The chain must know EIP-1559.");
        if (FeeQuote.From(history, chain.ChainSettings.MaxFeePerGas) is not { } fee)
        {
            throw new ExpectedFailureException(
                ExitCode.Failed,
                $"A unit of gas costs {history.NextBaseFee.ToGwei()} gwei, and {chain.ChainSettings.MaxFeePerGas.ToGwei()} are allowed.",
                $"Wait until it is cheaper, or raise {ChainSettings.MaxFeeName}.");
        }

        var most = (fee.Most * gas) + call.Value;
        var balance = await Client.GetBalanceAsync(Address, BlockTag.Latest, cancellationToken);
        if (balance < most)
            throw PoorAccount(balance, most);

        return new FeeMarketTransaction
        {
            ChainId = chain.Id,
            Nonce = await Client.GetTransactionCountAsync(Address, BlockTag.Pending, cancellationToken),
            To = call.To,
            Data = call.Data,
            Value = call.Value,
            GasLimit = gas,
            MaxPriorityFeePerGas = fee.Tip,
            MaxFeePerGas = fee.Most,
        };
    }

    private async Task<ulong> EstimateAsync(CallRequest request, RefusalWords words, CancellationToken cancellationToken)
    {
        var call = Eth.EstimateGas(request, BlockTag.Latest);
        if ((await Client.TrySendAsync(call, cancellationToken)).TryGet(out var gas, out var error))
        {
            return gas <= MostGas
                ? gas + (gas * GasMarginPercent / 100)
                : throw new ExpectedFailureException(
                    ExitCode.Failed, $"The endpoint says that it takes {gas} gas, which no block has.", "Ask another endpoint.");
        }

        throw error switch
        {
            RpcError.Reverted revert => Explain(revert.Reason, words).ToFailure(),
            RpcError.Provider when SendErrorClassifier.Classify(error) == SendErrorKind.InsufficientFunds =>
                PoorAccount(await Client.GetBalanceAsync(Address, BlockTag.Latest, cancellationToken), needed: null),
            _ => new RpcException(Client.Endpoint.Name, call.Method, error),
        };
    }

    private ExpectedFailureException PoorAccount(Wei balance, Wei? needed) => new(
        ExitCode.Failed,
        $"{Address} has {balance}{(needed is { } most ? $", and this may cost up to {most}" : ", which does not pay for the gas")}.",
        "Send it some of the chain's own currency.");

    private async Task BroadcastAsync(SignedTransaction signed, CancellationToken cancellationToken)
    {
        if ((await Client.TrySendAsync(Eth.SendRawTransaction(signed.Encoding), cancellationToken)).TryGet(out _, out var error))
            return;

        switch (SendErrorClassifier.Classify(error))
        {
            // It may be in the pool, or soon be: the waiting sends it again, which is safe, and sees.
            case SendErrorKind.Unknown or SendErrorKind.AlreadyKnown or SendErrorKind.NonceTooLow or SendErrorKind.NodeBusy:
                return;
            case SendErrorKind.InsufficientFunds:
                throw PoorAccount(await Client.GetBalanceAsync(Address, BlockTag.Latest, cancellationToken), needed: null);
            case SendErrorKind.Underpriced or SendErrorKind.NonceTooHigh:
                throw new ExpectedFailureException(
                    ExitCode.Failed, $"The endpoint refused the transaction: {error.Explanation}",
                    $"Another transaction of {Address} seems to wait: let it be mined first.");
            default:
                throw new ExpectedFailureException(
                    ExitCode.Failed, $"The endpoint refused the transaction: {error.Explanation}", "Nothing was sent. Look at the endpoint, and run it again.");
        }
    }

    private async Task<TransactionReceipt> MineAsync(SignedTransaction signed, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        for (var polls = 1; ; polls++)
        {
            if (await Client.GetTransactionReceiptAsync(signed.Hash, cancellationToken) is { } receipt)
                return receipt;
            if (clock.GetElapsedTime(started) > MiningLimit)
                throw Unmined(signed, $"within {MiningLimit.TotalMinutes:0} minutes");
            if (polls % PollsBetweenResends == 0)
                await ResendAsync(signed, cancellationToken);
            await Task.Delay(Poll, clock, cancellationToken);
        }
    }

    // Pools forget, and a first attempt may never have arrived. The same bytes are the same transaction.
    private async Task ResendAsync(SignedTransaction signed, CancellationToken cancellationToken)
    {
        await Client.TrySendAsync(Eth.SendRawTransaction(signed.Encoding), cancellationToken);
        var mined = await Client.GetTransactionCountAsync(Address, BlockTag.Latest, cancellationToken);
        if (mined > signed.Transaction.Nonce && await Client.GetTransactionReceiptAsync(signed.Hash, cancellationToken) is null)
            throw Unmined(signed, "since another one of the same account took its place");
    }

    private static ExpectedFailureException Unmined(SignedTransaction signed, string circumstance) => new(
        ExitCode.Failed, $"Transaction {signed.Hash} was sent and not mined {circumstance}.",
        "Look it up by its hash before you send anything again: it may still be mined.");

    private async Task<TransactionReceipt> FinaliseAsync(SignedTransaction signed, TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        screen.MarkupLine("[grey]waiting until it is final; Ctrl-C ends the waiting, and the transaction stays[/]");
        var started = clock.GetTimestamp();
        while (clock.GetElapsedTime(started) <= FinalityLimit)
        {
            // Not from memory: a reorganisation may have put it into another block, or into none.
            if (await Client.GetTransactionReceiptAsync(signed.Hash, cancellationToken) is not { } present)
            {
                screen.MarkupLine("[yellow]its block was replaced; sending it again[/]");
                await ResendAsync(signed, cancellationToken);
                receipt = await MineAsync(signed, cancellationToken);
                continue;
            }

            receipt = present;
            if (await FinalAsync(cancellationToken) is { } final && final.Number.Value >= receipt.Block.Number.Value)
                return receipt;
            await Task.Delay(Poll, clock, cancellationToken);
        }

        throw new ExpectedFailureException(
            ExitCode.Failed, $"Transaction {signed.Hash} is mined in block {receipt.Block.Number}, which was not final within {FinalityLimit.TotalHours:0} hours.",
            "The chain, or the endpoint, does not finalise: --wait Mined does not wait for it.");
    }

    private async Task<BlockHeader?> FinalAsync(CancellationToken cancellationToken) =>
        (await Client.TrySendAsync(Eth.GetHeader(BlockTag.Finalized), cancellationToken)).TryGet(out var header, out var error) ? header?.Header
        : error is RpcError.Provider
            ? throw new ExpectedFailureException(
                ExitCode.Failed, $"The transaction is mined, and the endpoint does not tell what is final: {error.Explanation}", "Use --wait Mined there.")
            : null;

    // The receipt does not say why: the same call in the state before it does, unless something else in its block was the reason.
    private async Task<RevertReason> FindReasonAsync(CallRequest request, TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        var before = BlockTag.At(new BlockNumber(Math.Max(receipt.Block.Number.Value, 1) - 1));
        return (await Client.TrySendAsync(Eth.Call(request, before), cancellationToken)).TryGet(out _, out var error) || error is not RpcError.Reverted revert
            ? new RevertReason.None()
            : revert.Reason;
    }
}
