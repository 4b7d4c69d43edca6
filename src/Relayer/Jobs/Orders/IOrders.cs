using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Jobs;

/// <summary>The transactions that jobs order. An order is written in the transaction that writes why it was made, so that both are there or neither.</summary>
public interface IOrders
{
    /// <summary>Orders a transaction, by the node's key.</summary>
    Task<long> PlaceAsync(DatabaseSession session, Order order);

    /// <summary>How far orders got; each is told once, however often it is asked for.</summary>
    Task<IReadOnlyDictionary<long, OrderState>> StatesAsync(DatabaseSession session, IReadOnlyCollection<long> orderIds);
}

/// <summary>What is to be sent.</summary>
/// <param name="Key">One order for each key: a second one is the first.</param>
/// <param name="To">The contract.</param>
/// <param name="Data">The call.</param>
/// <param name="GasLimit">How much it may use; null to ask the chain when it is sent.</param>
/// <param name="Purpose">What for.</param>
public sealed record Order(string Key, Address To, ReadOnlyMemory<byte> Data, ulong? GasLimit, OrderPurpose Purpose)
{
    /// <summary>It is not started after this, and the earliest goes first; null where it is never too late.</summary>
    public DateTimeOffset? Deadline { get; init; }
}

/// <summary>What a transaction is for: metrics go by it, and settlements may go to endpoints of their own.</summary>
public enum OrderPurpose
{
    Claim,
    Settle,
    Collect,
    Challenge,
    Vote,

    /// <summary>An attested key is registered, refreshed or vetoed.</summary>
    Register,

    /// <summary>A proof against an answer: whoever sees it on its way can prove the same for itself.</summary>
    Disprove,
}

/// <summary>How far an order got.</summary>
public sealed record OrderState(SentState State, BlockNumber? Block);
