using System.Collections.Concurrent;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Sending.Broadcasting;

/// <summary>
/// Asks an endpoint many things in as few messages as it answers: all in one as long as it does, and in ever shorter ones where it does not. Who limits calls, or loses a message now and
/// then, would else lose the whole of a long one each time, and what waits for it would only grow.
/// </summary>
internal sealed class Portions
{
    private const int Most = 256;

    private readonly ConcurrentDictionary<EthereumClient, int> _lengths = new();

    /// <summary>
    /// What came of each call, in order. One message after the other: behind one that got no answer nothing more is asked, and the calls that are left have its error.
    /// </summary>
    public async Task<IReadOnlyList<RpcResult<T>>> AskAsync<T>(EthereumClient endpoint, IReadOnlyList<RpcCall<T>> calls, CancellationToken stop)
    {
        var results = new List<RpcResult<T>>(calls.Count);
        while (results.Count < calls.Count)
        {
            var length = Math.Min(_lengths.GetValueOrDefault(endpoint, Most), calls.Count - results.Count);
            var told = await endpoint.TrySendAllAsync(calls.Skip(results.Count).Take(length), stop);
            var isAnswered = told.Any(IsAnswered);
            _lengths[endpoint] = LengthAfter(_lengths.GetValueOrDefault(endpoint, Most), length, isAnswered);
            results.AddRange(told);
            if (!isAnswered)
                results.AddRange(Enumerable.Repeat(told[^1], calls.Count - results.Count));
        }

        return results;
    }

    /// <summary>How long the next message may be.</summary>
    /// <param name="length">How long this one might have been.</param>
    /// <param name="asked">How long it was.</param>
    /// <param name="isAnswered">Whether anything of it was answered.</param>
    internal static int LengthAfter(int length, int asked, bool isAnswered) =>
        !isAnswered ? Math.Max(1, asked / 2)
        : asked < length ? length
        : Math.Min(Most, length * 2);

    // An error of the node's own is an answer.
    private static bool IsAnswered<T>(RpcResult<T> result) =>
        result.TryGet(out _, out var error) || error is not (RpcError.Transport or RpcError.Timeout or RpcError.RateLimited or RpcError.Malformed or RpcError.Oversize or RpcError.Overloaded);
}
