namespace OpenGradient.Ethereum.Rpc;

/// <summary>Calls of a batch that have to be asked again in smaller batches, because of the batch and not because of them.</summary>
/// <param name="Calls">One or more.</param>
/// <param name="IsLimit">Whether the endpoint will not take as many the next time either.</param>
/// <param name="CountsAsAttempt">Whether it cost so much time that it counts as an attempt.</param>
internal sealed record BatchRefusal(List<PendingCall> Calls, bool IsLimit, bool CountsAsAttempt)
{
    private const long ParseError = -32700;
    private const long InvalidRequest = -32600;
    private const long ResponseTooLarge = -32003;

    /// <summary>Judges a message that was sent: null when it was none, or was not refused for its size.</summary>
    public static BatchRefusal? Of(RpcError? fault, IReadOnlyList<PendingCall> calls)
    {
        if (calls.Count < 2)
            return null;

        // Gateways that know no batches, or none as long, answer with an error or a status for all of it.
        if (fault?.Words is { } said && (said.Code is InvalidRequest or ParseError || IsTooManyCalls(said)))
            return Repeatable(calls, isLimit: true);

        return fault switch
        {
            RpcError.Transport { HttpStatus: 400 or 405 or 413 or 415 or 422 or 501 } => Repeatable(calls, isLimit: true),
            RpcError.Oversize => Repeatable(calls, isLimit: false),
            RpcError.Timeout => Repeatable(calls, isLimit: false, countsAsAttempt: true),
            null => OfAnswers(calls),
            _ => null,
        };
    }

    // geth answers only the first call of a batch that is too long, and those behind the length limit of the answer with an error each.
    private static BatchRefusal? OfAnswers(IReadOnlyList<PendingCall> calls)
    {
        if (calls.Any(IsToldTooMany))
            return Repeatable([.. calls.Where(call => call.Error is RpcError.Malformed || IsToldTooMany(call))], isLimit: true);

        // What else wants another attempt goes along with those.
        return calls.Any(IsToldTooLong)
            ? Repeatable(
                [.. calls.Where(call => IsToldTooLong(call) || call.Error is RpcError.RateLimited or RpcError.Malformed or RpcError.Transport)],
                isLimit: false)
            : null;
    }

    private static bool IsToldTooMany(PendingCall call) => call.Error?.Words is { } said && IsTooManyCalls(said);

    private static bool IsToldTooLong(PendingCall call) => call.Error?.Words is { Code: ResponseTooLarge };

    private static bool IsTooManyCalls(RpcError.Provider error) => error.Message.Contains("batch", StringComparison.OrdinalIgnoreCase);

    private static BatchRefusal? Repeatable(IReadOnlyList<PendingCall> calls, bool isLimit, bool countsAsAttempt = false)
    {
        var repeatable = calls.Where(call => call.Call.IsRepeatable).ToList();
        return repeatable.Count == 0 ? null : new BatchRefusal(repeatable, isLimit, countsAsAttempt);
    }
}
