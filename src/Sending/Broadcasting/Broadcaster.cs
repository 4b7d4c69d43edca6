using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Sending.Broadcasting;

/// <summary>What all endpoints together said to a transaction.</summary>
internal enum Verdict
{
    /// <summary>At least one has it, or its nonce is in the chain: it was sent.</summary>
    Accepted,

    /// <summary>One may have it: it counts as sent, and is sent again.</summary>
    Unknown,

    Underpriced,

    FeeOutOfRange,

    InsufficientFunds,

    /// <summary>None takes it now; that says nothing about it.</summary>
    Later,

    /// <summary>Each of them says that nobody will ever take it.</summary>
    Fatal,
}

/// <summary>A transaction to send.</summary>
internal sealed record Outgoing(ulong Nonce, ReadOnlyMemory<byte> Encoding);

/// <summary>A verdict, and the words of a node that led to it.</summary>
internal sealed record Answered(Verdict Verdict, string? Words);

/// <summary>Sends signed transactions to every endpoint at once. One that takes a transaction is enough.</summary>
internal sealed class Broadcaster(Address sender, SendingMeter meter, Portions portions)
{
    /// <summary>Gives a verdict for each transaction, in order.</summary>
    public async Task<IReadOnlyList<Answered>> SendAsync(IReadOnlyList<EthereumClient> endpoints, IReadOnlyList<Outgoing> transactions, CancellationToken stop)
    {
        var answers = await Task.WhenAll(endpoints.Select(endpoint => SendAsync(endpoint, transactions, stop)));
        return [.. transactions.Select((_, i) => Join(answers.Select(answer => answer[i])))];
    }

    internal static Answered Join(IEnumerable<Answered> answers) => answers.MinBy(answer => answer.Verdict)!;

    private async Task<IReadOnlyList<Answered>> SendAsync(EthereumClient endpoint, IReadOnlyList<Outgoing> transactions, CancellationToken stop)
    {
        var results = await portions.AskInOrderAsync(endpoint, [.. transactions.Select(transaction => Eth.SendRawTransaction(transaction.Encoding))], stop);
        var answers = results.Select(Read).ToArray();
        if (!Array.Exists(answers, answer => answer.Verdict == Verdict.Unknown))
            return answers;

        // The account's pending nonce tells whether the node has what it gave no clear answer to.
        var pending = await endpoint.TrySendAsync(Eth.GetTransactionCount(sender, BlockTag.Pending), stop);
        if (pending.TryGet(out var nonce, out _))
        {
            for (var i = 0; i < answers.Length; i++)
            {
                if (answers[i].Verdict == Verdict.Unknown && nonce > transactions[i].Nonce)
                    answers[i] = new Answered(Verdict.Accepted, null);
            }
        }

        return answers;

        Answered Read(RpcResult<Hash32> result)
        {
            if (result.TryGet(out _, out var error))
                return new Answered(Verdict.Accepted, null);
            var kind = SendErrorClassifier.Classify(error);
            meter.OnRefused(kind);
            return new Answered(VerdictOf(kind), error.Explanation);
        }
    }

    private static Verdict VerdictOf(SendErrorKind kind) => kind switch
    {
        SendErrorKind.AlreadyKnown or SendErrorKind.NonceTooLow => Verdict.Accepted,
        SendErrorKind.Underpriced => Verdict.Underpriced,
        SendErrorKind.FeeOutOfRange => Verdict.FeeOutOfRange,
        SendErrorKind.InsufficientFunds => Verdict.InsufficientFunds,
        SendErrorKind.NonceTooHigh or SendErrorKind.NodeBusy => Verdict.Later,
        SendErrorKind.Fatal => Verdict.Fatal,
        _ => Verdict.Unknown,
    };
}
