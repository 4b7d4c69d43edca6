using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Following.Simulation;

/// <summary>A node, or what passes for one: sees the chain as it is told to, and answers as badly as a test wants.</summary>
internal sealed class SimulatedEndpoint(SimulatedChain chain, string name = "a") : IChainSource
{
    private readonly Lock _lock = new();
    private readonly List<BlockRange> _rangesAsked = [];
    private int _questions;
    private int _looks;
    private IReadOnlyList<SimulatedBlock>? _frozen;
    private BlockNumber? _frozenFinality;

    public string Name => name;

    /// <summary>How many blocks it is late.</summary>
    public int Lag { get; set; }

    /// <summary>The most blocks that it takes in a range question.</summary>
    public Func<BlockRange, ulong>? MaxRange { get; set; }

    /// <summary>Whether its refusal says how many it would take.</summary>
    public bool SuggestsRange { get; set; } = true;

    /// <summary>Whether it has the <c>finalized</c> tag.</summary>
    public bool HasFinality { get; set; } = true;

    /// <summary>Called before each question with its number; may fail it, and may change the chain.</summary>
    public Func<int, SourceFailure?>? OnQuestion { get; set; }

    /// <summary>Falsifies headers.</summary>
    public Func<SealedHeader, SealedHeader>? HeaderLie { get; set; }

    /// <summary>Told in place of the final block.</summary>
    public SealedHeader? FinalLie { get; set; }

    /// <summary>Falsifies logs; told whether all logs were asked for.</summary>
    public Func<IReadOnlyList<LocatedLog>, bool, IReadOnlyList<LocatedLog>>? LogLie { get; set; }

    /// <summary>Whether it lists logs only by address.</summary>
    public bool RefusesAllLogs { get; set; }

    /// <summary>Falsifies receipts; null is a node that has no such method.</summary>
    public Func<IReadOnlyList<Receipt>, IReadOnlyList<Receipt>>? ReceiptLie { get; set; } = static receipts => receipts;

    /// <summary>Waited for before each question is answered.</summary>
    public Func<CancellationToken, Task>? Stall { get; set; }

    /// <summary>Where the process may die.</summary>
    public Fuse Fuse { get; set; } = new();

    public int Questions => Volatile.Read(ref _questions);

    /// <summary>How often it was asked for its head.</summary>
    public int Looks => Volatile.Read(ref _looks);

    public IReadOnlyList<BlockRange> RangesAsked
    {
        get
        {
            lock (_lock)
                return [.. _rangesAsked];
        }
    }

    private IReadOnlyList<SimulatedBlock> Seen
    {
        get
        {
            var chainOrCopy = _frozen ?? chain.Canonical;
            return Lag == 0 ? chainOrCopy : [.. chainOrCopy.SkipLast(Math.Min(Lag, chainOrCopy.Count - 1))];
        }
    }

    /// <summary>Goes on seeing the chain as it is now.</summary>
    public void Freeze() => (_frozen, _frozenFinality) = ([.. chain.Canonical], chain.Finalized);

    /// <summary>Sees another chain than everybody else.</summary>
    public void Defect(SimulatedChain other) => _frozen = other.Canonical;

    public void Heal()
    {
        (_frozen, _frozenFinality, Lag, MaxRange, OnQuestion, HeaderLie, LogLie) = (null, null, 0, null, null, null, null);
        (HasFinality, FinalLie) = (true, null);
    }

    public async ValueTask<Answer<SealedHeader>> ReadHeaderAsync(BlockTag block, CancellationToken cancellationToken)
    {
        if (await AskAsync(cancellationToken) is { } failure)
            return failure;
        if (block == BlockTag.Latest)
            Interlocked.Increment(ref _looks);
        var seen = Seen;
        if (block == BlockTag.Finalized && !HasFinality)
            return new SourceFailure.Unsupported("finalized: no such tag");
        if (block == BlockTag.Finalized && FinalLie is not null)
            return Answer.Of(FinalLie);
        var found = block.Hash is { } hash ? KnownBranch(hash)
            : block.Number is { } number ? At(seen, number)
            : block == BlockTag.Finalized ? At(seen, new(Math.Min((_frozenFinality ?? chain.Finalized).Value, seen[^1].Number)))
            : seen[^1];
        return found is null ? new SourceFailure.UnknownBlock(block) : Answer.Of(Told(found.Header));
    }

