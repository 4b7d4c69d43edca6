using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OpenGradient.Benchmarks.Prover;

/// <summary>What snarkjs measured of itself: times in milliseconds, one for each round.</summary>
[SuppressMessage("Performance", "CA1812", Justification = "It is read from JSON.")]
internal sealed record Groth16Figures(
    string Runtime, int Constraints, double CompileMs, double? PowersMs, double SetupMs, long KeyBytes, int PublicSignals, double[] Witness, double[] Prove, double[] Verify,
    double PeakMiB)
{
    /// <summary>From the input to the proof.</summary>
    public double[] Whole => [.. Witness.Zip(Prove, (witness, prove) => witness + prove)];

    /// <summary>Three points of 64, 128 and 64 bytes, and a word for each public signal.</summary>
    public int Bytes => 256 + (32 * PublicSignals);
}

/// <summary>
/// snarkjs' Groth16 on a model whose weights are constants of a circuit in circom, in a process of its own. Its packages are for this benchmark alone, and
/// are installed by hand: <c>npm ci</c> in <c>benchmarks/Prover/peers</c>.
/// </summary>
internal static class Groth16Peer
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static bool IsInstalled(string repositoryRoot) => Directory.Exists(Path.Combine(FolderIn(repositoryRoot), "node_modules", "snarkjs"));

    /// <summary>Proves so many times; throws if the circuit's output is not the model's.</summary>
    public static async Task<Groth16Figures> MeasureAsync(string repositoryRoot, ProverSubject subject, int rounds, CancellationToken cancellationToken)
    {
        // Powers of tau take snarkjs minutes and are any model's: they are made once.
        var work = Path.Combine(repositoryRoot, ".og", "prover-peers");
        Directory.CreateDirectory(work);
        var model = Path.Combine(work, "model.json");
        await File.WriteAllBytesAsync(model, Describe(subject), cancellationToken);
        var start = new ProcessStartInfo("node", ["groth16.mjs", model, work, rounds.ToString(System.Globalization.CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = FolderIn(repositoryRoot),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var answer = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? JsonSerializer.Deserialize<Groth16Figures>(answer, Json) ?? throw new JsonException("snarkjs answered null.")
                : throw new InvalidOperationException($"snarkjs failed: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static string FolderIn(string repositoryRoot) => Path.Combine(repositoryRoot, "benchmarks", "Prover", "peers");

    private static byte[] Describe(ProverSubject subject)
    {
        var (input, output) = subject.Answer;
        var model = subject.Model.Model;
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                input = input.ToArray().Select(value => (int)value),
                output,
                layers = model.Layers.Select((layer, i) => new
                {
                    weights = layer.Weights.ToArray().Chunk(model.Descriptor.InputsOf(i)),
                    biases = layer.Biases.ToArray(),
                    multiplier = model.Descriptor.Layers[i].Multiplier,
                    shift = model.Descriptor.Layers[i].Shift,
                }),
            },
            Json);
    }
}
