using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>The fields of a log, as its JSON names them.</summary>
[Flags]
internal enum LogField
{
    None = 0,
    Address = 1,
    Topics = 2,
    Data = 4,
    BlockHash = 8,
    BlockNumber = 16,
    TransactionHash = 32,
    TransactionIndex = 64,
    LogIndex = 128,
    Removed = 256,
    BlockTimestamp = 512,
}

/// <summary>What was read of a log so far.</summary>
internal struct LogValues
{
    public Address Address;
    public LogTopics Topics;
    public ReadOnlyMemory<byte> Data;
    public Hash32 BlockHash;
    public ulong BlockNumber;
    public Hash32 TransactionHash;
    public uint TransactionIndex;
    public uint LogIndex;
    public ulong? BlockTimestamp;
    public bool IsRemoved;

    public readonly LocatedLog ToLog() => new(new BlockRef(new(BlockNumber), BlockHash), TransactionHash, TransactionIndex, LogIndex, new Log(Address, Topics, Data))
    {
        BlockTimestamp = BlockTimestamp,
        Removed = IsRemoved,
    };
}