    public async ValueTask<Answer<IReadOnlyList<SealedHeader>>> ReadHeadersAsync(BlockRange range, CancellationToken cancellationToken)
    {
        if (await AskAsync(cancellationToken) is { } failure)
            return failure;
        var seen = Seen;
        return At(seen, range.Last) is null
            ? new SourceFailure.UnknownBlock(range.Last)
            : Answer.Of<IReadOnlyList<SealedHeader>>(
                [.. seen.Where(block => range.Contains(block.Header.Number)).Select(block => Told(block.Header))]);
    }

    public async ValueTask<Answer<IReadOnlyList<LocatedLog>>> ReadLogsAsync(
        Hash32 blockHash, LogFilter filter, CancellationToken cancellationToken)
    {
        if (await AskAsync(cancellationToken) is { } failure)
            return failure;
        if (RefusesAllLogs && filter.Addresses.Count == 0)
            return new SourceFailure.Unavailable("please specify an address");
        return KnownBranch(blockHash) is { } block
            ? Answer.Of(Told([.. block.Logs.Where(log => filter.Matches(log.Content))], filter))
            : new SourceFailure.UnknownBlock(BlockTag.At(blockHash));
    }

    public async ValueTask<Answer<IReadOnlyList<Receipt>>> ReadReceiptsAsync(Hash32 blockHash, CancellationToken cancellationToken)
    {
        if (await AskAsync(cancellationToken) is { } failure)
            return failure;
        if (ReceiptLie is null)
            return new SourceFailure.Unsupported("eth_getBlockReceipts: no such method");
        return KnownBranch(blockHash) is { } block
            ? Answer.Of(ReceiptLie(block.Receipts))
            : new SourceFailure.UnknownBlock(BlockTag.At(blockHash));
    }

    public async ValueTask<Answer<RangeLogs>> ReadLogsAsync(BlockRange range, LogFilter filter, CancellationToken cancellationToken)
    {
        // Noted before anything is awaited: whoever starts a load knows that it was noted.
        lock (_lock)
            _rangesAsked.Add(range);
        if (await AskAsync(cancellationToken) is { } failure)
            return failure;
        if (MaxRange?.Invoke(range) is { } most && range.Count > most)
            return new SourceFailure.RangeTooLarge(SuggestsRange ? most : null, $"at most {most} blocks");
        var seen = Seen;
        if (At(seen, range.Last) is not { } last)
            return new SourceFailure.UnknownBlock(range.Last);
        var logs = seen.Where(block => range.Contains(block.Header.Number)).SelectMany(block => block.Logs)
            .Where(log => filter.Matches(log.Content));
        return Answer.Of(new RangeLogs(Told(last.Header), Told([.. logs], filter)));
    }

    private async ValueTask<SourceFailure?> AskAsync(CancellationToken cancellationToken)
    {
        // Really asynchronous, so that steps and prefetching interleave as they would.
        await Task.Yield();
        if (Stall is { } stall)
            await stall(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        Fuse.Burn();
        return OnQuestion?.Invoke(Interlocked.Increment(ref _questions) - 1);
    }

    // A node keeps replaced blocks for a while, but one that lags has not seen the newest.
    private SimulatedBlock? KnownBranch(Hash32 hash)
    {
        var seen = Seen;
        return seen.FirstOrDefault(block => block.Header.Hash == hash)
            ?? (chain.Find(hash) is { } other && _frozen is null && other.Number <= seen[^1].Number ? other : null);
    }

    private static SimulatedBlock? At(IReadOnlyList<SimulatedBlock> seen, BlockNumber number) =>
        number.Value < (ulong)seen.Count ? seen[(int)number.Value] : null;

    private SealedHeader Told(SealedHeader header) => HeaderLie?.Invoke(header) ?? header;

    private IReadOnlyList<LocatedLog> Told(IReadOnlyList<LocatedLog> logs, LogFilter filter) =>
        LogLie?.Invoke(logs, filter.Addresses.Count == 0 && filter.Topics.Count == 0) ?? logs;
}

/// <summary>Counts the places where a process may die, and lets it die at one of them.</summary>
internal sealed class Fuse
{
    private readonly Lock _lock = new();
    private int _burnt;

    public int? DiesAt { get; init; }

    /// <summary>Set, it is cancelled in place of a death.</summary>
    public CancellationTokenSource? Cancels { get; init; }

    public int Burnt => _burnt;

    public void Burn()
    {
        lock (_lock)
        {
            if (_burnt++ != DiesAt)
                return;
            Cancels?.Cancel();
            Cancels?.Token.ThrowIfCancellationRequested();
            throw new ProcessDiedException();
        }
    }
}

internal sealed class ProcessDiedException : Exception;
