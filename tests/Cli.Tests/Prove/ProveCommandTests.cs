using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGradient.Cli.Tests.Support;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Prove;

/// <summary><c>og prove</c> and <c>og verify proof</c>: a proof as a file, made here and checked here.</summary>
public sealed class ProveCommandTests : IDisposable
{
    private static readonly string Model = Repository.PathOf("models", "volatility", "model.ogq");
    private static readonly string VerifierSetup = Repository.PathOf("contracts", "script", "deployment", "development-setup.json");

    private readonly string _folder = Directory.CreateTempSubdirectory("og-prove-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_proof_of_two_inputs_is_made_and_holds_by_either_form_of_the_setup()
    {
        await SetUpAsync();

        var made = await ProveAsync();

        Assert.Equal(2, made.GetProperty("outputs").GetArrayLength());
        Assert.True(made.GetProperty("isDevelopment").GetBoolean());
        foreach (var setup in new[] { PathOf("dev.ogs"), VerifierSetup })
        {
            var checkedProof = await OgRun.ReportAsync("verify", "proof", PathOf("proof.json"), "--setup", setup);
            Assert.True(checkedProof.GetProperty("holds").GetBoolean());
            Assert.Equal(made.GetProperty("proofCommitment").GetString(), checkedProof.GetProperty("statements")[0].GetProperty("proofCommitment").GetString());
        }
    }

    [Theory]
    [InlineData("long", "Long")]
    [InlineData("SHORT", "Short")]
    [InlineData("auto", "Short")]
    public async Task The_form_is_chosen_and_either_holds(string form, string expected)
    {
        await SetUpAsync();

        var made = await ProveAsync("--form", form);

        Assert.Equal(expected, made.GetProperty("form").GetString());
        Assert.True((await OgRun.ReportAsync("verify", "proof", PathOf("proof.json"), "--setup", VerifierSetup)).GetProperty("holds").GetBoolean());
    }

    [Fact]
    public async Task A_form_that_is_none_is_refused()
    {
        await SetUpAsync();
        Assert.Contains("--form is 'quick'", await OgRun.RefusalAsync(
            ExitCode.Usage, "prove", Model, "--srs", PathOf("dev.ogs"), "--input", PathOf("input0.json"), "--form", "quick", "--out", PathOf("proof.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chainId", "2", "DoesNotHold")]
    [InlineData("receiptDigest", "\"0x1111111111111111111111111111111111111111111111111111111111111111\"", "DoesNotHold")]
    [InlineData("outputCommit", "\"0x1111111111111111111111111111111111111111111111111111111111111111\"", "WrongItem")]
    [InlineData("proof", "\"0x01\"", "Malformed")]
    public async Task A_proof_that_says_something_else_does_not_hold(string field, string value, string fault)
    {
        await SetUpAsync();
        await ProveAsync();
        var lines = await File.ReadAllLinesAsync(PathOf("proof.json"), Stop);
        var changed = Array.FindIndex(lines, line => line.Contains($"\"{field}\":", StringComparison.Ordinal));
        lines[changed] = $"\"{field}\": {value}{(lines[changed].EndsWith(',') ? "," : "")}";
        await File.WriteAllLinesAsync(PathOf("changed.json"), lines, Stop);

        var run = await OgRun.RunAsync("verify", "proof", PathOf("changed.json"), "--setup", VerifierSetup);

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains(fault, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_input_no_proof_and_no_setup_is_refused_in_words()
    {
        await SetUpAsync();
        await File.WriteAllBytesAsync(PathOf("bad"), new byte[] { 1, 2, 3 }, Stop);
        await File.WriteAllTextAsync(PathOf("bad.json"), "{}", Stop);

        Assert.Contains("none of the model's", await OgRun.RefusalAsync(ExitCode.Usage, "prove", Model, "--srs", PathOf("dev.ogs"), "--raw", PathOf("bad"), "--out", PathOf("proof.json")), StringComparison.Ordinal);
        Assert.Contains("0 inputs", await OgRun.RefusalAsync(ExitCode.Usage, "prove", Model, "--srs", PathOf("dev.ogs"), "--out", PathOf("proof.json")), StringComparison.Ordinal);
        Assert.Contains("belong together", await OgRun.RefusalAsync(
            ExitCode.Usage, "prove", Model, "--srs", PathOf("dev.ogs"), "--raw", PathOf("bad"), "--chain", "5", "--out", PathOf("proof.json")), StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("proof.json")));
        Assert.Contains("no proof", await OgRun.RefusalAsync(ExitCode.Usage, "verify", "proof", PathOf("bad.json"), "--setup", VerifierSetup), StringComparison.Ordinal);
        await ProveAsync();
        Assert.Contains("no verifier's setup", await OgRun.RefusalAsync(ExitCode.Usage, "verify", "proof", PathOf("proof.json"), "--setup", PathOf("bad.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tau2Powers", 3, "[τ^16]₂ is not the power")]
    [InlineData("tau1Powers", 3, "[τ^8]₁ is not the power")]
    [InlineData("tau1Powers", -1, "as many")]
    [InlineData("tau1Powers", null, "has not all of")]
    public async Task A_setup_whose_powers_are_not_those_of_its_tau_is_refused(string field, int? place, string why)
    {
        await SetUpAsync();
        await ProveAsync();
        var setup = JsonNode.Parse(await File.ReadAllTextAsync(VerifierSetup, Stop))!.AsObject();
        var points = setup[field]!.AsArray();
        if (place is null)
            setup.Remove(field);
        else if (place < 0)
            points.RemoveAt(points.Count - 1);
        else
            points[place.Value] = points[0]!.GetValue<string>();
        await File.WriteAllTextAsync(PathOf("setup.json"), setup.ToJsonString(), Stop);

        var refusal = await OgRun.RefusalAsync(ExitCode.Usage, "verify", "proof", PathOf("proof.json"), "--setup", PathOf("setup.json"));

        Assert.Contains(why, string.Join(' ', refusal.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task SetUpAsync()
    {
        await OgRun.ReportAsync("srs", "dev", "--seed", "development", "--powers", "8192", "--out", PathOf("dev.ogs"));
        for (var i = 0; i < 2; i++)
        {
            await File.WriteAllTextAsync(
                PathOf($"input{i}.json"), $$"""{ "input": { "shape": [16], "data": [{{string.Join(", ", Enumerable.Range(120 + i, 16))}}] } }""", Stop);
        }
    }

    private Task<JsonElement> ProveAsync(params string[] more) => OgRun.ReportAsync(
        ["prove", Model, "--srs", PathOf("dev.ogs"), "--input", PathOf("input0.json"), "--input", PathOf("input1.json"), "--out", PathOf("proof.json"), .. more]);

    private string PathOf(string file) => Path.Combine(_folder, file);
}
