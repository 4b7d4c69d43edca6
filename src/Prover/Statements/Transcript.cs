using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Layout;

namespace OpenGradient.Prover.Statements;

/// <summary>The hashes that challenges are drawn from, byte by byte as docs/proofs.md has them.</summary>
internal static class Transcript
{
    private static readonly Hash32 ShortDomain = Keccak256.Hash("OpenGradient.Relayer.Proof.Short.1"u8);
    private static readonly Hash32 LongDomain = Keccak256.Hash("OpenGradient.Relayer.Proof.Long.1"u8);

    /// <summary>h: all that is stated.</summary>
    public static Hash32 Begin(ProofForm form, ProofContext context, Hash32 proofCommitment, IReadOnlyList<Hash32> receiptDigests, ReadOnlySpan<byte> items)
    {
        var hasher = new Keccak256Hasher();
        Span<byte> word = stackalloc byte[32];
        hasher.Append((form == ProofForm.Long ? LongDomain : ShortDomain).Bytes);
        new UInt256(context.ChainId.Value).WriteBigEndian(word);
        hasher.Append(word);
        word.Clear();
        context.Verifier.CopyTo(word[^Address.ByteLength..]);
        hasher.Append(word);
        hasher.Append(proofCommitment.Bytes);
        new UInt256((ulong)receiptDigests.Count).WriteBigEndian(word);
        hasher.Append(word);
        foreach (var digest in receiptDigests)
            hasher.Append(digest.Bytes);
        hasher.Append(items);
        return hasher.Finish();
    }

    /// <summary>h₁ and h₂: a hash with messages.</summary>
    public static Hash32 Next(Hash32 hash, ReadOnlySpan<byte> messages)
    {
        var hasher = new Keccak256Hasher();
        hasher.Append(hash.Bytes);
        hasher.Append(messages);
        return hasher.Finish();
    }

    /// <summary>A challenge of its own beside others of the same hash.</summary>
    public static Fr Challenge(Hash32 hash, byte number) => Challenge(Next(hash, [number]));

    /// <summary>2^256 is not a multiple of p: some values are 6/5 times as likely as others, which a challenge may be.</summary>
    public static Fr Challenge(Hash32 hash) => Fr.FromUInt256(hash.ToUInt256());
}
