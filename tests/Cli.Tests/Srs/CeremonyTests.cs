using System.Security.Cryptography;
using System.Text.Json;
using OpenGradient.Cli.Tests.Support;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Srs;

/// <summary><c>og srs import</c> on files that snarkjs itself made: from a ceremony's file to a proof that holds, and what is said of files that are none.</summary>
public sealed class CeremonyTests : IDisposable
{
    private const int Power = 5;
    private const int Powers = 63;

    private readonly string _folder = Directory.CreateTempSubdirectory("og-ceremony-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("plain")]
    [InlineData("prepared")]
    public async Task A_file_of_a_ceremony_becomes_a_setup_and_proofs_over_it_hold(string kind)
    {
        var ceremony = await MakeAsync(kind, Power);
        var imported = await OgRun.ReportAsync("srs", "import", ceremony, "--name", "a test's ceremony", "--powers", $"{Powers}", "--out", PathOf("setup.ogs"));
        Assert.Equal((Powers, false, "a test's ceremony"), (imported.GetProperty("powers").GetInt32(), imported.GetProperty("isDevelopment").GetBoolean(), Text(imported, "label")));
        Assert.Equal(new Hash32(SHA256.HashData(await File.ReadAllBytesAsync(ceremony, Stop))).ToString(), Text(imported, "importedFileHash"));
        Assert.Equal(128, Text(imported, "importedFileBlake2b").Length);
        await OgRun.ReportAsync("srs", "show", PathOf("setup.ogs"), "--verifier", PathOf("verifier.json"));

        await File.WriteAllBytesAsync(PathOf("tiny.ogq"), TinyModel().Write(), Stop);
        await File.WriteAllTextAsync(PathOf("input.json"), """{ "input": { "shape": [5], "data": [1, 2, 3, 4, 255] } }""", Stop);
        var committed = await OgRun.ReportAsync("model", "commit", PathOf("tiny.ogq"), "--srs", PathOf("setup.ogs"));
        var proven = await OgRun.ReportAsync("prove", PathOf("tiny.ogq"), "--srs", PathOf("setup.ogs"), "--input", PathOf("input.json"), "--out", PathOf("proof.json"));
        Assert.Equal(Text(committed, "proofCommitment"), Text(proven, "proofCommitment"));
        Assert.False(proven.GetProperty("isDevelopment").GetBoolean());
        foreach (var setup in new[] { "setup.ogs", "verifier.json" })
            Assert.True((await OgRun.ReportAsync("verify", "proof", PathOf("proof.json"), "--setup", PathOf(setup))).GetProperty("holds").GetBoolean());

        // By another τ it does not.
        await OgRun.ReportAsync("srs", "dev", "--seed", "another", "--powers", $"{Powers}", "--out", PathOf("another.ogs"));
        var elsewhere = await OgRun.RunAsync("verify", "proof", PathOf("proof.json"), "--setup", PathOf("another.ogs"));
        Assert.Equal(ExitCode.Failed, elsewhere.ExitCode);
        Assert.Contains("DoesNotHold", elsewhere.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_alone_is_imported_under_its_own_name_with_all_that_it_has()
    {
        // Where the command is run: it writes there.
        var name = Path.GetFileName(_folder);
        var (ceremony, written) = (PathOf($"{name}.ptau"), $"{name}.ogs");
        File.Copy(await MakeAsync("plain", Power), ceremony);
        try
        {
            var imported = await OgRun.ReportAsync("srs", "import", ceremony);
            Assert.Equal((written, name, Powers), (Text(imported, "file"), Text(imported, "label"), imported.GetProperty("powers").GetInt32()));
            Assert.Equal(Powers, (await OgRun.ReportAsync("srs", "info", written)).GetProperty("powers").GetInt32());

            // What nobody named is not written over.
            Assert.Contains("there already", await OgRun.RefusalAsync(ExitCode.Usage, "srs", "import", ceremony), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(written);
        }
    }

    [Fact]
    public async Task What_is_no_end_of_a_ceremony_is_refused_in_words()
    {
        var ceremony = await MakeAsync("prepared", Power);
        var whole = await File.ReadAllBytesAsync(ceremony, Stop);
        var cut = PathOf("cut.ptau");
        await File.WriteAllBytesAsync(cut, whole[..(whole.Length / 3)], Stop);
        var damaged = PathOf("damaged.ptau");
        // In the first power but one of G₁: after the file's head, the header's section, and that of the powers.
        whole[12 + 12 + 44 + 12 + 64] ^= 1;
        await File.WriteAllBytesAsync(damaged, whole, Stop);

        await RefusesAsync("is cut off", cut);
        await RefusesAsync("not on the curve", damaged);
        await RefusesAsync("nobody has contributed", await MakeAsync("new", Power));
        await RefusesAsync($"challenge of a ceremony for 2^{Power}", await MakeAsync("challenge", Power));
        await RefusesAsync($"response of a ceremony for 2^{Power}", await MakeAsync("response", Power));
        await RefusesAsync("BLS12-381", await MakeAsync("new", 2, "bls12-381"));
        Assert.Contains("for 2^6 or more", await RefusesAsync("64 are wanted", ceremony, Powers + 1), StringComparison.Ordinal);
        Assert.Contains("too long", await OgRun.RefusalAsync(
            ExitCode.Usage, "srs", "import", ceremony, "--name", new string('x', 257), "--powers", "8", "--out", PathOf("out")), StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("out")));
    }

    [Fact]
    public async Task An_import_tells_what_it_is_at_and_that_the_file_is_not_known_here()
    {
        var run = await OgRun.RunAsync("srs", "import", await MakeAsync("plain", Power), "--name", "a test's ceremony", "--powers", "63", "--out", PathOf("setup.ogs"));
        Assert.Equal(ExitCode.Success, run.ExitCode);
        var said = string.Join(' ', run.Output.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
        string[] lines = ["reading the powers", "checking each of them", "hashing the whole file", "none by a sample", "SHA-256 0x", "BLAKE2b", "none of the files that are known here"];
        Assert.Equal(lines, lines.OrderBy(line => said.IndexOf(line, StringComparison.Ordinal)), StringComparer.Ordinal);
        Assert.All(lines, line => Assert.Contains(line, said, StringComparison.Ordinal));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<string> RefusesAsync(string why, string file, int powers = 8)
    {
        var refusal = await OgRun.RefusalAsync(ExitCode.Failed, "srs", "import", file, "--name", "x", "--powers", $"{powers}", "--out", PathOf("out"));
        refusal = string.Join(' ', refusal.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(why, refusal, StringComparison.Ordinal);
        return refusal;
    }

    private async Task<string> MakeAsync(string kind, int power, string curve = "bn128")
    {
        var file = await SnarkjsPeer.FindPowersAsync(power, kind, Stop, curve);
        Assert.SkipWhen(file is null, SnarkjsPeer.Missing);
        var path = PathOf($"{kind}-{power}.ptau");
        await File.WriteAllBytesAsync(path, file!, Stop);
        return path;
    }

    // Three rows of sixteen columns: 48 powers.
    private static IntegerModel TinyModel()
    {
        LayerTerms[] terms = [new(3, 1 << 24, 31, 0, 0, 127), new(2, 1 << 24, 31, 0, 0, 127)];
        IntegerLayer[] layers =
        [
            new(Enumerable.Range(0, 15).Select(i => (short)((i * 17 % 255) - 127)).ToArray(), new[] { 5, -6, 7 }),
            new(Enumerable.Range(0, 6).Select(i => (short)(100 - (i * 40))).ToArray(), new[] { -1, 1 }),
        ];
        Assert.Null(IntegerDescriptor.TryCreate(3, 5, IntegerDescriptor.MaxAccumulatorBytes, [.. terms], out var descriptor));
        return Assert.IsType<IntegerReading.Accepted>(IntegerModel.Create(descriptor!, [.. layers])).Model;
    }

    private string PathOf(string file) => Path.Combine(_folder, file);

    private static string Text(JsonElement report, string field) => report.GetProperty(field).GetString()!;
}
