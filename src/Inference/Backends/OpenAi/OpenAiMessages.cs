using System.Text.Json.Serialization;

namespace OpenGradient.Inference.Backends.OpenAi;

internal sealed record ChatRequest(
    string Model, List<ChatMessage> Messages, [property: JsonPropertyName("max_tokens")] int MaxTokens, bool Stream);

internal sealed record ChatMessage(string? Role, string? Content);

internal sealed record ChatResponse(List<ChatChoice>? Choices);

internal sealed record ChatChoice(ChatMessage? Message);

internal sealed record ModelList(List<ListedModel?>? Data);

internal sealed record ListedModel(string? Id);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 32)]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(ChatResponse))]
[JsonSerializable(typeof(ModelList))]
internal sealed partial class OpenAiJson : JsonSerializerContext;
