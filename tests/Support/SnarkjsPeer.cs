namespace OpenGradient.Support;

/// <summary>
/// snarkjs, by which ceremonies are held: a peer of the prover's benchmark, which is installed by hand. Small files that it has made (`node powers.mjs`, version 0.7.6) are kept, so that what is read of them is
/// tested without it.
/// </summary>
public static class SnarkjsPeer
{
    public const string Missing = "snarkjs is not installed: npm ci in benchmarks/Prover/peers.";

    private static readonly string Folder = Repository.PathOf("benchmarks", "Prover", "peers");

    public static bool IsInstalled => Directory.Exists(Package);

    /// <summary>What snarkjs announces of ceremonies' files stands here.</summary>
    public static string Readme => Path.Combine(Package, "README.md");

    private static readonly string Kept = Repository.PathOf("tests", "Support", "Ceremonies");

    private static string Package => Path.Combine(Folder, "node_modules", "snarkjs");

    /// <summary>
    /// A file as snarkjs itself writes it: powers of tau with one contribution, or a step on the way there (powers.mjs tells which there are). One that is kept is read; null where none is, and snarkjs is not installed.
    /// </summary>
    public static async Task<byte[]?> FindPowersAsync(int power, string kind, CancellationToken cancellationToken, string curve = "bn128")
    {
        var kept = Path.Combine(Kept, $"{kind}-{power}-{curve}.ptau");
        return File.Exists(kept) ? await File.ReadAllBytesAsync(kept, cancellationToken)
            : IsInstalled ? await MakePowersAsync(power, kind, curve, cancellationToken)
            : null;
    }

    private static async Task<byte[]> MakePowersAsync(int power, string kind, string curve, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("snarkjs-").FullName;
        try
        {
            var file = Path.Combine(folder, "powers");
            await PeerProcess.RunAsync("node", [Path.Combine(Folder, "powers.mjs"), file, $"{power}", kind, curve], string.Empty, cancellationToken);
            return await File.ReadAllBytesAsync(file, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
