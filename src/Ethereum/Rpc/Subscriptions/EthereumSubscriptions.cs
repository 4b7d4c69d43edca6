using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OpenGradient.Ethereum.Blocks;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Subscriptions that outlive the connections they run on: when one is lost they subscribe on a new one, and say with a
/// <see cref="SubscriptionItem{T}.Gap"/> that something may have been missed, or that attempts fail. They end when the enumeration does, or
/// with <see cref="RpcException"/> when the endpoint does not know such subscriptions or refuses access.
/// </summary>
public sealed class EthereumSubscriptions
{
    private const long MethodNotFound = -32601;
    private const long InvalidParameters = -32602;

    // A single failure is nothing to tell; behind several, who listens should know why nothing comes.
    private const int AttemptsPerNews = 3;

    private readonly ISubscriptionTransport _transport;
    private readonly SubscriptionOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;

    public EthereumSubscriptions(
        ISubscriptionTransport transport, SubscriptionOptions? options = null, TimeProvider? time = null, Random? random = null)
    {
        _transport = transport;
        _options = options ?? new SubscriptionOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
        _random = random ?? new Random();
    }

    /// <summary>The header of each block that becomes the head.</summary>
    public IAsyncEnumerable<SubscriptionItem<SealedHeader>> NewHeadsAsync(CancellationToken cancellationToken = default) =>
        RunAsync(RpcCall.Create("eth_subscribe", static json => json.WriteStringValue("newHeads"u8), JsonBlock.ReadHeader), cancellationToken);

    /// <summary>Each log that matches, and once more with <see cref="LocatedLog.Removed"/> when its block is replaced.</summary>
    public IAsyncEnumerable<SubscriptionItem<LocatedLog>> LogsAsync(LogFilter filter, CancellationToken cancellationToken = default) =>
        RunAsync(
            RpcCall.Create(
                "eth_subscribe",
                json =>
                {
                    json.WriteStringValue("logs"u8);
                    json.WriteStartObject();
                    Eth.WriteFilter(json, filter);
                    json.WriteEndObject();
                },
                JsonLog.Read),
            cancellationToken);

    private async IAsyncEnumerable<SubscriptionItem<T>> RunAsync<T>(
        RpcCall<T> subscribe, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var gap = new SubscriptionItem<T>.Gap(GapCause.Started, "The subscription has begun.");
        for (var failures = 0; ; failures++)
        {
            if (failures > 0)
                await Task.Delay(_options.Backoff.After(failures, Chance()), _time, cancellationToken);

            var buffer = new SubscriptionBuffer<T>(_options.BufferSize, (ref Utf8JsonReader reader) => subscribe.Read(ref reader, default));
            var result = await SubscribeAsync(subscribe, buffer, cancellationToken);
            if (!result.TryGet(out var subscription, out var error))
            {
                if (error is RpcError.Provider { Code: MethodNotFound or InvalidParameters } or RpcError.Transport { HttpStatus: 401 or 403 })
                    throw new RpcException(_transport.Endpoint.Name, subscribe.Method, error);
                if ((failures + 1) % AttemptsPerNews == 0)
                    yield return new SubscriptionItem<T>.Gap(GapCause.Failing, $"The endpoint cannot be subscribed to: {error.Explanation}");
                continue;
            }

            await using (subscription)
            {
                yield return gap;
                while (await NextAsync(buffer, cancellationToken) is { } item)
                {
                    // An endpoint that takes subscriptions and drops them at once is not asked without end.
                    failures = 0;
                    yield return item;
                }

                gap = buffer.Lost is { } reason
                    ? new SubscriptionItem<T>.Gap(GapCause.Reconnected, reason.Explanation)
                    : new SubscriptionItem<T>.Gap(GapCause.Stalled, $"Nothing came for {_options.StallTimeout}.");
                if (buffer.Lost is null)
                    subscription.Break();
            }
        }
    }

    private async Task<RpcResult<ISubscription>> SubscribeAsync(RpcCall call, ISubscriptionSink sink, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.SubscribeTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _transport.SubscribeAsync(RpcMessage.Of([call]), sink, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new RpcResult<ISubscription>(new RpcError.Timeout(_options.SubscribeTimeout));
        }
    }

    /// <summary>The next item; null when the connection was lost or the endpoint has been silent for too long.</summary>
    private async Task<SubscriptionItem<T>?> NextAsync<T>(SubscriptionBuffer<T> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (buffer.TryTake(out var item, out var change))
                return item;
            if (buffer.Lost is not null)
                return null;

            try
            {
                await change.WaitAsync(_options.StallTimeout ?? Timeout.InfiniteTimeSpan, _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return null;
            }
        }
    }

    [SuppressMessage("Security", "CA5394", Justification = "Spreads new attempts; no secret depends on it.")]
    private double Chance()
    {
        lock (_random)
            return _random.NextDouble();
    }
}
