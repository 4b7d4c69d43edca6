using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Attestation.Binding;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Attesting.Judging;

/// <summary>A claim as it goes over the wire (docs/attestation.md). Evidence and collateral are in base64, everything else as it is written elsewhere.</summary>
public sealed record ClaimMessage
{
    /// <summary>The longest message that is read.</summary>
    public const int MaxBytes = 1 << 20;

    public const int MaxEvidenceBytes = 64 * 1024;
    public const int MaxFiles = 32;

    private const int MaxNameLetters = 64;
    private const int MaxKeyBytes = 256;

    public required ulong ChainId { get; init; }

    public required string Registry { get; init; }

    public required string Node { get; init; }

    /// <summary>x and y, 64 bytes.</summary>
    public required string SigningKey { get; init; }

    /// <summary>Empty for none.</summary>
    public string HpkeKey { get; init; } = "";

    public required ulong KeyEpoch { get; init; }

    public required string BlockHash { get; init; }

    public required ulong ExpiresAt { get; init; }

    public required ulong Deadline { get; init; }

    /// <summary>"dcap", "nitro" or "snp".</summary>
    public required string Kind { get; init; }

    public required byte[] Evidence { get; init; }

    public required IReadOnlyList<ClaimFile> Collateral { get; init; }

    public static ClaimMessage Of(KeyClaim claim) => new()
    {
        ChainId = claim.ChainId.Value,
        Registry = claim.Registry.ToString(),
        Node = claim.Node.ToString(),
        SigningKey = Hex.Encode(claim.SigningKey.Bytes.Span),
        HpkeKey = claim.HpkeKey.IsEmpty ? "" : Hex.Encode(claim.HpkeKey.Span),
        KeyEpoch = claim.KeyEpoch,
        BlockHash = claim.BlockHash.ToString(),
        ExpiresAt = claim.ExpiresAt,
        Deadline = claim.Deadline,
        Kind = NameOf(claim.Kind),
        Evidence = claim.Evidence.ToArray(),
        Collateral = [.. claim.Collateral.Select(file => new ClaimFile(file.Name, file.Content.ToArray()))],
    };

    /// <summary>Reads a message from a stranger; <paramref name="fault"/> says what is wrong with it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out KeyClaim? claim, out string fault)
    {
        claim = null;
        try
        {
            var message = json.Length <= MaxBytes ? JsonSerializer.Deserialize(json, AttestingJson.Default.ClaimMessage) : null;
            fault = message is null ? "It is no object, or too long." : message.TryRead(out claim);
        }
        catch (JsonException wrong)
        {
            // The path is ours; what else the reader says may repeat what it read.
            fault = $"It is not the JSON that is asked for, near byte {wrong.BytePositionInLine} of line {wrong.LineNumber + 1}.";
        }

        return claim is not null;
    }

    private string TryRead(out KeyClaim? claim)
    {
        claim = null;
        Span<byte> point = stackalloc byte[SigningPoint.Length];
        var hpke = new byte[Math.Max(0, HpkeKey.Length - 2) / 2];
        if (!Address.TryParse(Registry, out var registry))
            return "registry: It is no address.";
        if (!Address.TryParse(Node, out var node))
            return "node: It is no address.";
        if (!Hex.TryDecode(SigningKey, point) || SigningPoint.TryRead(point) is not { } key)
            return "signingKey: It is no point of secp256k1 or P-256, as 0x and 64 bytes.";
        if (HpkeKey.Length > 0 && (hpke.Length is 0 or > MaxKeyBytes || HpkeKey.Length != 2 + (2 * hpke.Length) || !Hex.TryDecode(HpkeKey, hpke)))
            return "hpkeKey: It is not 0x and hexadecimal digits.";
        if (!Hash32.TryParse(BlockHash, out var block))
            return "blockHash: It is no hash.";
        if (KindOf(Kind) is not { } kind)
            return "kind: It is none of dcap, nitro, snp.";
        if (Evidence.Length is 0 or > MaxEvidenceBytes)
            return $"evidence: It has no byte, or more than {MaxEvidenceBytes}.";
        if (Collateral.Count > MaxFiles || Collateral.Any(file => file is null || file.Name.Length is 0 or > MaxNameLetters || !file.Name.All(IsPlain)))
            return $"collateral: There are more than {MaxFiles} files, or one has no plain name.";

        claim = new KeyClaim
        {
            ChainId = new ChainId(ChainId),
            Registry = registry,
            Node = node,
            SigningKey = key,
            HpkeKey = hpke,
            KeyEpoch = KeyEpoch,
            BlockHash = block,
            ExpiresAt = ExpiresAt,
            Deadline = Deadline,
            Kind = kind,
            Evidence = Evidence,
            Collateral = [.. Collateral.Select(file => new CollateralFile(file.Name, file.Content))],
        };
        return "";
    }

    // Names come back in reasons.
    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_';

    private static string NameOf(EvidenceKind kind) => $"{kind}".ToLowerInvariant();

    private static EvidenceKind? KindOf(string name) => name switch
    {
        "dcap" => EvidenceKind.Dcap,
        "nitro" => EvidenceKind.Nitro,
        "snp" => EvidenceKind.Snp,
        _ => null,
    };
}

/// <summary>A file of collateral. What it holds is told from its bytes; the name is for messages.</summary>
public sealed record ClaimFile(string Name, byte[] Content);

/// <summary>What an attester answers.</summary>
public sealed record VerdictMessage
{
    /// <summary>The longest that is read.</summary>
    public const int MaxBytes = 64 * 1024;

    public required bool Accepted { get; init; }

    /// <summary>Over the registration's digest, 65 bytes; null where it is refused.</summary>
    public string? Signature { get; init; }

    /// <summary>"production" or "emulated"; null where it is refused.</summary>
    public string? RootLabel { get; init; }

    /// <summary>Why it is refused.</summary>
    public IReadOnlyList<RefusalReason> Reasons { get; init; } = [];
}

/// <summary>The JSON of attesters: strict, since it comes from strangers.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, AllowDuplicateProperties = false,
    PropertyNameCaseInsensitive = false, MaxDepth = 4, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ClaimMessage))]
[JsonSerializable(typeof(VerdictMessage))]
[JsonSerializable(typeof(IReadOnlyList<ClaimFile>))]
public sealed partial class AttestingJson : JsonSerializerContext;
