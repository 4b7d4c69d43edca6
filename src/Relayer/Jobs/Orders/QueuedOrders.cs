using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Sending;

namespace OpenGradient.Relayer.Jobs;

/// <summary>Orders in the transaction queue, by the node's key.</summary>
public sealed class QueuedOrders(ITransactionQueue queue, ChainId chain, Address node) : IOrders
{
    private const int MostChanges = 500;

    // Where it is written which order a piece of work waits for.
    private static readonly (OrderPurpose Purpose, string Table, string Column)[] Followed =
    [
        (OrderPurpose.Claim, "jobs", "claim_order"),
        (OrderPurpose.Settle, "jobs", "settlement_order"),
        (OrderPurpose.Challenge, "duties", "sent_order"),
        (OrderPurpose.Vote, "duties", "sent_order"),
        (OrderPurpose.Disprove, "duties", "sent_order"),
    ];

    /// <summary>What a purpose is called in the queue: private endpoints are chosen by it.</summary>
    public static string NameOf(OrderPurpose purpose) => purpose switch
    {
        OrderPurpose.Claim => "claim",
        OrderPurpose.Settle => "settle",
        OrderPurpose.Collect => "collect",
        OrderPurpose.Challenge => "challenge",
        OrderPurpose.Vote => "vote",
        OrderPurpose.Register => "register",
        OrderPurpose.Disprove => "disprove",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "This purpose has no name yet."),
    };

    public Task<long> PlaceAsync(DatabaseSession session, Order order) => queue.EnqueueAsync(
        session,
        new TransactionOrder
        {
            Purpose = NameOf(order.Purpose),
            IdempotencyKey = order.Key,
            From = node,
            To = order.To,
            Data = order.Data,
            GasLimit = order.GasLimit,
            Deadline = order.Deadline,
        });

    public async Task<IReadOnlyDictionary<long, OrderState>> StatesAsync(DatabaseSession session, IReadOnlyCollection<long> orderIds)
    {
        List<TransactionView> views = [];
        foreach (var id in orderIds.Distinct())
        {
            if (await queue.FindAsync(session, id) is { } view)
                views.Add(view);
        }

        var cursor = views.Exists(view => view.State == TransactionState.Confirmed) ? await HubCursor.Table.ReadAsync(session, chain) : ChainCursor.None;
        return views.ToDictionary(view => view.Id, view => IsReplaced(view, cursor) ? new OrderState(SentState.Pending, Block: null) : StateOf(view));
    }

    /// <summary>Makes the jobs and duties due whose transactions came to an end that the chain tells nothing of: they reverted, or were never sent.</summary>
    /// <returns>Whether there was any.</returns>
    public async Task<bool> FollowAsync(DatabaseSession session, DateTimeOffset now)
    {
        var any = false;
        foreach (var (purpose, table, column) in Followed)
        {
            var changed = await queue.TakeChangesAsync(session, NameOf(purpose), MostChanges);
            var failed = changed.Where(view => StateOf(view).State == SentState.Failed).Select(view => new { view.Id, Now = now }).ToList();
            any |= failed.Count > 0 && await session.ExecuteManyAsync(
                $"UPDATE {table} SET due_at = @Now, told = told + 1 WHERE {column} = @Id AND ended = 0", failed) > 0;
        }

        return any;
    }

    // The sender looks for itself, and may see a moment after the follower that a block was replaced. What was in it is sent again: it did not come to nothing, and another in its place
    // would be paid for twice.
    private static bool IsReplaced(TransactionView view, ChainCursor cursor) =>
        view.State == TransactionState.Confirmed && cursor.Recent.Any(block => block.Number == view.BlockNumber && block.Hash != view.BlockHash);

    private static OrderState StateOf(TransactionView view) => view.State switch
    {
        TransactionState.Fatal or TransactionState.Cancelled => new OrderState(SentState.Failed, Block: null),
        TransactionState.Confirmed or TransactionState.Finalized => new OrderState(
            view.Succeeded is false ? SentState.Failed : SentState.Mined, view.BlockNumber),
        _ => new OrderState(SentState.Pending, Block: null),
    };
}
