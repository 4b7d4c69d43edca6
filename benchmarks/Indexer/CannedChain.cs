using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>
/// A chain of token transfers and approvals with genuine headers, and what a node would answer about it, written out beforehand: what is
/// measured is who asks.
/// </summary>
internal sealed class CannedChain
{
    private const int Accounts = 5_000;

    private readonly List<byte[]> _headers = [];
    private readonly List<byte[]> _logs = [];
    private readonly Random _random = new(20_260);
    private readonly int _logsPerBlock;
    private SealedHeader? _tip;

    public CannedChain(int blocks, int logsPerBlock)
    {
        _logsPerBlock = logsPerBlock;
        for (var i = 0; i <= blocks; i++)
            Mine();
    }

    public static Address Token { get; } = Address.Parse("0x00000000000000000000000000000000000000aa");

    public static EventFamily Family { get; } = TokenFamily.Of("token", [Token], new(1));

    public int Head => Volatile.Read(ref _count) - 1;

    public ReadOnlyMemory<byte> HeaderAt(int number) => _headers[number];

    /// <summary>The logs of a block as JSON objects, separated by commas.</summary>
    public ReadOnlyMemory<byte> LogsAt(int number) => _logs[number];

    private int _count;

    /// <summary>Adds a block; the one at the start has no logs.</summary>
    public void Mine()
    {
        var number = _headers.Count;
        Log[] logs = number == 0 ? [] : [.. Enumerable.Range(0, _logsPerBlock).Select(LogOf)];
        var header = new BlockHeader
        {
            ParentHash = _tip?.Hash ?? default,
            OmmersHash = BlockHeader.NoOmmersHash,
            Beneficiary = default,
            StateRoot = default,
            TransactionsRoot = default,
            ReceiptsRoot = default,
            LogsBloom = Bloom.Of(logs),
            Difficulty = default,
            Number = new((ulong)number),
            GasLimit = 30_000_000,
            GasUsed = 15_000_000,
            Timestamp = 1_700_000_000 + ((ulong)number * 12),
            ExtraData = default,
            MixHash = default,
            Nonce = 0,
            BaseFeePerGas = Wei.FromGwei("1"),
        };
        _tip = new SealedHeader(header.ComputeHash(), header);
        _headers.Add(Encoding.ASCII.GetBytes(JsonOf(_tip)));
        _logs.Add(Encoding.ASCII.GetBytes(string.Join(',', logs.Select((log, i) => JsonOf(_tip, log, i)))));
        Volatile.Write(ref _count, _headers.Count);
    }

    private Log LogOf(int place)
    {
        var table = Family.Tables[place % 10 < 7 ? 0 : 1];
        var data = new byte[Hash32.ByteLength];
        BinaryPrimitives.WriteInt64BigEndian(data.AsSpan(24), _random.NextInt64());
        return new Log(Token, [table.Topic0, Account(), Account()], data);
    }

    private Hash32 Account()
    {
        Span<byte> word = stackalloc byte[Hash32.ByteLength];
        word.Clear();
        BinaryPrimitives.WriteInt32BigEndian(word[28..], _random.Next(Accounts));
        Span<byte> address = stackalloc byte[Hash32.ByteLength];
        Keccak256.Hash(word, address);
        address[..12].Clear();
        return new Hash32(address);
    }

    private static string JsonOf(SealedHeader sealedHeader)
    {
        var header = sealedHeader.Header;
        return
            $$"""
            {"hash":"{{sealedHeader.Hash}}","parentHash":"{{header.ParentHash}}","sha3Uncles":"{{header.OmmersHash}}","miner":"{{header.Beneficiary}}","stateRoot":"{{header.StateRoot}}","transactionsRoot":"{{header.TransactionsRoot}}","receiptsRoot":"{{header.ReceiptsRoot}}","logsBloom":"{{Hex.Encode(header.LogsBloom.Bytes)}}","difficulty":"0x0","number":"{{Hex.EncodeQuantity(header.Number.Value)}}","gasLimit":"{{Hex.EncodeQuantity(header.GasLimit)}}","gasUsed":"{{Hex.EncodeQuantity(header.GasUsed)}}","timestamp":"{{Hex.EncodeQuantity(header.Timestamp)}}","extraData":"0x","mixHash":"{{header.MixHash}}","nonce":"0x0000000000000000","baseFeePerGas":"{{Hex.EncodeQuantity(header.BaseFeePerGas!.Value.Value)}}","size":"0x200","uncles":[],"transactions":[]}
            """;
    }

    private static string JsonOf(SealedHeader header, Log log, int index)
    {
        var place = Hex.EncodeQuantity((ulong)index);
        Span<byte> seed = stackalloc byte[Hash32.ByteLength + sizeof(int)];
        header.Hash.CopyTo(seed);
        BinaryPrimitives.WriteInt32BigEndian(seed[Hash32.ByteLength..], index);
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"address":"{{log.Address.ToLowerHex()}}","topics":["{{string.Join("\",\"", log.Topics)}}"],"data":"{{Hex.Encode(log.Data.Span)}}","blockHash":"{{header.Hash}}","blockNumber":"{{Hex.EncodeQuantity(header.Number.Value)}}","blockTimestamp":"{{Hex.EncodeQuantity(header.Header.Timestamp)}}","transactionHash":"{{Keccak256.Hash(seed)}}","transactionIndex":"{{place}}","logIndex":"{{place}}","removed":false}
            """);
    }
}
