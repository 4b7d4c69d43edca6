using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tests.Following.Simulation;

namespace OpenGradient.Indexer.Tests.Storage;

/// <summary>A chain without end that remembers only its last blocks, and the endpoint that tells of it.</summary>
internal sealed class RollingChain : IChainSource
{
    /// <summary>So many of the last blocks may be replaced.</summary>
    public const int NotFinal = 32;

    private const int Remembered = 3 * NotFinal;

    private readonly List<SimulatedBlock> _blocks = [SimulatedBlock.Mine(null, [], 0)];
    private readonly Random _random = new(24);
    private ulong _salt;

    public string Name => "rolling";

    public SimulatedBlock Head => _blocks[^1];

    /// <summary>Replaces the last blocks, if any, and adds one; each has a row.</summary>
    public void Mine(int fork = 0)
    {
        var replaced = Math.Min(fork, _blocks.Count - 1);
        _blocks.RemoveRange(_blocks.Count - replaced, replaced);
        for (var i = 0; i <= replaced; i++)
        {
            _blocks.Add(SimulatedBlock.Mine(Head.Header, [IndexedChain.TransferOf(_random), .. Enumerable.Range(0, _random.Next(4)).Select(_ => IndexedChain.LogOf(_random))], ++_salt));
            if (_blocks.Count > Remembered)
                _blocks.RemoveAt(0);
        }
    }

    public ValueTask<Answer<SealedHeader>> ReadHeaderAsync(BlockTag block, CancellationToken cancellationToken)
    {
        var found = block == BlockTag.Finalized ? _blocks[Math.Max(0, _blocks.Count - 1 - NotFinal)]
            : block.Hash is { } hash ? _blocks.Find(known => known.Header.Hash == hash)
            : block.Number is { } number ? At(number)
            : Head;
        return ValueTask.FromResult(found is null ? new SourceFailure.UnknownBlock(block) : Answer.Of(found.Header));
    }

    public ValueTask<Answer<IReadOnlyList<SealedHeader>>> ReadHeadersAsync(BlockRange range, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Answer.Of<IReadOnlyList<SealedHeader>>([.. In(range).Select(block => block.Header)]));

    public ValueTask<Answer<IReadOnlyList<LocatedLog>>> ReadLogsAsync(Hash32 blockHash, LogFilter filter, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Answer.Of<IReadOnlyList<LocatedLog>>([.. _blocks.First(block => block.Header.Hash == blockHash).Logs.Where(log => filter.Matches(log.Content))]));

    public ValueTask<Answer<IReadOnlyList<Receipt>>> ReadReceiptsAsync(Hash32 blockHash, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Answer.Of(_blocks.First(block => block.Header.Hash == blockHash).Receipts));

    public ValueTask<Answer<RangeLogs>> ReadLogsAsync(BlockRange range, LogFilter filter, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Answer.Of(new RangeLogs(At(range.Last)!.Header, [.. In(range).SelectMany(block => block.Logs).Where(log => filter.Matches(log.Content))])));

    private IEnumerable<SimulatedBlock> In(BlockRange range) => _blocks.Where(block => range.Contains(block.Header.Number));

    private SimulatedBlock? At(BlockNumber number) => _blocks.Find(block => block.Header.Number == number);
}
