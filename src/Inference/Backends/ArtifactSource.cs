using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Inference.Backends;

/// <summary>
/// Where an artifact's bytes are had again: what was evicted from memory is read anew, and checked anew against its hash by whoever reads.
/// </summary>
/// <param name="Length">How many bytes there are.</param>
/// <param name="ReadAsync">Reads them all.</param>
public sealed record ArtifactSource(long Length, Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>> ReadAsync)
{
    public static ArtifactSource OfBytes(ReadOnlyMemory<byte> bytes) => new(bytes.Length, _ => ValueTask.FromResult(bytes));

    public static ArtifactSource OfFile(string path) =>
        new(new FileInfo(path).Length, async token => await File.ReadAllBytesAsync(path, token));

    /// <summary>An artifact's hash, which its version publishes: SHA-256.</summary>
    public static Hash32 HashOf(ReadOnlySpan<byte> bytes) => new(SHA256.HashData(bytes));
}
