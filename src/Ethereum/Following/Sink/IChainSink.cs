namespace OpenGradient.Ethereum.Following;

/// <summary>
/// Where a follower's rows and its place on the chain are kept. The sink owns durability and the follower owns nothing: what
/// <see cref="ReadCursorAsync"/> returns is the whole state from which it goes on after a crash anywhere.
/// </summary>
public interface IChainSink
{
    /// <summary>The <see cref="ChainAdvance.Next"/> of the last commit; <see cref="ChainCursor.None"/> before the first.</summary>
    ValueTask<ChainCursor> ReadCursorAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stores an advance in <b>one</b> transaction: drops or marks the rows of <see cref="ChainAdvance.Orphaned"/>, adds the rows of
    /// <see cref="ChainAdvance.Segment"/>, stores <see cref="ChainAdvance.Next"/>. Compares the stored tip with
    /// <see cref="ChainAdvance.Expected"/> in the same transaction and answers <see cref="CommitOutcome.Stale"/>, changing nothing, when
    /// another writer has moved it or a stop is stored. Returns when the transaction is durable; throws when it may not be.
    /// </summary>
    ValueTask<CommitOutcome> CommitAsync(ChainAdvance advance, CancellationToken cancellationToken);

    /// <summary>
    /// What can be made of final blocks before it is their turn. Called while others are stored, from other threads and several at once, for
    /// segments that may never be committed; what it gives comes back as <see cref="ChainSegment.Prepared"/>, and may be thrown away on the way.
    /// Whatever it throws is thrown where the segment would have been used.
    /// </summary>
    object? Prepare(ChainSegment segment) => null;

    /// <summary>
    /// Stores that the follower must not go on, so that a restart does not try; from then on the cursor carries it, until a person has
    /// decided what to do and removed it.
    /// </summary>
    ValueTask StopAsync(FollowerStop stop, CancellationToken cancellationToken);
}

/// <summary>What became of an advance.</summary>
public enum CommitOutcome
{
    /// <summary>Rows and cursor are durable.</summary>
    Committed,

    /// <summary>The stored tip is not the expected one: another writer was there, and nothing was changed.</summary>
    Stale,
}
