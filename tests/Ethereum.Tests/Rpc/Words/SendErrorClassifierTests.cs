using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Words;

public sealed class SendErrorClassifierTests
{
    [Theory]
    // go-ethereum and what is built on it
    [InlineData("already known", SendErrorKind.AlreadyKnown)]
    [InlineData("known transaction: 0x7f657507aee0511e36d2d1972a6b22e917cc89f92b6c12c4dbd57eaabb236960", SendErrorKind.AlreadyKnown)]
    [InlineData("nonce too low", SendErrorKind.NonceTooLow)]
    [InlineData("nonce too low: next nonce 5, tx nonce 4", SendErrorKind.NonceTooLow)]
    [InlineData("nonce too high: address 0x01, tx: 9 state: 5", SendErrorKind.NonceTooHigh)]
    [InlineData("gapped-nonce tx from delegated accounts", SendErrorKind.NonceTooHigh)]
    [InlineData("replacement transaction underpriced", SendErrorKind.Underpriced)]
    [InlineData("transaction underpriced: tip needed 1000000000, tip permitted 1", SendErrorKind.Underpriced)]
    [InlineData("transaction gas price below minimum: gas tip cap 1, minimum needed 1000000", SendErrorKind.Underpriced)]
    [InlineData("insufficient funds for gas * price + value: balance 0, tx cost 21000, overshot 21000", SendErrorKind.InsufficientFunds)]
    [InlineData("max fee per gas less than block base fee: address 0x01, maxFeePerGas: 1, baseFee: 7", SendErrorKind.FeeOutOfRange)]
    [InlineData("max priority fee per gas higher than max fee per gas", SendErrorKind.FeeOutOfRange)]
    [InlineData("tx fee (2.10 ether) exceeds the configured cap (1.00 ether)", SendErrorKind.FeeOutOfRange)]
    [InlineData("txpool is full", SendErrorKind.NodeBusy)]
    [InlineData("in-flight transaction limit reached for delegated accounts", SendErrorKind.NodeBusy)]
    [InlineData("address already reserved", SendErrorKind.NodeBusy)]
    [InlineData("intrinsic gas too low: have 20000, want 21000", SendErrorKind.Fatal)]
    [InlineData("exceeds block gas limit", SendErrorKind.Fatal)]
    [InlineData("transaction gas limit too high (cap: 16777216, tx: 20000000)", SendErrorKind.Fatal)]
    [InlineData("oversized data: transaction size 140000, limit 131072", SendErrorKind.Fatal)]
    [InlineData("max initcode size exceeded", SendErrorKind.Fatal)]
    [InlineData("invalid sender: invalid chain id for signer: have 1 want 5", SendErrorKind.Fatal)]
    [InlineData("transaction type not supported", SendErrorKind.Fatal)]
    [InlineData("only replay-protected (EIP-155) transactions allowed over RPC", SendErrorKind.Fatal)]
    [InlineData("rlp: value size exceeds available input length", SendErrorKind.Fatal)]
    // Erigon
    [InlineData("INTERNAL_ERROR: existing tx with same hash", SendErrorKind.AlreadyKnown)]
    [InlineData("fee too low", SendErrorKind.Underpriced)]
    [InlineData("could not replace existing tx", SendErrorKind.Underpriced)]
    [InlineData("pending sub-pool is full", SendErrorKind.NodeBusy)]
    // Nethermind
    [InlineData("AlreadyKnown", SendErrorKind.AlreadyKnown)]
    [InlineData("OldNonce, Current nonce: 5, nonce of rejected tx: 4", SendErrorKind.NonceTooLow)]
    [InlineData("NonceGap, Future nonce. Expected nonce: 7", SendErrorKind.NonceTooHigh)]
    [InlineData("FeeTooLow, EffectivePriorityFeePerGas too low 1 < 2", SendErrorKind.Underpriced)]
    [InlineData("FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 1, BaseFee: 7, MaxPriorityFeePerGas:1, Block number: 9", SendErrorKind.FeeOutOfRange)]
    [InlineData("FeeTooLowToCompete", SendErrorKind.Underpriced)]
    [InlineData("InsufficientFunds, Account balance: 0, cumulative cost: 5", SendErrorKind.InsufficientFunds)]
    [InlineData("GasLimitExceeded", SendErrorKind.Fatal)]
    [InlineData("SenderIsContract", SendErrorKind.Fatal)]
    // Besu
    [InlineData("Known transaction", SendErrorKind.AlreadyKnown)]
    [InlineData("Nonce too low", SendErrorKind.NonceTooLow)]
    [InlineData("Transaction nonce is too distant from current sender nonce", SendErrorKind.NonceTooHigh)]
    [InlineData("An invalid transaction with a lower nonce exists", SendErrorKind.NonceTooHigh)]
    [InlineData("Gas price below configured minimum gas price", SendErrorKind.Underpriced)]
    [InlineData("Gas price below current base fee", SendErrorKind.FeeOutOfRange)]
    [InlineData("Transaction fee cap exceeded", SendErrorKind.FeeOutOfRange)]
    [InlineData("Upfront cost exceeds account balance", SendErrorKind.InsufficientFunds)]
    [InlineData("Initial sync is still in progress", SendErrorKind.NodeBusy)]
    [InlineData("Intrinsic gas exceeds gas limit", SendErrorKind.Fatal)]
    [InlineData("Transaction gas limit exceeds block gas limit", SendErrorKind.Fatal)]
    [InlineData("Wrong chainId", SendErrorKind.Fatal)]
    // anvil
    [InlineData("transaction already imported", SendErrorKind.AlreadyKnown)]
    [InlineData("Insufficient funds for gas * price + value", SendErrorKind.InsufficientFunds)]
    [InlineData("Failed to decode signed transaction", SendErrorKind.Fatal)]
    // OpenEthereum
    [InlineData("Transaction with the same hash was already imported.", SendErrorKind.AlreadyKnown)]
    [InlineData("Transaction nonce is too low. Try incrementing the nonce.", SendErrorKind.NonceTooLow)]
    [InlineData("Transaction gas price 100000000wei is too low. There is another transaction with same nonce in the queue.", SendErrorKind.Unknown)]
    [InlineData("Insufficient funds. The account you tried to send transaction from does not have enough funds. Required 5 and got: 0.", SendErrorKind.InsufficientFunds)]
    // zkSync
    [InlineData("known transaction. transaction with hash 0xf016…ad63 is already in the system", SendErrorKind.AlreadyKnown)]
    [InlineData("nonce too low. allowed nonce range: 427 - 447, actual: 426", SendErrorKind.NonceTooLow)]
    // what another word ends in, or only contains
    [InlineData("unknown transaction type", SendErrorKind.Fatal)]
    [InlineData("Unknown transaction type: 0x7e", SendErrorKind.Fatal)]
    [InlineData("unknown transaction", SendErrorKind.Unknown)]
    [InlineData("err:known transaction", SendErrorKind.AlreadyKnown)]
    [InlineData("unknown transaction, which is no known transaction", SendErrorKind.AlreadyKnown)]
    // what stands against the sender, and would anywhere
    [InlineData("Sender is banned in local queue.", SendErrorKind.Fatal)]
    [InlineData("Sender account not authorized to send transactions", SendErrorKind.Fatal)]
    [InlineData("sender not permitted", SendErrorKind.Fatal)]
    [InlineData("Recipient is banned in local queue.", SendErrorKind.Fatal)]
    [InlineData("Code is banned in local queue.", SendErrorKind.Fatal)]
    // what stands against whoever asks this endpoint
    [InlineData("API key not authorized for eth_sendRawTransaction", SendErrorKind.NodeBusy)]
    [InlineData("This API key is not authorized to use chain id 1", SendErrorKind.NodeBusy)]
    [InlineData("your IP is banned", SendErrorKind.NodeBusy)]
    [InlineData("method not permitted on your plan", SendErrorKind.NodeBusy)]
    [InlineData("Must be authenticated!", SendErrorKind.NodeBusy)]
    [InlineData("403 Forbidden", SendErrorKind.NodeBusy)]
    [InlineData("invalid project id", SendErrorKind.NodeBusy)]
    // nobody's
    [InlineData("", SendErrorKind.Unknown)]
    [InlineData("internal error", SendErrorKind.Unknown)]
    [InlineData("context deadline exceeded", SendErrorKind.Unknown)]
    public void Reads_the_words_of_each_client(string message, SendErrorKind expected)
    {
        Assert.Equal(expected, SendErrorClassifier.Classify(message));
        Assert.Equal(expected, SendErrorClassifier.Classify(new RpcError.Provider(-32000, message)));
    }

