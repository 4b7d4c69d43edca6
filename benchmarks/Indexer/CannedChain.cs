using System.Buffers;
using System.Text;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>
/// A chain with genuine headers, and what a node would answer about it. Of each block only the hash is kept: its logs are written out beforehand but for
/// what differs from block to block, so that a chain may be long, and what is measured is who asks.
/// </summary>
internal sealed class CannedChain
{
    /// <summary>A transfer and its approval, say.</summary>
    private const int LogsPerTransaction = 2;

    private const ulong FirstTime = 1_700_000_000;
    private const int SecondsPerBlock = 12;

    private readonly List<Hash32> _hashes = [];
    private readonly CannedLogs _logs;
    private readonly CannedLog[][] _texts;
    private readonly Bloom[] _blooms;
    private readonly byte[][] _transactions;
    private int _count;

    /// <param name="logs">What is in its blocks.</param>
    /// <param name="blocks">So many with logs, behind one without.</param>
    /// <param name="emptyBlocks">So many without behind them.</param>
    public CannedChain(CannedLogs logs, int blocks, int emptyBlocks = 0)
    {
        (_logs, FullBlocks) = (logs, blocks);
        _texts = [.. logs.Sets.Select(set => set.Select((log, i) => new CannedLog(log, i, i / LogsPerTransaction)).ToArray())];
        _blooms = [.. logs.Sets.Select(set => Bloom.Of(set))];
        _transactions = [.. Enumerable.Range(0, (logs.Sets[0].Count + LogsPerTransaction - 1) / LogsPerTransaction).Select(TransactionOf)];
        for (var i = 0; i <= blocks + emptyBlocks; i++)
            Mine();
    }

    public CannedLogs Logs => _logs;

    public int Head => Volatile.Read(ref _count) - 1;

    /// <summary>The last block with logs; blocks that are mined later have some again.</summary>
    private int FullBlocks { get; set; }

    /// <summary>Adds a block.</summary>
    public void Mine(bool hasLogs = false)
    {
        if (hasLogs)
            FullBlocks = _hashes.Count;
        _hashes.Add(HeaderOf(_hashes.Count).ComputeHash());
        Volatile.Write(ref _count, _hashes.Count);
    }

    public IReadOnlyList<Log> LogsAt(int number) => number == 0 || number > FullBlocks ? [] : _logs.Sets[number % _logs.Sets.Count];

    /// <summary>What a follower would make of some blocks, for what is measured without one.</summary>
    public ChainSegment Segment(IReadOnlyList<int> blocks) => new()
    {
        Blocks = new(new((ulong)blocks[0]), new((ulong)blocks[^1])),
        ParentHash = _hashes[blocks[0] - 1],
        Last = new BlockRef(new((ulong)blocks[^1]), _hashes[blocks[^1]]),
        Headers = [.. blocks.Select(number => new SealedHeader(_hashes[number], HeaderOf(number)))],
        Logs =
        [
            .. blocks.SelectMany(number => LogsAt(number).Select((log, i) => new LocatedLog(
                new BlockRef(new((ulong)number), _hashes[number]), CannedLog.TransactionHash(_hashes[number], i / LogsPerTransaction), (uint)(i / LogsPerTransaction), (uint)i, log))),
        ],
    };

    public int? NumberOf(string hash)
    {
        var wanted = Hash32.Parse(hash);
        for (var number = Head; number >= 0; number--)
        {
            if (_hashes[number] == wanted)
                return number;
        }

        return null;
    }

