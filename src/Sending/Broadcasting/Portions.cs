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

    // So many messages in a row without an answer, and the rest is left for the next time.
    private const int MostLost = 3;

    // Says nothing about the call, but that it certainly never left.
    private static readonly RpcError NotAsked = new RpcError.Transport("it was not asked behind others that got no answer", MayHaveArrived: false);

    private readonly ConcurrentDictionary<EthereumClient, int> _lengths = new();

    /// <summary>What came of each call, in order, where none depends on another: one message that is lost keeps nobody from asking the next.</summary>
    public Task<IReadOnlyList<RpcResult<T>>> AskAsync<T>(EthereumClient endpoint, IReadOnlyList<RpcCall<T>> calls, CancellationToken stop) =>
        AskAsync(endpoint, calls, MostLost, stop);

    /// <summary>What came of each call, in order, where each builds on those before it: behind a message that got no answer nothing more is asked.</summary>
    public Task<IReadOnlyList<RpcResult<T>>> AskInOrderAsync<T>(EthereumClient endpoint, IReadOnlyList<RpcCall<T>> calls, CancellationToken stop) =>
        AskAsync(endpoint, calls, mostLost: 1, stop);

    private async Task<IReadOnlyList<RpcResult<T>>> AskAsync<T>(EthereumClient endpoint, IReadOnlyList<RpcCall<T>> calls, int mostLost, CancellationToken stop)
    {
        var results = new List<RpcResult<T>>(calls.Count);
        var lost = 0;
        while (results.Count < calls.Count && lost < mostLost)
        {
            var length = _lengths.GetValueOrDefault(endpoint, Most);
            var told = await endpoint.TrySendAllAsync(calls.Skip(results.Count).Take(length), stop);
            var isAnswered = told.Any(IsAnswered);
            _lengths[endpoint] = LengthAfter(length, told.Count, isAnswered);
            results.AddRange(told);
            lost = isAnswered ? 0 : told.Any(IsSilence) ? mostLost : lost + 1;
        }

        while (results.Count < calls.Count)
            results.Add(new RpcResult<T>(NotAsked));
        return results;
    }

    /// <summary>How long the next message may be.</summary>
    /// <param name="length">How long this one might have been.</param>
    /// <param name="asked">How long it was. That one call was lost says nothing about how many are too many.</param>
    /// <param name="isAnswered">Whether anything of it was answered.</param>
    internal static int LengthAfter(int length, int asked, bool isAnswered) => (isAnswered, asked) switch
    {
        (false, > 1) => asked / 2,
        (true, _) when asked >= length => Math.Min(Most, length * 2),
        _ => length,
    };

    // An error of the node's own is an answer, and to one call alone, whatever HTTP status came with it.
    private static bool IsAnswered<T>(RpcResult<T> result) => result.TryGet(out _, out var error) || error switch
    {
        RpcError.Transport transport => transport.Said is not null,
        RpcError.Timeout or RpcError.RateLimited or RpcError.Malformed or RpcError.Oversize or RpcError.Overloaded => false,
        _ => true,
    };

    // Nobody is there, takes his time, or asks for it: the next message would fare no better, and each may take as long.
    private static bool IsSilence<T>(RpcResult<T> result) =>
        result.Error is RpcError.Timeout or RpcError.RateLimited or RpcError.Overloaded or RpcError.Transport { MayHaveArrived: false };
}
