using OpenGradient.Ethereum.Abi;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Why a call has no result. A closed family, because what to do next (wait, ask another node, ask for less, give up) depends on which it
/// is. Texts that came from the network are shortened, stripped of control characters and of the endpoint's credentials.
/// </summary>
public abstract record RpcError
{
    private RpcError()
    {
    }

    /// <summary>For people.</summary>
    public abstract string Explanation { get; }

    /// <summary>The JSON-RPC error, also where it came with an HTTP status that counts for more; null where there was none.</summary>
    internal Provider? Words => this as Provider ?? (this as Transport)?.Said;

    public sealed override string ToString() => Explanation;

    /// <summary>No answer of the node: connection refused or broken, or a gateway answered in its place.</summary>
    /// <param name="Detail">What happened.</param>
    /// <param name="HttpStatus">The status that came instead of an answer; null when there was none.</param>
    /// <param name="MayHaveArrived">False only when the request certainly never left, so that even a call with effects may be repeated.</param>
    public sealed record Transport(string Detail, int? HttpStatus = null, bool MayHaveArrived = true) : RpcError
    {
        /// <summary>The JSON-RPC error that came with a status such as 503, which counts for more; null where none did.</summary>
        public Provider? Said { get; init; }

        public override string Explanation => Detail;
    }

    /// <summary>No answer in time.</summary>
    /// <param name="Limit">The limit that ran out: that of one attempt, or that of the call with all its attempts.</param>
    public sealed record Timeout(TimeSpan Limit) : RpcError
    {
        public override string Explanation => $"no answer within {Limit.TotalSeconds:0.###} s";
    }

    /// <summary>The endpoint asks for patience: HTTP 429 or one of its many JSON-RPC forms.</summary>
    /// <param name="Detail">The endpoint's own words.</param>
    /// <param name="RetryAfter">How long to wait, where the endpoint says so.</param>
    public sealed record RateLimited(string Detail, TimeSpan? RetryAfter = null) : RpcError
    {
        public override string Explanation => RetryAfter is { } wait
            ? $"rate limited, retry after {wait.TotalSeconds:0.###} s: {Detail}"
            : $"rate limited: {Detail}";
    }

    /// <summary>The node answered with a JSON-RPC error.</summary>
    /// <param name="Code">The error's code; 0 when the endpoint gave none.</param>
    /// <param name="Message">The error's message, shortened.</param>
    /// <param name="Data">The error's data as JSON text, shortened; null when there was none.</param>
    public sealed record Provider(long Code, string Message, string? Data = null) : RpcError
    {
        public override string Explanation => Data is null ? $"error {Code}: {Message}" : $"error {Code}: {Message} ({Data})";
    }

    /// <summary>The call ran and reverted.</summary>
    /// <param name="Data">What the contract returned: an ABI-encoded error, or nothing.</param>
    /// <param name="Message">The node's words, which often repeat the reason.</param>
    public sealed record Reverted(ReadOnlyMemory<byte> Data, string Message) : RpcError
    {
        /// <summary>What the data say.</summary>
        public RevertReason Reason => RevertReason.Decode(Data.Span);

        public override string Explanation => Data.IsEmpty ? Message : RpcText.Shortened($"{Message} ({Reason})");

        public bool Equals(Reverted? other) => other is not null && string.Equals(Message, other.Message, StringComparison.Ordinal) && Data.Span.SequenceEqual(other.Data.Span);

        public override int GetHashCode() => HashCode.Combine(Message, Data.Length);
    }

    /// <summary>The answer is not JSON, not JSON-RPC, not to this request, or not what the method returns.</summary>
    public sealed record Malformed(string Detail) : RpcError
    {
        public override string Explanation => $"malformed answer: {Detail}";
    }

    /// <summary>The answer was longer than the limit; the rest was not read.</summary>
    public sealed record Oversize(long LimitBytes) : RpcError
    {
        public override string Explanation => $"the answer is longer than the limit of {LimitBytes} bytes";
    }

    /// <summary>This client's own queue is full: more is asked of the endpoint than it answers.</summary>
    public sealed record Overloaded(int QueueLimit) : RpcError
    {
        public override string Explanation => $"{QueueLimit} calls are waiting for this endpoint already";
    }
}
