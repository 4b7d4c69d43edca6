using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Backends.OpenAi;
using OpenGradient.Inference.Tensors;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Inference.Tests.Backends;

public sealed class OpenAiBackendTests
{
    private static readonly Hash32 Id = Hash32.FromUInt256(5u);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Puts_prompt_and_system_as_messages_and_gives_the_text()
    {
        SeenRequest? seen = null;
        await using var server = TestServer.Http(request =>
        {
            seen = request;
            return (200, string.Empty, """{"id":"1","choices":[{"index":0,"message":{"role":"assistant","content":"Grüße"},"finish_reason":"stop"}],"usage":{}}"""u8.ToArray());
        });
        using var client = new HttpClient();

        var outcome = await Backend(client, server).InferAsync(
            Version(TextSignature.WithSystem), [Text("prompt", "Wie geht’s?"), Text("system", "Antworte kurz.")], Token);

        var text = Assert.Single(TestModels.Answer(outcome));
        Assert.Equal(("text", DataType.Uint8, "Grüße"), (text.Name, text.DataType, Encoding.UTF8.GetString(text.Data.Span)));
        Assert.Equal("/v1/chat/completions", seen!.Path);
        Assert.Equal("Bearer secret", seen.Headers["Authorization"]);
        using var body = JsonDocument.Parse(seen.Body);
        Assert.Equal("small", body.RootElement.GetProperty("model").GetString());
        Assert.Equal(64, body.RootElement.GetProperty("max_tokens").GetInt32());
        Assert.Equal(
            ["system: Antworte kurz.", "user: Wie geht’s?"],
            body.RootElement.GetProperty("messages").EnumerateArray().Select(message =>
                $"{message.GetProperty("role").GetString()}: {message.GetProperty("content").GetString()}"),
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":[{"message":null}]}""")]
    [InlineData("""{"choices":[{"message":{"content":""}}]}""")]
    [InlineData("""{"choices":[{"message":{"content":5}}]}""")]
    [InlineData("""{"choices":[{"message":{"content":"\ud800"}}]}""")]
    [InlineData("""{"choices":[{"message":{"content":"cut o""")]
    public async Task An_answer_without_text_is_none(string answer)
    {
        await using var server = TestServer.Http(_ => (200, string.Empty, Encoding.UTF8.GetBytes(answer)));
        using var client = new HttpClient();

        TestModels.IsUnavailable(
            await Backend(client, server).InferAsync(Version(TextSignature.WithoutSystem), [Text("prompt", "?")], Token),
            UnavailableReason.AnswerInvalid, isRetryable: true);
    }

    [Fact]
    public async Task Keeps_to_its_limits_and_to_text()
    {
        await using var server = TestServer.Http(_ => (200, string.Empty, new byte[2000]));
        using var client = new HttpClient();
        var backend = Backend(client, server);
        var version = Version(TextSignature.WithoutSystem);

        TestModels.IsUnavailable(await backend.InferAsync(version, [Text("prompt", "?")], Token), UnavailableReason.AnswerTooLarge, isRetryable: false);
        var failed = await backend.InferAsync(version, [new Tensor("prompt", DataType.Uint8, [1], new byte[] { 0xff })], Token);
        Assert.Equal(InputReason.NotText, Assert.IsType<InferenceOutcome.Failed>(failed).Reason);
    }

    [Fact]
    public async Task Runs_no_version_whose_answers_could_be_compared_or_that_is_not_text()
    {
        await using var server = TestServer.Http(_ => (500, string.Empty, []));
        using var client = new HttpClient();
        var backend = Backend(client, server);
        var text = Version(TextSignature.WithoutSystem);

        Assert.Null(await backend.WarmUpAsync(text, Token));
        foreach (var other in (LoadedVersion[])[text with { Id = Hash32.Zero }, text with { Semantics = new VersionSemantics.Float(default) },
            TestModels.Load(TestModels.Scaling(1), VersionSemantics.None.Instance) with { Id = Id }])
        {
            TestModels.IsUnavailable(await backend.InferAsync(other, [], Token), UnavailableReason.NotSupported, isRetryable: false);
            Assert.Equal(UnavailableReason.NotSupported, (await backend.CheckAsync(other, Token))!.Reason);
        }
    }