    [Fact]
    public void Reads_the_data_where_the_message_says_nothing() =>
        Assert.Equal(
            SendErrorKind.NonceTooLow,
            SendErrorClassifier.Classify(new RpcError.Provider(-32602, "Invalid parameters: tx", "\"discarded due to a too stale nonce\"")));

    [Fact]
    public void Reads_the_words_of_what_was_told_as_a_revert() =>
        Assert.Equal(SendErrorKind.AlreadyKnown, SendErrorClassifier.Classify(new RpcError.Reverted(default, "known transaction, reverted")));

    [Fact]
    public void Is_certain_of_nothing_when_no_answer_came()
    {
        Assert.Equal(SendErrorKind.Unknown, SendErrorClassifier.Classify(new RpcError.Timeout(TimeSpan.FromSeconds(1))));
        Assert.Equal(SendErrorKind.Unknown, SendErrorClassifier.Classify(new RpcError.Transport("broken")));
        Assert.Equal(SendErrorKind.Unknown, SendErrorClassifier.Classify(new RpcError.Malformed("html")));
        Assert.Equal(SendErrorKind.NodeBusy, SendErrorClassifier.Classify(new RpcError.Transport("refused", MayHaveArrived: false)));
        Assert.Equal(SendErrorKind.NodeBusy, SendErrorClassifier.Classify(new RpcError.RateLimited("slow down")));
    }

    [Theory]
    [InlineData(401, SendErrorKind.NodeBusy)]
    [InlineData(403, SendErrorKind.NodeBusy)]
    [InlineData(502, SendErrorKind.Unknown)]
    public void Knows_that_a_refusal_of_access_took_nothing(int status, SendErrorKind expected) =>
        Assert.Equal(expected, SendErrorClassifier.Classify(new RpcError.Transport("no", status)));
}
