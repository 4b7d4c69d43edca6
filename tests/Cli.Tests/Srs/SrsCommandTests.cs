using System.Text.Json;
using OpenGradient.Cli.Tests.Support;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Srs;

/// <summary><c>og srs</c>, <c>og model compile</c> and <c>og model commit</c>: from a network to the commitment that its proofs stand on.</summary>
public sealed class SrsCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("og-srs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_network_becomes_a_commitment_under_a_development_setup_that_says_what_it_is()
    {
        var made = await OgRun.ReportAsync("srs", "dev", "--seed", "test", "--size", "16", "--out", PathOf("dev.ogs"));
        Assert.Equal(1 << 16, made.GetProperty("powers").GetInt32());
        Assert.StartsWith("UNSAFE", Text(made, "label"), StringComparison.Ordinal);
        Assert.True(made.GetProperty("isDevelopment").GetBoolean());
        var shown = await OgRun.RunAsync("srs", "info", PathOf("dev.ogs"));
        Assert.Contains("UNSAFE development setup", shown.Output, StringComparison.Ordinal);
        Assert.Contains(Text(made, "tau"), shown.Output.ReplaceLineEndings(string.Empty), StringComparison.Ordinal);

        await OgRun.ReportAsync("srs", "show", PathOf("dev.ogs"), "--verifier", PathOf("verifier.json"));
        using var verifier = JsonDocument.Parse(await File.ReadAllTextAsync(PathOf("verifier.json"), TestContext.Current.CancellationToken));
        Assert.Equal(Text(made, "tau"), Text(verifier.RootElement, "tau2"));
        // [τ] to [τ^32768] show τ² to τ^65536.
        Assert.Equal(16, verifier.RootElement.GetProperty("tau1Powers").GetArrayLength());
        Assert.Equal(16, verifier.RootElement.GetProperty("tau2Powers").GetArrayLength());

        var samples = new byte[784 * 20];
        new Random(1).NextBytes(samples);
        await File.WriteAllBytesAsync(PathOf("samples"), samples, TestContext.Current.CancellationToken);
        var compiled = await OgRun.ReportAsync(
            "model", "compile", Repository.PathOf("models", "digits-mlp", "model.onnx"), "--calibrate", PathOf("samples"), "--out", PathOf("digits.ogq"));
        Assert.Equal([784, 56, 10], compiled.GetProperty("sizes").EnumerateArray().Select(size => size.GetInt32()));
        Assert.Equal(20, compiled.GetProperty("samples").GetInt32());
        Assert.True(compiled.GetProperty("sameGreatest").GetDouble() > 0.8);
        Assert.Equal(56 * 1024, compiled.GetProperty("powers").GetInt32());
        var proofs = compiled.GetProperty("proofs");
        Assert.InRange(proofs.GetProperty("shortGas").GetDouble(), 300_000, 320_000);
        Assert.InRange(proofs.GetProperty("batchGas").GetDouble(), 90_000, 100_000);
        Assert.True(proofs.GetProperty("shortGas").GetInt64() < proofs.GetProperty("longGas").GetInt64());
        Assert.True(proofs.GetProperty("shortSeconds").GetDouble() > proofs.GetProperty("longSeconds").GetDouble());

        var committed = await OgRun.ReportAsync("model", "commit", PathOf("digits.ogq"), "--srs", PathOf("dev.ogs"));
        Assert.Equal(66, Text(committed, "proofCommitment").Length);
        Assert.Equal(compiled.GetProperty("outputScale").GetDouble(), committed.GetProperty("outputScale").GetDouble());
        Assert.InRange(committed.GetProperty("outputScale").GetDouble(), 1e-9, 1);
        Assert.StartsWith("UNSAFE", Text(committed, "setup"), StringComparison.Ordinal);

        await OgRun.ReportAsync("srs", "dev", "--seed", "test", "--powers", "1000", "--out", PathOf("small.ogs"));
        Assert.Contains("the setup has 1000", await OgRun.RefusalAsync(ExitCode.Failed, "model", "commit", PathOf("digits.ogq"), "--srs", PathOf("small.ogs")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_are_no_setup_no_ceremony_and_no_whole_inputs_are_refused()
    {
        await File.WriteAllTextAsync(PathOf("text"), "this is no setup", TestContext.Current.CancellationToken);
        Assert.Contains("is no setup", await OgRun.RefusalAsync(ExitCode.Failed, "srs", "show", PathOf("text")), StringComparison.Ordinal);
        Assert.Contains("no powers of tau", await OgRun.RefusalAsync(ExitCode.Failed, "srs", "import", PathOf("text"), "--name", "x", "--out", PathOf("out")), StringComparison.Ordinal);
        Assert.Contains("no file", await OgRun.RefusalAsync(ExitCode.Failed, "srs", "show", PathOf("nothing")), StringComparison.Ordinal);
        await OgRun.RefusalAsync(ExitCode.Usage, "srs", "dev", "--powers", "1", "--out", PathOf("out"));
        await OgRun.RefusalAsync(ExitCode.Usage, "srs", "dev", "--size", "27", "--out", PathOf("out"));
        Assert.Contains("say the same", await OgRun.RefusalAsync(ExitCode.Usage, "srs", "dev", "--size", "4", "--powers", "16", "--out", PathOf("out")), StringComparison.Ordinal);
        Assert.Contains("784 bytes", await OgRun.RefusalAsync(
            ExitCode.Usage, "model", "compile", Repository.PathOf("models", "digits-mlp", "model.onnx"), "--calibrate", PathOf("text"), "--out", PathOf("out")), StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("out")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("\t")]
    public async Task A_ceremony_without_a_name_is_refused_before_its_file_is_looked_at(string name)
    {
        await File.WriteAllTextAsync(PathOf("text"), "this is no ceremony", TestContext.Current.CancellationToken);

        Assert.Contains("--name is empty", await OgRun.RefusalAsync(ExitCode.Usage, "srs", "import", PathOf("text"), "--name", name, "--out", PathOf("out")), StringComparison.Ordinal);
    }

    private string PathOf(string file) => Path.Combine(_folder, file);

    private static string Text(JsonElement report, string field) => report.GetProperty(field).GetString()!;
}
