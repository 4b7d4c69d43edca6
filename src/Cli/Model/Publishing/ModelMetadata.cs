using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Blobs;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;

namespace OpenGradient.Cli.Model.Publishing;

/// <summary>
/// What people read of a model: a blob, whose hash stands in the register. A signature in it is believed only where its hash is the version's, which is on
/// the chain.
/// </summary>
internal sealed record ModelMetadata
{
    public const int MaxBytes = 1 << 18;

    private const string UriPrefix = "blob:";
    private const int MostVersions = 256;

    public required string Name { get; init; }

    public string Description { get; init; } = string.Empty;

    /// <summary>By their numbers.</summary>
    public IReadOnlyDictionary<string, VersionMetadata> Versions { get; init; } = new Dictionary<string, VersionMetadata>(StringComparer.Ordinal);

    /// <summary>The uri of a blob, as versions and models name it.</summary>
    public static string UriOf(BlobHash hash) => UriPrefix + hash;

    /// <summary>The blob that a uri names; null where it names none.</summary>
    public static BlobHash? BlobIn(string uri) =>
        uri.StartsWith(UriPrefix, StringComparison.Ordinal) && BlobHash.TryParse(uri.AsSpan(UriPrefix.Length), out var hash) ? hash : null;

    /// <summary>The same with a version that is to be published; one of the same number is replaced.</summary>
    public ModelMetadata With(ModelPublication publication)
    {
        var versions = new Dictionary<string, VersionMetadata>(Versions, StringComparer.Ordinal)
        {
            [publication.Number.ToString()] = new VersionMetadata
            {
                File = Path.GetFileName(publication.Artifact.Path),
                Bytes = publication.Artifact.Bytes.Length,
                Signature = Hex.Encode(publication.Artifact.Signature.Encoded.AsSpan()),
                Use = publication.Use,
            },
        };
        if (versions.Count > MostVersions)
            versions.Remove(versions.Keys.Order(StringComparer.Ordinal).First(number => number != publication.Number.ToString()));
        return this with { Description = publication.Description, Versions = versions };
    }

    /// <summary>The same model gives the same bytes.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(
        this with { Versions = new SortedDictionary<string, VersionMetadata>(Versions.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal) },
        ModelMetadataJson.Default.ModelMetadata);

    /// <summary>Reads it; null for anything else.</summary>
    public static ModelMetadata? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return json.Length <= MaxBytes ? JsonSerializer.Deserialize(json, ModelMetadataJson.Default.ModelMetadata) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A version's signature, where this tells it and it is the one that was published.</summary>
    public ModelSignature? SignatureOf(IModelRegistryContract.Version version)
    {
        // A member that is null is not refused in a dictionary.
        if (Versions.GetValueOrDefault(new VersionNumber(version.Major, version.Minor).ToString()) is not { } told || (told.Signature.Length & 1) != 0)
            return null;
        var encoded = new byte[Math.Max(0, (told.Signature.Length - 2) / 2)];
        return Hex.TryDecode(told.Signature, encoded) && SignatureEncoding.HashOf(encoded) == version.SignatureHash ? SignatureEncoding.Decode(encoded) : null;
    }
}

/// <summary>What people read of a version.</summary>
internal sealed record VersionMetadata
{
    public required string File { get; init; }

    public long Bytes { get; init; }

    /// <summary>The canonical encoding, in hexadecimal digits.</summary>
    public required string Signature { get; init; }

    public string? Use { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false, MaxDepth = 6, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelMetadata))]
internal sealed partial class ModelMetadataJson : JsonSerializerContext;
