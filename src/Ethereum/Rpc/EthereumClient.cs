using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Asks one endpoint of a chain. Safe for use by many threads; owns its transport. What a call may not bring is told in one of two ways, as
/// suits the caller: <see cref="TrySendAsync{T}"/> gives a value, the typed methods throw <see cref="RpcException"/>. Cancellation is always
/// <see cref="OperationCanceledException"/>.
/// </summary>
public sealed partial class EthereumClient : IContractCaller, IAsyncDisposable
{
    private readonly IRpcTransport _transport;
    private readonly Dispatcher _dispatcher;
    private readonly TimeProvider _time;
    private readonly Random _random;

    /// <param name="transport">How messages travel; disposed with this client.</param>
    /// <param name="options">Limits and retries.</param>
    /// <param name="time">The clock of timeouts and delays.</param>
    /// <param name="random">Spreads retries; no secret depends on it.</param>
    public EthereumClient(IRpcTransport transport, RpcOptions? options = null, TimeProvider? time = null, Random? random = null)
    {
        options ??= new RpcOptions();
        options.Validate();
        _transport = transport;
        _time = time ?? TimeProvider.System;
        _random = random ?? new Random();
        _dispatcher = new Dispatcher(transport, options, _time, _random);
    }

    public RpcEndpoint Endpoint => _transport.Endpoint;

    /// <summary>A client of an address that starts with http, https, ws or wss. Connects when it is first asked.</summary>
    public static EthereumClient Connect(Uri address, RpcOptions? options = null, RpcTransportOptions? transport = null, TimeProvider? time = null)
    {
        var endpoint = new RpcEndpoint(address);
#pragma warning disable CA2000 // The client owns the transport.
        return new EthereumClient(
            endpoint.IsWebSocket ? new WebSocketRpcTransport(endpoint, transport, time) : new HttpRpcTransport(endpoint, transport, time),
            options,
            time);
#pragma warning restore CA2000
    }

    /// <summary>Asks, and gives the result or why there is none.</summary>
    public Task<RpcResult<T>> TrySendAsync<T>(RpcCall<T> call, CancellationToken cancellationToken = default) =>
        _dispatcher.SendAsync(call, cancellationToken);

    /// <summary>Asks, and gives the result or throws <see cref="RpcException"/>.</summary>
    public async Task<T> SendAsync<T>(RpcCall<T> call, CancellationToken cancellationToken = default) =>
        (await _dispatcher.SendAsync(call, cancellationToken)).ValueOrThrow(Endpoint.Name, call.Method);

    /// <summary>Asks the same kind of question many times in as few messages as the endpoint allows; results in the order of the calls.</summary>
    public async Task<IReadOnlyList<RpcResult<T>>> TrySendAllAsync<T>(
        IEnumerable<RpcCall<T>> calls, CancellationToken cancellationToken = default)
    {
        var pending = calls.Select(call => new PendingCall<T>(call)).ToArray();
        await _dispatcher.SendAllAsync(pending, cancellationToken);
        var results = new RpcResult<T>[pending.Length];
        for (var i = 0; i < results.Length; i++)
            results[i] = await pending[i].End;
        return results;
    }

    /// <summary>As <see cref="TrySendAllAsync{T}"/>, but throws <see cref="RpcException"/> for the first call that failed.</summary>
    public async Task<IReadOnlyList<T>> SendAllAsync<T>(IEnumerable<RpcCall<T>> calls, CancellationToken cancellationToken = default)
    {
        var asked = calls.ToArray();
        var results = await TrySendAllAsync(asked, cancellationToken);
        return [.. results.Select((result, i) => result.ValueOrThrow(Endpoint.Name, asked[i].Method))];
    }

    /// <inheritdoc cref="IContractCaller.CallAsync"/>
    public async ValueTask<ReadOnlyMemory<byte>> CallAsync(
        Address to, ReadOnlyMemory<byte> data, BlockTag at, CancellationToken cancellationToken)
    {
        var call = Eth.Call(new CallRequest { To = to, Data = data }, at);
        return (await TrySendAsync(call, cancellationToken)).TryGet(out var returned, out var error) ? returned
            : error is RpcError.Reverted revert ? throw new ContractRevertedException(revert.Reason)
            : throw new RpcException(Endpoint.Name, call.Method, error);
    }

    /// <summary>A batch of calls of different kinds.</summary>
    public RpcBatch CreateBatch() => new(_dispatcher, Endpoint.Name);

    /// <summary>Subscriptions over the same connection as the calls.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is asked over HTTP, which has no way to speak unasked.</exception>
    public EthereumSubscriptions Subscriptions(SubscriptionOptions? options = null) =>
        _transport is ISubscriptionTransport transport
            ? new EthereumSubscriptions(transport, options, _time, _random)
            : throw new InvalidOperationException($"{Endpoint} is asked over HTTP; subscriptions need its WebSocket address.");

    public ValueTask DisposeAsync() => _dispatcher.DisposeAsync();
}
