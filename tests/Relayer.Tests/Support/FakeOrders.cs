using System.Collections.Concurrent;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Tests.Support;

/// <summary>Takes orders and sends nothing: a test says what became of them.</summary>
internal sealed class FakeOrders : IOrders
{
    private readonly ConcurrentDictionary<string, long> _ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, Order> _orders = new();
    private readonly ConcurrentDictionary<long, OrderState> _states = new();
    private long _last;

    /// <summary>All orders, in the order in which they were placed.</summary>
    public IReadOnlyList<Order> All => [.. _orders.ToArray().OrderBy(entry => entry.Key).Select(entry => entry.Value)];

    public Task<long> PlaceAsync(DatabaseSession session, Order order)
    {
        var id = _ids.GetOrAdd(order.Key, _ => Interlocked.Increment(ref _last));
        _orders[id] = order;
        _states.TryAdd(id, new OrderState(SentState.Pending, Block: null));
        return Task.FromResult(id);
    }

    public Task<IReadOnlyDictionary<long, OrderState>> StatesAsync(DatabaseSession session, IReadOnlyCollection<long> orderIds) =>
        Task.FromResult<IReadOnlyDictionary<long, OrderState>>(
            orderIds.Where(_states.ContainsKey).ToDictionary(id => id, id => _states[id]));

    public void Mined(Order order, BlockNumber block) => _states[_ids[order.Key]] = new OrderState(SentState.Mined, block);

    public void Failed(Order order) => _states[_ids[order.Key]] = new OrderState(SentState.Failed, Block: null);
}