    [Fact]
    public async Task Asks_for_the_model_by_the_name_of_the_document_where_the_operator_gives_none()
    {
        List<string> asked = [];
        await using var server = TestServer.Http(request =>
        {
            using var body = JsonDocument.Parse(request.Body);
            asked.Add(body.RootElement.GetProperty("model").GetString()!);
            return (200, string.Empty, """{"choices":[{"message":{"content":"yes"}}]}"""u8.ToArray());
        });
        using var client = new HttpClient();
        var options = Options(new Uri(server.HttpUrl, "/v1/")) with { Models = new Dictionary<Hash32, string?> { [Id] = null } };

        TestModels.Answer(await new OpenAiBackend(client, options, TimeProvider.System).InferAsync(Version(TextSignature.WithoutSystem), [Text("prompt", "?")], Token));

        Assert.Equal(["org/published"], asked, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Sends_no_question_that_is_longer_than_the_operator_answers()
    {
        await using var server = TestServer.Http(_ => throw new InvalidOperationException("Nothing is to be sent."));
        using var client = new HttpClient();
        var options = Options(new Uri(server.HttpUrl, "/v1/")) with { MaxPromptBytes = 10 };
        var backend = new OpenAiBackend(client, options, TimeProvider.System);

        TestModels.IsUnavailable(
            await backend.InferAsync(Version(TextSignature.WithSystem), [Text("prompt", "six666"), Text("system", "five5")], Token), UnavailableReason.QuestionTooLarge, isRetryable: false);
    }

    [Theory]
    [InlineData(200, """{"object":"list","data":[{"id":"other"},{"id":"small","object":"model"}]}""", null)]
    [InlineData(200, """{"data":[{"id":"other"},null]}""", UnavailableReason.ServerMissetUp)]
    [InlineData(200, """{"data":null}""", UnavailableReason.ServerMissetUp)]
    [InlineData(200, "[]", UnavailableReason.ServerMissetUp)]
    [InlineData(401, "", UnavailableReason.ServerMissetUp)]
    [InlineData(503, "", UnavailableReason.ServerUnreachable)]
    public async Task Is_checked_by_the_list_of_models_which_costs_nothing(int status, string answer, UnavailableReason? expected)
    {
        SeenRequest? seen = null;
        await using var server = TestServer.Http(request =>
        {
            seen = request;
            return (status, string.Empty, Encoding.UTF8.GetBytes(answer));
        });
        using var client = new HttpClient();

        var trouble = await Backend(client, server).CheckAsync(Version(TextSignature.WithoutSystem), Token);

        Assert.Equal(expected, trouble?.Reason);
        Assert.Equal(("GET", "/v1/models", "Bearer secret"), (seen!.Method, seen.Path, seen.Headers["Authorization"]));
        Assert.DoesNotContain("secret", trouble?.Detail ?? string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_is_not_in_what_options_say_of_themselves() =>
        Assert.DoesNotContain("secret", Options(new Uri("http://127.0.0.1/v1/")).ToString(), StringComparison.Ordinal);

    private static OpenAiBackend Backend(HttpClient client, TestServer server) =>
        new(client, Options(new Uri(server.HttpUrl, "/v1/")), TimeProvider.System);

    private static OpenAiOptions Options(Uri address) => new()
    {
        Address = address,
        Models = new Dictionary<Hash32, string?> { [Id] = "small" },
        ApiKey = "secret",
        MaxAnswerBytes = 1000,
    };

    private static LoadedVersion Version(ModelSignature signature) =>
        new(Id, Hash32.Zero, signature, VersionSemantics.None.Instance, new VersionBody.Remote(new TextModel("org/published", signature == TextSignature.WithSystem, MaxTokens: 64)));

    private static Tensor Text(string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new Tensor(name, DataType.Uint8, [(uint)bytes.Length], bytes);
    }
}
