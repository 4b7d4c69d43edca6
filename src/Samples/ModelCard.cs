using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenGradient.Samples;

/// <summary>What people and tools are told of a sample: the file <c>model.json</c> beside its artifacts.</summary>
public sealed record ModelCard
{
    public required string Name { get; init; }

    public required string Description { get; init; }

    /// <summary>What it was trained on, what was held out, and where the data comes from.</summary>
    public required string Data { get; init; }

    /// <summary>The command that makes the artifacts again, to the byte.</summary>
    public required string Command { get; init; }

    public required ImmutableArray<ArtifactCard> Artifacts { get; init; }

    /// <summary>What was measured on held-out data, by name.</summary>
    public required ImmutableSortedDictionary<string, double> Figures { get; init; }
}

/// <summary>One file that a version can be published of.</summary>
public sealed record ArtifactCard
{
    public required string File { get; init; }

    /// <summary>Float or Integer.</summary>
    public required string Semantics { get; init; }

    /// <summary>SHA-256 of the file.</summary>
    public required string ArtifactHash { get; init; }

    public required string SignatureHash { get; init; }

    /// <summary>Of an Integer artifact.</summary>
    public string? DescriptorHash { get; init; }

    /// <summary>Of a Float artifact, in units of 1e-18: at least ten times the spread that was measured.</summary>
    public string? ToleranceAbs { get; init; }

    /// <summary>Of a Float artifact, in units of 1e-18.</summary>
    public string? ToleranceRel { get; init; }

    /// <summary>How inputs are made, and outputs read.</summary>
    public required string Use { get; init; }
}

/// <summary>Cards as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class ModelCardJson : JsonSerializerContext
{
    public static byte[] Write(ModelCard card)
    {
        // Read by people, and never put into a page as it is.
        var plain = new JsonSerializerOptions(Default.ModelCard.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        return [.. JsonSerializer.SerializeToUtf8Bytes(card, new ModelCardJson(plain).ModelCard), (byte)'\n'];
    }

    public static ModelCard Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Default.ModelCard) ?? throw new JsonException("The card is null.");
}
