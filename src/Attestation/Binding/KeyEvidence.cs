using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Binding;

/// <summary>
/// Keys with the evidence that they live in an attested environment, and what that evidence is checked against: everything that anyone needs to check it,
/// now or as of when it was made. Nothing in it is believed before <see cref="Verify"/> accepts it.
/// </summary>
public sealed record KeyEvidence
{
    /// <summary>The longest document.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const int Schema = 1;
    private const int MaxEvidenceBytes = 1024 * 1024;

    public required EvidenceKind Kind { get; init; }

    public required ReadOnlyMemory<byte> Evidence { get; init; }

    public required IReadOnlyList<CollateralFile> Collateral { get; init; }

    /// <summary>The keys, and what they are for.</summary>
    public required KeyBinding Binding { get; init; }

    /// <summary>What registrations and receipts name it by.</summary>
    public Hash32 EvidenceHash => new(SHA256.HashData(Evidence.Span));

    /// <summary>The account of the signing key; null where it is no key of a curve that receipts are signed on.</summary>
    public Address? Signer => SigningPoint.TryRead(Binding.SigningKey.Span)?.ToAddress();

    /// <summary>Checks that the evidence is of these keys, as the policy asks.</summary>
    /// <param name="verifier">Knows the roots.</param>
    /// <param name="policy">What is asked for.</param>
    /// <param name="at">The time that everything must hold at; null for now.</param>
    /// <param name="ofAnyAge">Whether something else tells how old the evidence is (<see cref="Expectations.OfAnyAge"/>).</param>
    /// <param name="own">What is at hand here beside what comes with it.</param>
    public Verdict Verify(
        AttestationVerifier verifier, AttestationPolicy policy, DateTimeOffset? at = null, bool ofAnyAge = false, IReadOnlyList<CollateralFile>? own = null) => verifier.Verify(
        Kind, Evidence, CollateralSet.Read(own ?? [], Collateral), policy,
        new Expectations
        {
            ReportData = Binding.ToReportData(),
            Nonce = Kind == EvidenceKind.Nitro && !Binding.Nonce.IsEmpty ? Binding.Nonce.ToArray() : null,
            PublicKey = Kind == EvidenceKind.Nitro && !Binding.HpkeKey.IsEmpty ? Binding.HpkeKey.ToArray() : null,
            OfAnyAge = ofAnyAge,
        },
        at);

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(ToDocument(), KeyEvidenceJson.Default.KeyEvidenceDocument);

    public KeyEvidenceDocument ToDocument() => new()
    {
        Version = Schema,
        Kind = Kind.ToString(),
        Evidence = Evidence.ToArray(),
        Collateral = [.. Collateral.Select(file => new KeyEvidenceFile(file.Name, file.Content.ToArray()))],
        SigningKey = Binding.SigningKey.ToArray(),
        HpkeKey = Binding.HpkeKey.ToArray(),
        TlsKey = Binding.TlsKey.ToArray(),
        Nonce = Binding.Nonce.ToArray(),
        ChainId = Binding.ChainId,
        Registry = Binding.Registry.ToString(),
        KeyEpoch = Binding.KeyEpoch,
        GpuVerdictHash = Binding.GpuVerdictHash?.ToString(),
    };

    /// <summary>Reads a document; null for anything else. GPU evidence is none here: it binds no keys.</summary>
    public static KeyEvidence? TryRead(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxBytes)
            return null;
        try
        {
            return JsonSerializer.Deserialize(utf8, KeyEvidenceJson.Default.KeyEvidenceDocument) is { } document && TryRead(document, out var read) ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static bool TryRead(KeyEvidenceDocument document, [NotNullWhen(true)] out KeyEvidence? read)
    {
        read = null;
        Hash32 gpu = default;
        if (document.Version != Schema || !TryKind(document.Kind, out var kind) || document.Evidence.Length is 0 or > MaxEvidenceBytes
            || document.Collateral.Count > CollateralSet.MaxFiles || document.Collateral.Any(file => file is null || file.Content.Length > CollateralFile.MaxBytes)
            || document.SigningKey.Length != SigningPoint.Length || !Address.TryParse(document.Registry, out var registry)
            || (document.GpuVerdictHash is { } hash && !Hash32.TryParse(hash, out gpu)))
            return false;
        read = new KeyEvidence
        {
            Kind = kind,
            Evidence = document.Evidence,
            Collateral = [.. document.Collateral.Select(file => new CollateralFile(file.Name, file.Content))],
            Binding = new KeyBinding
            {
                SigningKey = document.SigningKey,
                HpkeKey = document.HpkeKey,
                TlsKey = document.TlsKey,
                Nonce = document.Nonce,
                ChainId = document.ChainId,
                Registry = registry,
                KeyEpoch = document.KeyEpoch,
                GpuVerdictHash = document.GpuVerdictHash is null ? null : gpu,
            },
        };
        return true;
    }

    private static bool TryKind(string text, out EvidenceKind kind)
    {
        foreach (var known in (EvidenceKind[])[EvidenceKind.Dcap, EvidenceKind.Nitro, EvidenceKind.Snp])
        {
            kind = known;
            if (text == known.ToString())
                return true;
        }

        kind = default;
        return false;
    }
}

/// <summary>The form of the document. Bytes are in Base64.</summary>
public sealed record KeyEvidenceDocument
{
    public required int Version { get; init; }

    public required string Kind { get; init; }

    public required byte[] Evidence { get; init; }

    public required IReadOnlyList<KeyEvidenceFile> Collateral { get; init; }

    public required byte[] SigningKey { get; init; }

    public required byte[] HpkeKey { get; init; }

    public required byte[] TlsKey { get; init; }

    public required byte[] Nonce { get; init; }

    public required ulong ChainId { get; init; }

    public required string Registry { get; init; }

    public required ulong KeyEpoch { get; init; }

    public string? GpuVerdictHash { get; init; }
}

/// <summary>A file of collateral.</summary>
public sealed record KeyEvidenceFile(string Name, byte[] Content);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, AllowDuplicateProperties = false, MaxDepth = 4,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(KeyEvidenceDocument))]
internal sealed partial class KeyEvidenceJson : JsonSerializerContext;
