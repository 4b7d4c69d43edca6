using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenGradient.Cli.Model.Publishing;

/// <summary>What a publisher writes about a version: the file <c>model.json</c>, in which comments may stand.</summary>
internal sealed record ModelManifest
{
    public required string Name { get; init; }

    public string Description { get; init; } = string.Empty;

    /// <summary>The artifact, beside this file.</summary>
    public required string File { get; init; }

    /// <summary>Major and minor.</summary>
    public string Version { get; init; } = "1.0";

    /// <summary>Float, Integer or None.</summary>
    public required string Semantics { get; init; }

    /// <summary>Of Float: how far apart two answers may be that count as the same.</summary>
    public string? ToleranceAbs { get; init; }

    /// <summary>Of Float: the same, as a part of the answer.</summary>
    public string? ToleranceRel { get; init; }

    /// <summary>How inputs are made, and outputs read.</summary>
    public string? Use { get; init; }

    /// <summary>Where else the artifact can be had, beside what the storage gives.</summary>
    public IReadOnlyList<string> Uris { get; init; } = [];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    AllowDuplicateProperties = false,
    MaxDepth = 4,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelManifest))]
internal sealed partial class ModelManifestJson : JsonSerializerContext;
