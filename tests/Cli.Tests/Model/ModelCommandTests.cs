using System.Text.Json;
using OpenGradient.Cli.Tests.Support;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Model;

/// <summary><c>og model</c> on a chain with all contracts: from an artifact to a version, and back to the artifact.</summary>
public sealed class ModelCommandTests(DeployedChainFixture chain) : IAsyncLifetime
{
    private const string PublisherKey = "0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a";
    private const string Publisher = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65";
    private const string StrangerKey = "0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba";
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private OgSettings _settings = null!;
    private string _config = string.Empty;

    private static string Artifact(string sample, string file) => Repository.PathOf("models", sample, file);

    public async ValueTask InitializeAsync()
    {
        _settings = await OgSettings.CreateAsync(chain);
        _config = await _settings.ConfigAsync(PublisherKey);
    }

    public ValueTask DisposeAsync()
    {
        _settings.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_model_goes_from_an_artifact_to_the_register_and_back()
    {
        File.Copy(Artifact("volatility", "model.onnx"), _settings.PathOf("forecast.onnx"));
        var begun = await OgRun.ReportAsync("model", "init", _settings.PathOf("forecast.onnx"), "--no-measure");
        Assert.Equal("forecast", Text(begun, "name"));
        var manifest = Text(begun, "file");
        Assert.Contains("has a tolerance", await OgRun.RefusalAsync(ExitCode.Usage, "model", "publish", manifest, "--config", _config), StringComparison.Ordinal);
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest, Stop)).Replace("\"toleranceAbs\": \"0\"", "\"toleranceAbs\": \"0.0001\"", StringComparison.Ordinal), Stop);

        var published = await OgAsync("publish", manifest);
        Assert.Equal($"{Publisher}/forecast@1.0", Text(published, "reference"));
        Assert.True(published.GetProperty("isNew").GetBoolean());
        Assert.Equal("create the model forecast; publish forecast@1.0", Steps(published));

        // Run again it finds everything done; also where the blobs were lost.
        Directory.Delete(_settings.PathOf("blobs"), recursive: true);
        var again = await OgAsync("publish", manifest);
        Assert.False(again.GetProperty("isNew").GetBoolean());
        Assert.Equal(Text(published, "versionId"), Text(again, "versionId"));
        Assert.Empty(again.GetProperty("transactions").EnumerateArray());

        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest, Stop)).Replace("0.0001", "0.0002", StringComparison.Ordinal), Stop);
        Assert.Contains("versions never change", await OgRun.RefusalAsync(ExitCode.Failed, "model", "publish", manifest, "--config", _config), StringComparison.Ordinal);
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest, Stop)).Replace("\"1.0\"", "\"1.1\"", StringComparison.Ordinal), Stop);
        Assert.Equal("describe forecast anew; publish forecast@1.1", Steps(await OgAsync("publish", manifest)));

        var shown = await OgAsync("show", $"{Publisher}/forecast");
        Assert.Equal("1.1 1.0", string.Join(' ', shown.GetProperty("versions").EnumerateArray().Select(version => Text(version, "number"))));
        var newest = shown.GetProperty("versions")[0];
        Assert.Equal("Float Active 0.0002", $"{Text(newest, "semantics")} {Text(newest, "status")} {Text(newest, "toleranceAbs")}");
        Assert.Equal("returns: Float[batch, 16]", newest.GetProperty("signature").GetProperty("inputs")[0].GetString()!.Replace("?", "batch", StringComparison.Ordinal));
        Assert.True(newest.GetProperty("places")[0].GetProperty("hasIt").GetBoolean());

        var target = _settings.PathOf("pulled", "model.onnx");
        await OgAsync("pull", $"{Publisher}/forecast@1.0", "--output", target);
        Assert.Equal(await File.ReadAllBytesAsync(Artifact("volatility", "model.onnx"), Stop), await File.ReadAllBytesAsync(target, Stop));
        Assert.Contains("--force", await RefuseAsync(ExitCode.Usage, "pull", $"{Publisher}/forecast@1.0", "--output", target), StringComparison.Ordinal);
        await OgAsync("pull", Text(published, "versionId"), "--output", target, "--force");
    }

    [Fact]
    public async Task An_integer_model_is_published_from_a_samples_card_and_taken_out_of_use()
    {
        var published = await OgAsync("publish", Repository.PathOf("models", "volatility"), "--file", "model.ogq");
        var version = Text(published, "versionId");
        Assert.Equal("Integer", Text(published, "semantics"));

        var deprecated = await OgAsync("deprecate", version, "--reason", "there is a better one");
        Assert.Equal("Deprecated", Text(deprecated, "status"));
        var shown = (await OgAsync("show", version)).GetProperty("versions")[0];
        Assert.Equal("Deprecated there is a better one", $"{Text(shown, "status")} {Text(shown, "reason")}");

        var strangers = await _settings.ConfigAsync(StrangerKey);
        Assert.Contains("does not own the model", await OgRun.RefusalAsync(ExitCode.Failed, "model", "yank", version, "--config", strangers), StringComparison.Ordinal);
        Assert.Equal("Yanked", Text(await OgAsync("yank", version), "status"));
        Assert.Empty((await OgAsync("yank", version)).GetProperty("transactions").EnumerateArray());

        var listed = await OgAsync("list", "--owner", Publisher, "--name", "volatility-int");
        Assert.Equal("Yanked", Text(Assert.Single(listed.EnumerateArray()).GetProperty("versions")[0], "status"));
        Assert.Empty((await OgAsync("list", "--owner", "0x00000000000000000000000000000000000000ff")).EnumerateArray());
    }

    [Fact]
    public async Task A_text_model_is_published_by_the_document_that_names_it()
    {
        const string Document = """{"format":"OpenGradient.TextModel.1","model":"Qwen/Qwen3-8B","maxTokens":256}""";
        await File.WriteAllTextAsync(_settings.PathOf("assistant.text.json"), Document, Stop);
        var begun = await OgRun.ReportAsync("model", "init", _settings.PathOf("assistant.text.json"), "--name", "assistant");
        Assert.Equal("None", Text(begun, "semantics"));
        var manifest = Text(begun, "file");

        var published = await OgAsync("publish", manifest);

        Assert.Equal("None", Text(published, "semantics"));
        Assert.Equal("prompt: Uint8[?]", published.GetProperty("signature").GetProperty("inputs")[0].GetString()!.Replace("bytes", "?", StringComparison.Ordinal));
        var target = _settings.PathOf("pulled", "assistant.text.json");
        await OgAsync("pull", Text(published, "versionId"), "--output", target);
        Assert.Equal(Document, await File.ReadAllTextAsync(target, Stop));

        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest, Stop)).Replace("\"None\"", "\"Float\"", StringComparison.Ordinal), Stop);
        Assert.Contains("is a text model", await OgRun.RefusalAsync(ExitCode.Usage, "model", "publish", manifest, "--config", _config), StringComparison.Ordinal);
        Assert.Contains("no two of its answers", await OgRun.RefusalAsync(ExitCode.Usage, "model", "measure", _settings.PathOf("assistant.text.json")), StringComparison.Ordinal);
        await File.WriteAllTextAsync(_settings.PathOf("odd.text.json"), Document.Replace("256", "0", StringComparison.Ordinal), Stop);
        Assert.Contains("names no text model", await OgRun.RefusalAsync(ExitCode.Failed, "model", "init", _settings.PathOf("odd.text.json"), "--output", _settings.PathOf("odd.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_place_gives_is_checked_against_the_hash()
    {
        var published = await OgAsync("publish", Repository.PathOf("models", "digits-cnn"));
        var digits = Text(published, "artifactHash")["sha256:".Length..];
        var blob = _settings.PathOf("blobs", digits[..2], digits);
        var content = await File.ReadAllBytesAsync(blob, Stop);
        content[^1] ^= 1;
        await File.WriteAllBytesAsync(blob, content, Stop);

        var refusal = await RefuseAsync(ExitCode.Failed, "pull", Text(published, "versionId"), "--output", _settings.PathOf("spoilt.onnx"));

        Assert.Contains("is not what the hash says", refusal, StringComparison.Ordinal);
        Assert.False(File.Exists(_settings.PathOf("spoilt.onnx")));
        var nowhere = await _settings.ConfigAsync(PublisherKey, "elsewhere");
        Assert.Contains("cannot be had", await OgRun.RefusalAsync(ExitCode.Failed, "model", "pull", Text(published, "versionId"), "-o", _settings.PathOf("x"), "--config", nowhere), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tolerance_is_measured()
    {
        var input = _settings.PathOf("input.json");
        await File.WriteAllTextAsync(input, $$"""{"returns": [{{string.Join(", ", Enumerable.Repeat("0.01", 16))}}]}""", Stop);

        var measured = await OgRun.ReportAsync("model", "measure", Artifact("volatility", "model.onnx"), "--questions", "4", "--input", input);

        Assert.Equal(5, measured.GetProperty("questions").GetInt32());
        Assert.NotEmpty(measured.GetProperty("ways").EnumerateArray());
        Assert.NotEqual("0", Text(measured, "toleranceAbs"), StringComparer.Ordinal);
        Assert.Contains(
            "no-such-folder", await OgRun.RefusalAsync(ExitCode.Failed, "model", "measure", Artifact("volatility", "model.onnx"), "--cuda-folder", _settings.PathOf("no-such-folder")), StringComparison.Ordinal);
        Assert.Contains("same answer everywhere", await OgRun.RefusalAsync(ExitCode.Usage, "model", "measure", Artifact("volatility", "model.ogq")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.Failed, "There is no model or version", "show", "0x1111111111111111111111111111111111111111111111111111111111111111")]
    [InlineData(ExitCode.Failed, "has created no model nothing", "show", "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65/nothing")]
    [InlineData(ExitCode.Usage, "no model or version", "pull", "resnet")]
    [InlineData(ExitCode.Usage, "no address", "list", "--owner", "me")]
    [InlineData(ExitCode.Usage, "no file", "publish", "/nowhere/model.json")]
    public async Task Wrong_names_are_refused_with_what_to_do(int exitCode, string problem, params string[] arguments) =>
        Assert.Contains(problem, await RefuseAsync(exitCode, arguments), StringComparison.Ordinal);

    private static string Text(JsonElement report, string name) => report.GetProperty(name).GetString()!;

    private static string Steps(JsonElement report) =>
        string.Join("; ", report.GetProperty("transactions").EnumerateArray().Select(step => step.GetProperty("what").GetString()));

    private Task<JsonElement> OgAsync(params string[] arguments) => OgRun.ReportAsync(["model", .. arguments, "--config", _config]);

    private Task<string> RefuseAsync(int exitCode, params string[] arguments) => OgRun.RefusalAsync(exitCode, ["model", .. arguments, "--config", _config]);
}
