using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>scrypt (RFC 7914): a key from a password, made costly in memory. .NET has PBKDF2 only.</summary>
internal static class ScryptKdf
{
    private const int BlockBytes = 128;

    /// <summary>The memory that a derivation takes: the table of n blocks, one block for each of p lanes, and two to work in.</summary>
    public static Int128 MemoryBytes(int n, int r, int p) => (Int128)BlockBytes * r * ((Int128)n + p + 2);

    /// <summary>
    /// Derives a key. The cost must be sound: n a power of two above 1, and <see cref="MemoryBytes"/> what the caller can spare, at most
    /// 2 GiB; all of that memory is wiped afterwards.
    /// </summary>
    public static unsafe void DeriveKey(
        ReadOnlySpan<byte> password,
        ReadOnlySpan<byte> salt,
        int n,
        int r,
        int p,
        Span<byte> destination,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (n < 2 || !BitOperations.IsPow2(n))
            throw new ArgumentOutOfRangeException(nameof(n), n, "scrypt's n is a power of two above 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(r, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(p, 1);

        cancellationToken.ThrowIfCancellationRequested();
        var blockBytes = BlockBytes * r;
        // A stray copy of it would turn guessing a password into one round of PBKDF2.
        var lanes = GC.AllocateUninitializedArray<byte>(checked(p * blockBytes), pinned: true);
        var vectors = blockBytes / Vector128<byte>.Count;

        // Not from the managed heap: the table is large, lives for a second, and must be wiped and gone at once.
        var tableVectors = checked((n + 2) * vectors);
        var memory = NativeMemory.AlignedAlloc(checked((nuint)tableVectors * (nuint)Vector128<byte>.Count), 64);
        try
        {
            var all = new Span<Vector128<uint>>(memory, tableVectors);
            var block = all[..vectors];
            var scratch = all.Slice(vectors, vectors);
            var table = all[(2 * vectors)..];

            Pbkdf2(password, salt, lanes);
            for (var lane = 0; lane < p; lane++)
            {
                var bytes = lanes.AsSpan(lane * blockBytes, blockBytes);
                ScryptMix.Load(bytes, block);
                ScryptMix.RoMix(block, table, scratch, ReporterOf(progress, lane, p, n), cancellationToken);
                ScryptMix.Store(block, bytes);
            }

            Pbkdf2(password, lanes, destination);
            progress?.Report(1);
        }
        finally
        {
            NativeMemory.Clear(memory, (nuint)tableVectors * (nuint)Vector128<byte>.Count);
            NativeMemory.AlignedFree(memory);
            CryptographicOperations.ZeroMemory(lanes);
        }
    }

    private static Action<int>? ReporterOf(IProgress<double>? progress, int lane, int lanes, int n) =>
        progress is null ? null : steps => progress.Report((lane + (steps / (2.0 * n))) / lanes);

    private static void Pbkdf2(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Span<byte> destination) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, destination, iterations: 1, HashAlgorithmName.SHA256);
}
