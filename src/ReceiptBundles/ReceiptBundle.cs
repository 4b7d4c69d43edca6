using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Attestation.Binding;
using OpenGradient.Indexer.Proofs;

namespace OpenGradient.ReceiptBundles;

/// <summary>
/// A receipt with everything that shows what it was worth: the evidence of the key that signed it, with its collateral as of then; the key's registration; the
/// block in which the hub took the answer; and whatever was revoked since. It is judged anywhere and at any time (<see cref="BundleJudge"/>), by whoever knows
/// the hashes of the blocks.
/// </summary>
public sealed record ReceiptBundle
{
    /// <summary>The longest bundle.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>The most revocations that are looked at.</summary>
    public const int MaxRevocations = 64;

    public const int CurrentVersion = 1;

    public required int Version { get; init; }

    public required ReceiptFile Receipt { get; init; }

    /// <summary>The keys of the environment that signed, and their evidence.</summary>
    public required KeyEvidenceDocument Keys { get; init; }

    /// <summary>The row of the key's registration; null where it was never registered.</summary>
    public RowBundle? Registration { get; init; }

    /// <summary>The row of the settlement: the block that anchors the receipt. Null where it never was on the chain.</summary>
    public RowBundle? Anchor { get; init; }

    /// <summary>Rows by which the key, or something that it rests on, was revoked.</summary>
    public IReadOnlyList<RowBundle> Revocations { get; init; } = [];

    /// <summary>Reads a bundle; null where it is none.</summary>
    public static ReceiptBundle? TryRead(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxBytes)
            return null;
        try
        {
            return JsonSerializer.Deserialize(utf8, ReceiptBundleJson.Default.ReceiptBundle) is { Version: CurrentVersion, Revocations.Count: <= MaxRevocations } bundle
                && bundle.Revocations.All(row => row is not null) ? bundle : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, ReceiptBundleJson.Default.ReceiptBundle);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false, MaxDepth = 40, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ReceiptBundle))]
internal sealed partial class ReceiptBundleJson : JsonSerializerContext;
