using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Receipt;

/// <summary>A receipt with its signature, as a file that can be kept and checked anywhere.</summary>
internal sealed record SignedReceipt(ChainId ChainId, Address Hub, IHubContract.Receipt Receipt, ReadOnlyMemory<byte> Evidence)
{
    /// <summary>The longest file.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>The answer's bytes, where they are kept too.</summary>
    public ReadOnlyMemory<byte>? Output { get; init; }

    /// <summary>The question's bytes, where they are kept too.</summary>
    public ReadOnlyMemory<byte>? Input { get; init; }

    public HubDomain Domain => new(ChainId, Hub);

    public Hash32 Digest => Domain.DigestOf(Receipt);

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
    };

    /// <summary>Reads a file; what is wrong with it is thrown for people.</summary>
    public static SignedReceipt Read(ReadOnlySpan<byte> json)
    {
        ReceiptFile file;
        try
        {
            file = JsonSerializer.Deserialize(json, ReceiptFileJson.Default.ReceiptFile) ?? throw new JsonException("It is null.");
        }
        catch (JsonException wrong)
        {
            throw Wrong(wrong.Message);
        }

        if (file.Schema != ReceiptFile.CurrentSchema)
            throw Wrong($"Its schema is {file.Schema}; this program reads {ReceiptFile.CurrentSchema}.");
        if (!Enum.TryParse<Assurance>(file.Assurance, out var assurance) || !Enum.IsDefined(assurance) || assurance == Assurance.None || char.IsAsciiDigit(file.Assurance[0]))
            throw Wrong("Its assurance is none.");
        var receipt = new IHubContract.Receipt(
            Hash(file.RequestId), Hash(file.VersionId), Hash(file.InputCommit), Hash(file.OutputCommit), (byte)assurance, Account(file.Node), Account(file.Payee),
            file.KeyEpoch, file.IssuedAt, file.ExpiresAt, Hash(file.EvidenceHash));
        var signed = new SignedReceipt(new ChainId(file.ChainId), Account(file.Hub), receipt, Bytes(file.Evidence));
        if (file.Output is { } output)
            signed = signed with { Output = Bytes(output) };
        return file.Input is { } input ? signed with { Input = Bytes(input) } : signed;
    }

    private static Hash32 Hash(string text) => Hash32.TryParse(text, out var hash) ? hash : throw Wrong("One of its hashes is none.");

    private static Address Account(string text) => Address.TryParse(text, out var address) ? address : throw Wrong("One of its addresses is none.");

    private static byte[] Bytes(string text)
    {
        var bytes = new byte[Math.Max(0, (text.Length - 2) / 2)];
        return (text.Length & 1) == 0 && text.Length >= 2 && Hex.TryDecode(text, bytes) ? bytes : throw Wrong("One of its texts is not 0x and hexadecimal digits.");
    }

    private static ExpectedFailureException Wrong(string problem) =>
        new(ExitCode.Usage, $"The file is no receipt: {problem}", "`og receipt show ID --save FILE` writes one.");
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
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false, MaxDepth = 2, RespectNullableAnnotations = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ReceiptFile))]
internal sealed partial class ReceiptFileJson : JsonSerializerContext;
