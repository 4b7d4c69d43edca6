namespace OpenGradient.Ethereum.Rpc;

/// <summary>What an HTTP status of failure does to an answer that came with it: which of the two counts. Decides, and does no I/O.</summary>
internal static class StatusVerdict
{
    /// <summary>Settles the calls anew where the status counts; gives the error of the whole message, if it is one.</summary>
    /// <param name="reply">What came.</param>
    /// <param name="fault">What the reader of the body found wrong with all of it.</param>
    /// <param name="calls">The calls, as the reader settled them.</param>
    public static RpcError? Of(RpcReply reply, RpcError? fault, IReadOnlyList<PendingCall> calls)
    {
        if (reply.HttpStatus is not { } status || status is >= 200 and < 300)
            return fault;

        // A status that asks for patience is believed whatever the body is.
        if (status == 429 || reply.RetryAfter is not null)
        {
            var words = fault?.Explanation ?? calls[0].Error?.Explanation ?? "";
            foreach (var call in calls)
                call.Forget();
            return new RpcError.RateLimited($"HTTP {status}: {words}", reply.RetryAfter);
        }

        if (fault is RpcError.Malformed)
            return new RpcError.Transport($"HTTP {status}: {fault.Explanation}", status);

        // With other statuses, a proper JSON-RPC error says more.
        if (!RetryPolicy.IsTransient(status))
            return fault;

        foreach (var call in calls)
        {
            if (call.Error is { } error)
                call.Fail(Weighed(error, status));
        }

        return fault is null ? null : Weighed(fault, status);
    }

    // A gateway that has lost its node says so in JSON too, and that may pass. A revert is an answer, as it is a refusal of so long a range:
    // they would be the same the next time.
    private static RpcError Weighed(RpcError error, int status) =>
        error is RpcError.Provider said && LogRangeLimit.Of(said) is null
            ? new RpcError.Transport($"HTTP {status}: {said.Explanation}", status) { Said = said }
            : error;
}
