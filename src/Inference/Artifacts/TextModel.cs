using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenGradient.Inference.Artifacts;

/// <summary>What came of reading the document of a text model.</summary>
public abstract record TextModelReading
{
    private TextModelReading()
    {
    }

    public sealed record Accepted(TextModel Model) : TextModelReading;

    /// <param name="Detail">What is wrong, for people.</param>
    public sealed record Refused(string Detail) : TextModelReading;
}

/// <summary>
/// A text model that a server runs: a small document stands where others have weights. It is hashed and published as any artifact is, and says which model is meant and
/// how it is asked; that a server runs this model, only the server says, and so such versions have no semantics.
/// </summary>
/// <param name="Name">What the model is called where it is known: <c>Qwen/Qwen3-8B</c>, say.</param>
/// <param name="TakesSystem">Whether each request gives a text for the system beside its prompt.</param>
/// <param name="MaxTokens">The most tokens of an answer.</param>
public sealed record TextModel(string Name, bool TakesSystem, int MaxTokens)
{
    /// <summary>What the document says that it is.</summary>
    public const string Format = "OpenGradient.TextModel.1";

    public const int MaxNameLength = 256;
    public const int MostTokens = 1_000_000;

    private const int MaxBytes = 1 << 14;

    public ModelSignature Signature => TakesSystem ? TextSignature.WithSystem : TextSignature.WithoutSystem;

    /// <summary>Whether an artifact means to be such a document. ONNX never begins so: it would be the kind of field that the format no longer has.</summary>
    public static bool IsOne(ReadOnlySpan<byte> artifact) => artifact.StartsWith("{"u8);

    /// <summary>Reads a document strictly: what two readers could understand in two ways is refused.</summary>
    public static TextModelReading Read(ReadOnlyMemory<byte> artifact)
    {
        if (artifact.Length > MaxBytes)
            return new TextModelReading.Refused($"The document of a text model has {MaxBytes} bytes at the most, and this one {artifact.Length}.");
        TextModelDocument document;
        try
        {
            document = JsonSerializer.Deserialize(artifact.Span, TextModelJson.Default.TextModelDocument) ?? throw new JsonException("It is null.");
        }
        catch (JsonException wrong)
        {
            // It repeats names that a stranger chose.
            return new TextModelReading.Refused($"That is no document of a text model: {Clean(wrong.Message)}");
        }

        if (document.Format != Format)
            return new TextModelReading.Refused($"Its format is not {Format}.");
        if (document.Model.Length is 0 or > MaxNameLength || document.Model.Any(c => c is <= ' ' or > '~'))
            return new TextModelReading.Refused($"The name of a text model has 1 to {MaxNameLength} letters, digits and signs of ASCII, and no blanks.");
        return document.MaxTokens is >= 1 and <= MostTokens
            ? new TextModelReading.Accepted(new TextModel(document.Model, document.System, document.MaxTokens))
            : new TextModelReading.Refused($"An answer has 1 to {MostTokens} tokens at the most, and not {document.MaxTokens}.");
    }

    private static string Clean(string message) => new([.. message.Take(MaxNameLength).Select(c => c is >= ' ' and <= '~' ? c : ' ')]);
}

internal sealed record TextModelDocument
{
    public required string Format { get; init; }

    public required string Model { get; init; }

    public required int MaxTokens { get; init; }

    public bool System { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false,
    RespectNullableAnnotations = true, MaxDepth = 4)]
[JsonSerializable(typeof(TextModelDocument))]
internal sealed partial class TextModelJson : JsonSerializerContext;
