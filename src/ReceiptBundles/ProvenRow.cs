using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Proofs;

namespace OpenGradient.ReceiptBundles;

/// <summary>A log that its block holds.</summary>
/// <param name="Log">What was told.</param>
/// <param name="BlockNumber">In which block.</param>
/// <param name="At">When, by the block.</param>
/// <param name="IsTrusted">Whether the block is known to be of the chain; else it is the bundle's own.</param>
internal sealed record ProvenRow(Log Log, ulong BlockNumber, DateTimeOffset At, bool IsTrusted)
{
    /// <summary>Later times are those of no block: calendars end in the year 9999, and this leaves room before that.</summary>
    public const ulong MaxSeconds = 250_000_000_000;

    /// <summary>Checks a row against its own block, and whether that is known; null, and why, where it proves nothing.</summary>
    public static ProvenRow? Of(RowBundle bundle, BundleTrust trust, Address emitter, out string fault)
    {
        fault = string.Empty;
        if (bundle.ChainId != trust.ChainId.Value || !Hash32.TryParse(bundle.BlockHash, out var block))
        {
            fault = "The row is of another chain, or names no block.";
            return null;
        }

        switch (RowProof.Verify(bundle, block))
        {
            case Indexer.Proofs.BundleVerdict.Fails(var reason):
                fault = reason;
                return null;
            case Indexer.Proofs.BundleVerdict.Holds holds when holds.Emitter != emitter || holds.BlockTime > MaxSeconds:
                fault = $"{holds.Emitter} told it, and not {emitter}.";
                return null;
            case Indexer.Proofs.BundleVerdict.Holds holds:
                return new ProvenRow(holds.Log, holds.BlockNumber, DateTimeOffset.FromUnixTimeSeconds((long)holds.BlockTime), trust.Blocks.Contains(block));
            default:
                throw new InvalidOperationException("There are two verdicts.");
        }
    }
}
