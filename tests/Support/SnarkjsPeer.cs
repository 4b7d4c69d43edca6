namespace OpenGradient.Support;

/// <summary>snarkjs, by which ceremonies are held: a peer of the prover's benchmark, which is installed by hand.</summary>
public static class SnarkjsPeer
{
    public const string Missing = "snarkjs is not installed: npm ci in benchmarks/Prover/peers.";

    private static readonly string Folder = Repository.PathOf("benchmarks", "Prover", "peers");

    public static bool IsInstalled => Directory.Exists(Package);

    /// <summary>What snarkjs announces of ceremonies' files stands here.</summary>
    public static string Readme => Path.Combine(Package, "README.md");

    private static string Package => Path.Combine(Folder, "node_modules", "snarkjs");

    /// <summary>A file as snarkjs itself writes it: powers of tau with one contribution, or a step on the way there (powers.mjs tells which there are).</summary>
    public static async Task<byte[]> MakePowersAsync(int power, string kind, CancellationToken cancellationToken, string curve = "bn128")
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
