using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.ReceiptBundles;

/// <summary>A receipt with its signature, as a file that can be kept and checked anywhere.</summary>
public sealed record SignedReceipt(ChainId ChainId, Address Hub, IHubContract.Receipt Receipt, ReadOnlyMemory<byte> Evidence)
{
    /// <summary>The longest file.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>The answer's bytes, where they are kept too.</summary>
    public ReadOnlyMemory<byte>? Output { get; init; }

    /// <summary>The question's bytes, where they are kept too.</summary>
    public ReadOnlyMemory<byte>? Input { get; init; }

    /// <summary>What the receipt commits to the answer with; null for a public one.</summary>
    public Hash32? OutputSalt { get; init; }

    /// <summary>What the receipt commits to the question with; null for a public one.</summary>
    public Hash32? InputSalt { get; init; }

    public HubDomain Domain => new(ChainId, Hub);

    public Hash32 Digest => Domain.DigestOf(Receipt);

    /// <summary>Who signed; null where the evidence is no signature.</summary>
    public Address? Signer => SignerRecovery.TryRecover(Digest, Evidence.Span, out var signer) ? signer : null;

    /// <summary>Whether the answer is what was committed to; null where it is not kept here. Where the input cannot be run there is none.</summary>
    public bool? OutputFits =>
        Receipt.OutputCommit == HubDomain.Failure ? Output is null
        : Output is { } output ? CommitOf(output, OutputSalt) == Receipt.OutputCommit
        : null;

    /// <summary>Whether the question is what was committed to; null where it is not kept here.</summary>
    public bool? InputFits => Input is { } input ? CommitOf(input, InputSalt) == Receipt.InputCommit : null;

    public static SignedReceipt Of(
        ChainId chainId, Address hub, IHubContract.RequestedEvent requested, IHubContract.SettledEvent settled)
    {
        var (asked, answer) = (requested.Request, settled.Settlement);
        var receipt = new IHubContract.Receipt(
            requested.RequestId, asked.VersionId, asked.InputCommit, answer.OutputCommit, asked.Assurance, answer.Node, answer.Payee, answer.KeyEpoch, answer.IssuedAt,
            answer.ExpiresAt, answer.EvidenceHash);
        var isElsewhere = ((RequestFlags)asked.Flags & (RequestFlags.InputAtUri | RequestFlags.Private)) != RequestFlags.None;
        var signed = new SignedReceipt(chainId, hub, receipt, settled.Evidence);
        if (!settled.Output.IsEmpty)
            signed = signed with { Output = settled.Output };
        return isElsewhere ? signed : signed with { Input = requested.Input };
    }

    public ReceiptFile ToFile() => new()
    {
        ChainId = ChainId.Value,
        Hub = Hub.ToString(),
        RequestId = Receipt.RequestId.ToString(),
        VersionId = Receipt.VersionId.ToString(),
        InputCommit = Receipt.InputCommit.ToString(),
        OutputCommit = Receipt.OutputCommit.ToString(),
        Assurance = ((Assurance)Receipt.Assurance).ToString(),
        Node = Receipt.Node.ToString(),
        Payee = Receipt.Payee.ToString(),
        KeyEpoch = Receipt.KeyEpoch,
        IssuedAt = Receipt.IssuedAt,
        ExpiresAt = Receipt.ExpiresAt,
        EvidenceHash = Receipt.EvidenceHash.ToString(),
        Evidence = Hex.Encode(Evidence.Span),
        Output = Output is { } output ? Hex.Encode(output.Span) : null,
        Input = Input is { } input ? Hex.Encode(input.Span) : null,
        OutputSalt = OutputSalt?.ToString(),
        InputSalt = InputSalt?.ToString(),
    };

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(ToFile(), ReceiptFileJson.Default.ReceiptFile);

    /// <summary>Reads a file; false where it is no receipt, and then <paramref name="fault"/> says why, for people.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out SignedReceipt? receipt, out string fault)
    {
        receipt = null;
        try
        {
            fault = "It is null.";
            return JsonSerializer.Deserialize(json, ReceiptFileJson.Default.ReceiptFile) is { } file && TryRead(file, out receipt, out fault);
        }
        catch (JsonException wrong)
        {
            fault = wrong.Message;
            return false;
        }
    }

