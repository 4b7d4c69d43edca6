using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Settlement;

/// <summary>An answer that is ready to be settled, as far as the planning of batches has to know it.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="ReadySince">Since when it could be sent.</param>
/// <param name="Before">Chain time by which it has to be mined.</param>
/// <param name="Gas">What it takes in a batch, its callback included.</param>
/// <param name="Bytes">What it adds to the transaction.</param>
public sealed record BatchItem(Hash32 RequestId, DateTimeOffset ReadySince, ulong Before, ulong Gas, int Bytes);
