namespace OpenGradient.Ethereum.Rpc;

/// <summary>What a node's refusal of a transaction means for the transaction.</summary>
public enum SendErrorKind
{
    /// <summary>Nothing is certain: the transaction may be in the pool. The account's pending nonce tells: past this one, it was accepted.</summary>
    Unknown,

    /// <summary>It is in the node's pool: as good as accepted.</summary>
    AlreadyKnown,

    /// <summary>Its nonce is mined: it, or another one of the same nonce, is in the chain.</summary>
    NonceTooLow,

    /// <summary>Its nonce lies beyond what the node has seen of the account: send it again after the ones before it.</summary>
    NonceTooHigh,

    /// <summary>It offers less than the pool, or than the transaction that it is to replace, asks for: raise both fees now.</summary>
    Underpriced,

    /// <summary>The account cannot pay for it, with what waits before it: try again, and raise the alarm.</summary>
    InsufficientFunds,

    /// <summary>Its fee lies below the base fee or above what the node lets through: estimate anew.</summary>
    FeeOutOfRange,

    /// <summary>
    /// The node takes none now, or none from this caller: its pool is full, it synchronises, it asks for patience, it refuses access. That
    /// says nothing about the transaction: send the same bytes later, or to another endpoint.
    /// </summary>
    NodeBusy,

    /// <summary>No node will ever take these bytes.</summary>
    Fatal,
}

/// <summary>
/// Reads the words in which nodes refuse a transaction: there are no codes for it that two of them share. Knows geth, Erigon, Nethermind,
/// Besu, reth, anvil, OpenEthereum, Arbitrum, the OP Stack and zkSync; what it does not know is <see cref="SendErrorKind.Unknown"/>, which is
/// always safe.
/// </summary>
public static class SendErrorClassifier
{
    // Not where it follows a letter: "unknown transaction type" is not known.
    private const string KnownTransaction = "known transaction";

    // The first that fits counts: what names a base fee, a replacement or a nonce says more than the words around it.
    private static readonly (SendErrorKind Kind, string[] Words)[] Phrases =
    [
        (SendErrorKind.AlreadyKnown,
        [
            "already known", "alreadyknown", KnownTransaction, "already imported", "same hash", "already in mempool",
            "already in the mempool", "already in the pool", "already in the system", "ownnoncealreadyused", "tx already exist",
            "transaction already exist",
        ]),
        (SendErrorKind.NonceTooLow,
        [
            "nonce too low", "nonce is too low", "oldnonce", "nonce has already been used", "stale nonce", "already finalized", "already mined",
        ]),
        (SendErrorKind.NonceTooHigh,
        [
            "nonce too high", "noncegap", "nonce gap", "gapped", "nonce is too distant", "nonce too far", "noncetoofar", "with a lower nonce",
        ]),
        (SendErrorKind.FeeOutOfRange,
        [
            "base fee", "basefee", "blob gas fee", "configured cap", "fee cap exceeded", "exceeds the cap", "fee per gas higher than max fee",
            "priority fee per gas exceeds max fee", "priority fee greater than max fee", "tip higher than fee cap", "fee too high",
        ]),
        (SendErrorKind.Underpriced,
        [
            "underpriced", "feetoolow", "fee too low", "gas price too low", "gas price is too low", "gas price below", "replacementnotallowed",
            "could not replace", "replacement fee", "below minimum", "priced high enough", "gasprice is too low", "tip too low",
        ]),
        (SendErrorKind.InsufficientFunds,
        [
            "insufficient funds", "insufficientfunds", "insufficient balance", "exceeds account balance", "enough funds", "balance too low",
            "balance is too low",
        ]),
        // What stands against the parties of the transaction is carried along in its bytes, to whichever node.
        (SendErrorKind.Fatal,
        [
            "sender is banned", "sender banned", "sender account is banned", "recipient is banned", "code is banned", "sender not authorized",
            "sender is not authorized", "sender account not authorized", "sender account is not authorized", "sender not permitted",
            "sender is not permitted", "sender account not permitted", "sender account is not permitted",
        ]),
        // All other bans stand against whoever asks. Before the rest of what is fatal: a key may be refused "for this chain id".
        (SendErrorKind.NodeBusy,
        [
            "banned", "not permitted", "not authorized", "unauthorized", "not authenticated", "must be authenticated", "forbidden",
            "access denied", "api key", "apikey", "api-key", "access token", "project id",
        ]),
        (SendErrorKind.NodeBusy,
        [
            "pool is full", "pool not enabled", "still in progress", "syncing", "account limit exceeded", "transaction limit reached",
            "already reserved", "max pending", "maxpending", "try again", "spammer", "queue is full",
        ]),
        (SendErrorKind.Fatal,
        [
            "intrinsic gas", "block gas limit", "gas limit too high", "gas limit is too high", "current gas limit", "gaslimitexceeded",
            "gas uint64 overflow", "oversized data", "initcode", "negative value", "invalid sender", "invalid signature", "chain id", "chainid",
            "type not supported", "unknown transaction type", "notsupportedtxtype", "invalid transaction", "invalid tx", "rlp:",
            "transaction too short", "failed to decode", "not an eoa", "senderiscontract", "floor data gas", "has max value",
            "maxtxsizeexceeded", "replay-protected", "int256overflow", "unable to parse", "failedtoresolvesender",
        ]),
    ];

    public static SendErrorKind Classify(RpcError error) => error switch
    {
        // Some nodes say only that the parameters are wrong, and the rest in the data.
        RpcError.Provider provider => Classify(provider.Message) switch
        {
            SendErrorKind.Unknown when provider.Data is { } data => Classify(data),
            var kind => kind,
        },
        RpcError.Reverted reverted => Classify(reverted.Message),
        RpcError.RateLimited or RpcError.Overloaded => SendErrorKind.NodeBusy,
        RpcError.Transport { Said: { } said } => Classify(said),
        RpcError.Transport { MayHaveArrived: false } or RpcError.Transport { HttpStatus: 401 or 403 } => SendErrorKind.NodeBusy,
        _ => SendErrorKind.Unknown,
    };

    /// <summary>Classifies a node's own words.</summary>
    public static SendErrorKind Classify(string message)
    {
        foreach (var (kind, words) in Phrases)
        {
            if (Array.Exists(words, word => Says(message, word)))
                return kind;
        }

        return SendErrorKind.Unknown;
    }

    private static bool Says(string message, string words)
    {
        for (var start = 0; message.IndexOf(words, start, StringComparison.OrdinalIgnoreCase) is var found and >= 0; start = found + 1)
        {
            if (words != KnownTransaction || found == 0 || !char.IsLetter(message[found - 1]))
                return true;
        }

        return false;
    }
}
