using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Sending.Fees;

namespace OpenGradient.Sending.Stages;

/// <summary>The chain as one endpoint tells it, all of it at one head.</summary>
internal sealed record ChainView
{
    public required EthereumClient Endpoint { get; init; }

    public required SealedHeader Head { get; init; }

    /// <summary>How many transactions of the key are in the chain: the nonces below are used.</summary>
    public required ulong Mined { get; init; }

    public required Wei Balance { get; init; }

    public required Market Market { get; init; }

    /// <summary>The highest block that is final; null while there is none.</summary>
    public required SealedHeader? Final { get; init; }

    /// <summary>Whether blocks that were seen before are not in the chain any more, or may not be.</summary>
    public required bool IsReplaced { get; init; }

    public ulong Height => Head.Number.Value;
}
