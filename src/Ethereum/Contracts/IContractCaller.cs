using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Contracts;

/// <summary>Asks contracts without changing anything: <c>eth_call</c>. What generated contract classes stand on.</summary>
public interface IContractCaller
{
    /// <summary>
    /// What calling <paramref name="to"/> with <paramref name="data"/> returns in the state after a block. A call that reverts throws
    /// <see cref="ContractRevertedException"/>.
    /// </summary>
    ValueTask<ReadOnlyMemory<byte>> CallAsync(Address to, ReadOnlyMemory<byte> data, BlockTag at, CancellationToken cancellationToken);
}
