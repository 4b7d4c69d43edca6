using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends.Http;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Backends.OpenAi;

/// <summary>
/// Runs text models on a server of chat completions. Their semantics are None: sampling makes every answer another, and so nothing can be compared.
/// </summary>
/// <param name="client">Must not follow redirects: the key is for one server.</param>
/// <param name="options">Where the server is, and what it calls the versions.</param>
/// <param name="time">The clock of the limits.</param>
public sealed class OpenAiBackend(HttpClient client, OpenAiOptions options, TimeProvider time) : IInferenceBackend
{
    private readonly OpenAiOptions _options = options.Validated();
    private readonly ServerCall _server = new(client, TimeSpan.FromMilliseconds(options.TimeLimitMs), time);

    public string Name => "openai";

    public async Task<InferenceOutcome> InferAsync(LoadedVersion version, IReadOnlyList<Tensor> inputs, CancellationToken cancellationToken)
    {
        if (FindObstacle(version) is { } obstacle)
            return obstacle;
        if (TensorRules.Arrange(version.Signature, inputs, out var arranged) is { } failed)
            return failed;
        if (arranged.Sum(input => (long)input.Data.Length) is var length && length > _options.MaxPromptBytes)
        {
            return new InferenceOutcome.Unavailable(
                UnavailableReason.QuestionTooLarge, IsRetryable: false, $"The question has {length} bytes; {_options.MaxPromptBytes} are the most here.");
        }

        if (arranged.FirstOrDefault(input => !Utf8.IsValid(input.Data.Span)) is { } odd)
            return new InferenceOutcome.Failed(InputReason.NotText, $"The input {odd.Name} is no UTF-8.");

        var messages = arranged
            .OrderBy(input => input.Name == TextSignature.System ? 0 : 1)
            .Select(input => new ChatMessage(input.Name == TextSignature.System ? "system" : "user", Encoding.UTF8.GetString(input.Data.Span)));
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new ChatRequest(NameOf(version), [.. messages], ModelOf(version).MaxTokens, Stream: false), OpenAiJson.Default.ChatRequest);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = RequestOf(HttpMethod.Post, "chat/completions");
        request.Content = content;
        var (answer, unavailable) = await _server.SendAsync(request, _options.MaxAnswerBytes, header: null, cancellationToken);
        return answer is null ? unavailable! : Read(version, answer.Body);
    }

    /// <summary>Says whether the version can be asked here; the server is not, since a question would cost.</summary>
    public Task<InferenceOutcome.Unavailable?> WarmUpAsync(LoadedVersion version, CancellationToken cancellationToken) =>
        Task.FromResult(FindObstacle(version));

    /// <summary>Asks the server which models it has: that costs nothing, and shows that it takes us and knows the version's.</summary>
    /// <returns>Null where it does; otherwise why not.</returns>
    public async Task<InferenceOutcome.Unavailable?> CheckAsync(LoadedVersion version, CancellationToken cancellationToken)
    {
        if (FindObstacle(version) is { } obstacle)
            return obstacle;
        using var request = RequestOf(HttpMethod.Get, "models");
        var (answer, unavailable) = await _server.SendAsync(request, _options.MaxAnswerBytes, header: null, cancellationToken);
        if (answer is null)
            return unavailable;
        try
        {
            var models = JsonSerializer.Deserialize(answer.Body.Span, OpenAiJson.Default.ModelList)?.Data ?? [];
            return models.Exists(model => model?.Id == NameOf(version))
                ? null
                : new(UnavailableReason.ServerMissetUp, IsRetryable: true, $"The server lists {models.Count} models, and none is called {NameOf(version)}.");
        }
        catch (JsonException)
        {
            return new(UnavailableReason.ServerMissetUp, IsRetryable: true, "What it answers about its models is not the JSON that it should be.");
        }
    }

    private InferenceOutcome.Unavailable? FindObstacle(LoadedVersion version) =>
        version is { Body: VersionBody.Remote, Semantics: VersionSemantics.None } && _options.Models.ContainsKey(version.Id)
            ? null
            : new(UnavailableReason.NotSupported, IsRetryable: false, "Only text models without semantics, for which a server is configured, are run here.");

    private HttpRequestMessage RequestOf(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(_options.Address, path));
        if (_options.ApiKey is { } key)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    private static TextModel ModelOf(LoadedVersion version) => ((VersionBody.Remote)version.Body).Model;

    // What the operator's server calls the model, or what its publisher does.
    private string NameOf(LoadedVersion version) => _options.Models[version.Id] ?? ModelOf(version).Name;

    private static InferenceOutcome Read(LoadedVersion version, ReadOnlyMemory<byte> body)
    {
        string? text;
        try
        {
            text = JsonSerializer.Deserialize(body.Span, OpenAiJson.Default.ChatResponse)?.Choices?.FirstOrDefault()?.Message?.Content;
        }
        catch (JsonException)
        {
            return new InferenceOutcome.Unavailable(UnavailableReason.AnswerInvalid, IsRetryable: true, "The answer is not the JSON that it should be.");
        }

        // A tensor has an element at least.
        if (string.IsNullOrEmpty(text))
            return new InferenceOutcome.Unavailable(UnavailableReason.AnswerInvalid, IsRetryable: true, "The answer has no text.");
        var bytes = Encoding.UTF8.GetBytes(text);
        return TensorRules.Judge(version, [new Tensor(TextSignature.Text, DataType.Uint8, [(uint)bytes.Length], bytes)]);
    }
}