    /// <inheritdoc cref="TryRead(ReadOnlySpan{byte}, out SignedReceipt?, out string)"/>
    public static bool TryRead(ReceiptFile file, [NotNullWhen(true)] out SignedReceipt? receipt, out string fault)
    {
        (receipt, fault) = (null, string.Empty);
        if (file.Schema != ReceiptFile.CurrentSchema)
            fault = $"Its schema is {file.Schema}; this program reads {ReceiptFile.CurrentSchema}.";
        else if (!TryAssurance(file.Assurance, out var assurance))
            fault = "Its assurance is none.";
        else if (!TryHash(file.RequestId, out var request) || !TryHash(file.VersionId, out var version) || !TryHash(file.InputCommit, out var inputCommit)
            || !TryHash(file.OutputCommit, out var outputCommit) || !TryHash(file.EvidenceHash, out var evidenceHash) || !TryOptional(file.InputSalt, out var inputSalt) || !TryOptional(file.OutputSalt, out var outputSalt))
            fault = "One of its hashes is none.";
        else if (!Address.TryParse(file.Hub, out var hub) || !Address.TryParse(file.Node, out var node) || !Address.TryParse(file.Payee, out var payee))
            fault = "One of its addresses is none.";
        else if (BytesOf(file.Evidence) is not { } evidence || (file.Output is not null && BytesOf(file.Output) is null) || (file.Input is not null && BytesOf(file.Input) is null))
            fault = "One of its texts is not 0x and hexadecimal digits.";
        else
        {
            var signed = new IHubContract.Receipt(
                request, version, inputCommit, outputCommit, (byte)assurance, node, payee, file.KeyEpoch, file.IssuedAt, file.ExpiresAt, evidenceHash);
            receipt = new SignedReceipt(new ChainId(file.ChainId), hub, signed, evidence) { InputSalt = inputSalt, OutputSalt = outputSalt };
            if (file.Output is not null)
                receipt = receipt with { Output = BytesOf(file.Output) };
            if (file.Input is not null)
                receipt = receipt with { Input = BytesOf(file.Input) };
        }

        return receipt is not null;
    }

    private static Hash32 CommitOf(ReadOnlyMemory<byte> content, Hash32? salt) =>
        salt is { } with ? PrivateCommitment.Of(with, content.Span) : Keccak256.Hash(content.Span);

    private static bool TryAssurance(string text, out Assurance assurance) =>
        Enum.TryParse(text, out assurance) && Enum.IsDefined(assurance) && assurance != Assurance.None && !char.IsAsciiDigit(text[0]);

    private static bool TryHash(string text, out Hash32 hash) => Hash32.TryParse(text, out hash);

    private static bool TryOptional(string? text, out Hash32? hash)
    {
        hash = text is not null && Hash32.TryParse(text, out var read) ? read : null;
        return text is null || hash is not null;
    }

    private static byte[]? BytesOf(string text)
    {
        var bytes = new byte[Math.Max(0, (text.Length - 2) / 2)];
        return (text.Length & 1) == 0 && text.Length >= 2 && Hex.TryDecode(text, bytes) ? bytes : null;
    }
}

/// <summary>The file's form: everything that was signed, and the signature. Bytes are 0x and hexadecimal digits, times seconds of Unix time.</summary>
public sealed record ReceiptFile
{
    public const int CurrentSchema = 1;

    public int Schema { get; init; } = CurrentSchema;

    public required ulong ChainId { get; init; }

    public required string Hub { get; init; }

    public required string RequestId { get; init; }

    public required string VersionId { get; init; }

    public required string InputCommit { get; init; }

    public required string OutputCommit { get; init; }

    public required string Assurance { get; init; }

    public required string Node { get; init; }

    public required string Payee { get; init; }

    public required ulong KeyEpoch { get; init; }

    public required ulong IssuedAt { get; init; }

    public required ulong ExpiresAt { get; init; }

    public required string EvidenceHash { get; init; }

    /// <summary>A signature, or a proof.</summary>
    public required string Evidence { get; init; }

    public string? Output { get; init; }

    public string? Input { get; init; }

    /// <summary>Of a private answer. Whoever has it can tell guesses of the answer from the receipt.</summary>
    public string? OutputSalt { get; init; }

    /// <summary>Of a private question.</summary>
    public string? InputSalt { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false, MaxDepth = 2, RespectNullableAnnotations = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ReceiptFile))]
internal sealed partial class ReceiptFileJson : JsonSerializerContext;
