using System.Text.Json.Serialization;
using OpenGradient.Attestation.Collateral;

namespace OpenGradient.Relayer.Attesting.Archive;

/// <summary>That a file was taken into use: a line of the archive's history, which is only ever added to.</summary>
public sealed record CollateralRecord
{
    /// <summary>What it is called where collateral is used.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of its bytes, by which it is kept for ever.</summary>
    public required string Hash { get; init; }

    public required CollateralForm Form { get; init; }

    /// <summary>What it is about.</summary>
    public required string Subject { get; init; }

    /// <summary>When it was issued.</summary>
    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset Until { get; init; }

    /// <summary>"production" or "emulated".</summary>
    public required string RootLabel { get; init; }

    /// <summary>Where it was had: scheme, host and path, nothing else of the address.</summary>
    public required string Source { get; init; }

    public required DateTimeOffset AdoptedAt { get; init; }
}

/// <summary>A file that is in use.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Hash">SHA-256 of its bytes.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Record">How it came to be in use; null where the operator put it there.</param>
public sealed record CurrentCollateral(string Name, string Hash, int Bytes, CollateralRecord? Record);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
    AllowDuplicateProperties = false, MaxDepth = 4, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CollateralRecord))]
[JsonSerializable(typeof(IReadOnlyList<CurrentCollateral>))]
public sealed partial class ArchiveJson : JsonSerializerContext;
