using System.Buffers.Binary;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Verifying.Reviews;

/// <summary>Which answers of others are reviewed.</summary>
public abstract record ReviewChoice
{
    private ReviewChoice()
    {
    }

    public sealed record Nothing : ReviewChoice;

    public sealed record All : ReviewChoice;

    /// <summary>So many of a thousand, by a secret hash: who answers must not know which.</summary>
    public sealed record Sampled(int Permille) : ReviewChoice;

    /// <summary>Those whose fee is at least this much, in the token's smallest unit.</summary>
    public sealed record Above(UInt256 Fee) : ReviewChoice;

    /// <summary>Reads <c>off</c>, <c>all</c>, <c>sampled:PERMILLE</c> or <c>above:FEE</c>.</summary>
    public static bool TryParse(string text, out ReviewChoice choice, out string fault)
    {
        choice = new Nothing();
        fault = "";
        switch (text.Trim().Split(':', 2))
        {
            case ["off"]:
                return true;
            case ["all"]:
                choice = new All();
                return true;
            case ["sampled", var permille] when int.TryParse(permille, out var count) && count is >= 1 and <= 1_000:
                choice = new Sampled(count);
                return true;
            case ["above", var fee] when UInt256.TryParse(fee, out var least):
                choice = new Above(least);
                return true;
            default:
                fault = $"'{text}' is none of 'off', 'all', 'sampled:' with 1 to 1000 of a thousand, and 'above:' with a fee in the token's smallest unit.";
                return false;
        }
    }

    /// <summary>Whether an answer is reviewed: the same for whoever has the same secret.</summary>
    public bool Includes(Hash32 requestId, UInt256 fee, Hash32 secret) => this switch
    {
        All => true,
        Above(var least) => fee >= least,
        Sampled(var permille) => DrawnBy(requestId, secret) < (uint)permille,
        _ => false,
    };

    private static uint DrawnBy(Hash32 requestId, Hash32 secret)
    {
        var hasher = new Keccak256Hasher();
        hasher.Append(secret.Bytes);
        hasher.Append(requestId.Bytes);
        return (uint)(BinaryPrimitives.ReadUInt64BigEndian(hasher.Finish().Bytes) % 1_000);
    }
}
