using System.Buffers.Binary;
using System.Collections.Concurrent;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Following.Simulation;

/// <summary>
/// What really happened: one canonical chain, and every block that ever was, by hash. It may change while endpoints are reading it.
/// </summary>
internal sealed class SimulatedChain
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<Hash32, SimulatedBlock> _everMined = [];
    private volatile SimulatedBlock[] _canonical = [];
    private ulong _salt;

    public SimulatedChain(int blocks = 0, ulong seed = 0)
    {
        _salt = seed;
        Mine([]);
        for (var i = 0; i < blocks; i++)
            Mine(OneLog(i));
    }

    public static Address ContractA { get; } = Address.Parse("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

    public static Address ContractB { get; } = Address.Parse("0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");

    public static Hash32 Transfer { get; } = Keccak256.Hash("Transfer(address,address,uint256)"u8);

    public static Hash32 Approval { get; } = Keccak256.Hash("Approval(address,address,uint256)"u8);

    public IReadOnlyList<SimulatedBlock> Canonical => _canonical;

    public SimulatedBlock Head => _canonical[^1];

    public BlockNumber Finalized { get; private set; }

    public SimulatedBlock this[ulong number] => _canonical[(int)number];

    public SimulatedBlock? Find(Hash32 hash) => _everMined.GetValueOrDefault(hash);

    /// <summary>A log of contract A, so that blocks are not alike.</summary>
    public static Log[] OneLog(int value) => [LogOf(ContractA, Transfer, value)];

    public static Log LogOf(Address address, Hash32 topic, int value)
    {
        var data = new byte[32];
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(28), value);
        return new Log(address, [topic], data);
    }

    public SimulatedBlock Mine(params IReadOnlyList<Log> logs)
    {
        lock (_lock)
        {
            var block = SimulatedBlock.Mine(_canonical.LastOrDefault()?.Header, logs, _salt++);
            _everMined[block.Header.Hash] = block;
            _canonical = [.. _canonical, block];
            return block;
        }
    }

    public void MineMany(int count)
    {
        for (var i = 0; i < count; i++)
            Mine(OneLog((int)_salt));
    }

    /// <summary>Takes back the last blocks without others in their place.</summary>
    public void Rollback(int depth)
    {
        lock (_lock)
            _canonical = _canonical[..^depth];
    }

    /// <summary>Replaces the last blocks by others, by default by one more.</summary>
    public void Reorg(int depth, int? length = null)
    {
        lock (_lock)
        {
            Rollback(depth);
            MineMany(length ?? depth + 1);
        }
    }

    public void Finalize(ulong number) => Finalized = new(Math.Max(Finalized.Value, number));

    public IReadOnlyList<LocatedLog> LogsThat(LogFilter filter, ulong first = 0, ulong last = ulong.MaxValue) =>
    [
        .. _canonical.Where(block => block.Number >= first && block.Number <= last).SelectMany(block => block.Logs)
            .Where(log => filter.Matches(log.Content)),
    ];
}

internal sealed record SimulatedBlock(SealedHeader Header, IReadOnlyList<LocatedLog> Logs, IReadOnlyList<Receipt> Receipts)
{
    public ulong Number => Header.Number.Value;

    // Two logs to a transaction, so that indices of logs and transactions differ.
    private const int LogsPerTransaction = 2;

    public static SimulatedBlock Mine(SealedHeader? parent, IReadOnlyList<Log> logs, ulong salt)
    {
        var extra = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(extra, salt);
        var number = parent is null ? 0 : parent.Number.Value + 1;
        Receipt[] receipts =
        [
            .. logs.Chunk(LogsPerTransaction).Select((ofOne, i) => new Receipt
            {
                TransactionType = 2, Succeeded = true, CumulativeGasUsed = 50_000 * ((ulong)i + 1), Logs = ofOne,
            }),
        ];
        var header = new BlockHeader
        {
            ParentHash = parent?.Hash ?? Hash32.Zero,
            OmmersHash = default,
            Beneficiary = default,
            StateRoot = default,
            TransactionsRoot = default,
            ReceiptsRoot = BlockCommitments.ReceiptsRoot(receipts),
            LogsBloom = Bloom.Of(logs),
            Difficulty = default,
            Number = new(number),
            GasLimit = 30_000_000,
            GasUsed = 0,
            Timestamp = 1_700_000_000 + (number * 12),
            ExtraData = extra,
            MixHash = default,
            Nonce = 0,
        };
        var hash = header.ComputeHash();
        var block = new BlockRef(header.Number, hash);
        var located = logs.Select((log, i) => new LocatedLog(
            block, Keccak256.Hash([.. hash.Bytes, (byte)(i / LogsPerTransaction)]), (uint)(i / LogsPerTransaction), (uint)i, log));
        return new SimulatedBlock(new SealedHeader(hash, header), [.. located], receipts);
    }
}