    /// <summary>Writes a block as JSON, with whole transactions or without any.</summary>
    public void WriteBlock(int number, bool isWhole, IBufferWriter<byte> to)
    {
        var header = HeaderOf(number);
        var hash = _hashes[number].ToString();
        Encoding.ASCII.GetBytes(
            $$"""
            {"hash":"{{hash}}","parentHash":"{{header.ParentHash}}","sha3Uncles":"{{header.OmmersHash}}","miner":"{{header.Beneficiary}}","stateRoot":"{{header.StateRoot}}","transactionsRoot":"{{header.TransactionsRoot}}","receiptsRoot":"{{header.ReceiptsRoot}}","logsBloom":"{{Hex.Encode(header.LogsBloom.Bytes)}}","difficulty":"0x0","totalDifficulty":"0x0","number":"{{Quantity(number)}}","gasLimit":"{{Hex.EncodeQuantity(header.GasLimit)}}","gasUsed":"{{Hex.EncodeQuantity(header.GasUsed)}}","timestamp":"{{Hex.EncodeQuantity(header.Timestamp)}}","extraData":"0x","mixHash":"{{header.MixHash}}","nonce":"0x0000000000000000","baseFeePerGas":"{{Hex.EncodeQuantity(header.BaseFeePerGas!.Value.Value)}}","size":"0x200","uncles":[],"transactions":[
            """.AsSpan(), to);
        for (var i = 0; isWhole && i * LogsPerTransaction < LogsAt(number).Count; i++)
        {
            if (i > 0)
                to.Write(","u8);
            to.Write(_transactions[i]);
            Encoding.ASCII.GetBytes($"\"blockHash\":\"{hash}\",\"blockNumber\":\"{Quantity(number)}\",\"hash\":\"{CannedLog.TransactionHash(_hashes[number], i)}\"}}".AsSpan(), to);
        }

        to.Write("]}"u8);
    }

    /// <summary>Writes the logs of a block with one of some first topics, or all of them, separated by commas; false when there are none.</summary>
    public bool TryWriteLogs(int number, IReadOnlySet<Hash32>? wanted, bool isFirst, IBufferWriter<byte> to)
    {
        var logs = LogsAt(number);
        if (logs.Count == 0)
            return false;
        var texts = _texts[number % _texts.Length];
        Span<byte> hash = stackalloc byte[2 * Hash32.ByteLength];
        Convert.TryToHexStringLower(_hashes[number].Bytes, hash, out _);
        var place = Encoding.ASCII.GetBytes($"{TimeOf(number):x}\",\"blockNumber\":\"0x{number:x}\"}}");
        var wrote = false;
        for (var i = 0; i < logs.Count; i++)
        {
            if (wanted is not null && !wanted.Contains(logs[i].Topics[0]))
                continue;
            if (wrote || !isFirst)
                to.Write(","u8);
            wrote = true;
            texts[i].Write(hash, place, to);
        }

        return wrote;
    }

    private BlockHeader HeaderOf(int number) => new()
    {
        ParentHash = number == 0 ? default : _hashes[number - 1],
        OmmersHash = BlockHeader.NoOmmersHash,
        Beneficiary = default,
        StateRoot = default,
        TransactionsRoot = default,
        ReceiptsRoot = default,
        LogsBloom = LogsAt(number).Count == 0 ? Bloom.Empty : _blooms[number % _blooms.Length],
        Difficulty = default,
        Number = new((ulong)number),
        GasLimit = 30_000_000,
        GasUsed = 15_000_000,
        Timestamp = TimeOf(number),
        ExtraData = default,
        MixHash = default,
        Nonce = 0,
        BaseFeePerGas = Wei.FromGwei("1"),
    };

    private static ulong TimeOf(int number) => FirstTime + ((ulong)number * SecondsPerBlock);

    private static string Quantity(int number) => Hex.EncodeQuantity((ulong)number);

    private static byte[] TransactionOf(int index) => Encoding.ASCII.GetBytes(
        $$"""
        {"type":"0x2","chainId":"0x7a69","from":"0x00000000000000000000000000000000000000bb","to":"0x00000000000000000000000000000000000000aa","gas":"0x186a0","gasPrice":"0x3b9aca00","maxFeePerGas":"0x3b9aca00","maxPriorityFeePerGas":"0x1","input":"0xa9059cbb","nonce":"{{Quantity(index)}}","value":"0x0","accessList":[],"v":"0x0","r":"0x1","s":"0x1","yParity":"0x0","transactionIndex":"{{Quantity(index)}}",
        """);
}
