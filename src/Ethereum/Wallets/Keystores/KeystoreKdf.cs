using System.Numerics;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>How a keystore makes its key from the password, and at what cost to whoever guesses.</summary>
public abstract record KeystoreKdf
{
    private KeystoreKdf()
    {
    }

    /// <summary>What geth writes: 256 MiB and about a second.</summary>
    public static KeystoreKdf Standard { get; } = new Scrypt(1 << 18, 8, 1);

    /// <summary>What geth writes with <c>--lightkdf</c>: 4 MiB and a tenth of the time, for keys that guard nothing.</summary>
    public static KeystoreKdf Light { get; } = new Scrypt(1 << 12, 8, 6);

    /// <summary>scrypt, RFC 7914.</summary>
    /// <param name="N">The cost, a power of two above 1.</param>
    /// <param name="R">The block size: a block has 128·r bytes, and the table N blocks.</param>
    /// <param name="P">How many times over, one after the other.</param>
    public sealed record Scrypt(int N, int R, int P) : KeystoreKdf;

    /// <summary>PBKDF2 with HMAC-SHA-256.</summary>
    /// <param name="Iterations">How many times over.</param>
    public sealed record Pbkdf2(int Iterations) : KeystoreKdf;

    /// <summary>Whether the parameters make sense at all; what is wrong otherwise.</summary>
    internal string? Fault => this switch
    {
        Scrypt { N: < 2 } or Scrypt { R: < 1 } or Scrypt { P: < 1 } => "scrypt's n is at least 2, its r and p at least 1.",
        Scrypt scrypt when !BitOperations.IsPow2(scrypt.N) => $"scrypt's n is a power of two, not {scrypt.N}.",
        Pbkdf2 { Iterations: < 1 } => "PBKDF2 has at least one iteration.",
        _ => null,
    };
}

/// <summary>
/// What opening a keystore may cost. The parameters stand in the file, so whoever can hand over a file could otherwise ask for all memory, or
/// for a day. The defaults take all that common wallets write, several times over.
/// </summary>
public sealed record KeystoreLimits
{
    // What one span can hold, whatever is granted.
    private const long MostScryptMemoryBytes = int.MaxValue;

    public static KeystoreLimits Default { get; } = new();

    /// <summary>
    /// The most memory that scrypt may take, 128·r·(n + p + 2) bytes. geth's standard takes 256 MiB. More than 2 GiB are never taken.
    /// </summary>
    public long MaxScryptMemoryBytes { get; init; } = 520L << 20;

    /// <summary>The most work that scrypt may take, n·r·p. geth's standard is 2^21, about a second.</summary>
    public long MaxScryptWork { get; init; } = 1L << 24;

    /// <summary>The most iterations of PBKDF2, which cannot be interrupted: ten million take a few seconds.</summary>
    public int MaxPbkdf2Iterations { get; init; } = 10_000_000;

    /// <summary>What is asked for and what is granted, if that is less.</summary>
    internal string? Exceeded(KeystoreKdf kdf)
    {
        switch (kdf)
        {
            case KeystoreKdf.Scrypt(var n, var r, var p):
                var memory = ScryptKdf.MemoryBytes(n, r, p);
                var granted = Math.Min(MaxScryptMemoryBytes, MostScryptMemoryBytes);
                if (memory > granted)
                    return $"scrypt with n={n}, r={r}, p={p} takes {memory} bytes of memory; at most {granted} are granted.";
                var work = (Int128)n * r * p;
                return work > MaxScryptWork
                    ? $"scrypt with n={n}, r={r}, p={p} takes n·r·p = {work} steps; at most {MaxScryptWork} are granted."
                    : null;
            case KeystoreKdf.Pbkdf2(var iterations):
                return iterations > MaxPbkdf2Iterations
                    ? $"PBKDF2 takes {iterations} iterations; at most {MaxPbkdf2Iterations} are granted."
                    : null;
            default:
                throw new InvalidOperationException($"Unknown key derivation {kdf}.");
        }
    }
}
