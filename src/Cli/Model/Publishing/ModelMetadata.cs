using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Blobs;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Integer;

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
                Descriptor = publication.Artifact.Descriptor is { } descriptor ? Hex.Encode(descriptor.Encoded.AsSpan()) : null,
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
        return BytesOf(ToldOf(version)?.Signature) is { } encoded && SignatureEncoding.HashOf(encoded) == version.SignatureHash ? SignatureEncoding.Decode(encoded) : null;
    }

    /// <summary>An integer version's descriptor, where this tells it and it is the one that was published.</summary>
    public IntegerDescriptor? DescriptorOf(IModelRegistryContract.Version version) =>
        BytesOf(ToldOf(version)?.Descriptor) is { } encoded && IntegerDescriptor.TryRead(encoded, out var descriptor) is null
        && descriptor!.Encoded.Length == encoded.Length && descriptor.Hash == version.Semantics.DescriptorHash
            ? descriptor
            : null;

    // A member that is null is not refused in a dictionary.
    private VersionMetadata? ToldOf(IModelRegistryContract.Version version) => Versions.GetValueOrDefault(new VersionNumber(version.Major, version.Minor).ToString());

    private static byte[]? BytesOf(string? digits)
    {
        if (digits is null || (digits.Length & 1) != 0)
            return null;
        var bytes = new byte[Math.Max(0, (digits.Length - 2) / 2)];
        return Hex.TryDecode(digits, bytes) ? bytes : null;
    }
}

/// <summary>What people read of a version.</summary>
internal sealed record VersionMetadata
{
    public required string File { get; init; }

    public long Bytes { get; init; }

    /// <summary>The canonical encoding, in hexadecimal digits.</summary>
    public required string Signature { get; init; }

    /// <summary>Of an integer version: its descriptor's bytes, in hexadecimal digits. Outputs are read by the scale in it.</summary>
    public string? Descriptor { get; init; }

    public string? Use { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false, MaxDepth = 6, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelMetadata))]
internal sealed partial class ModelMetadataJson : JsonSerializerContext;
