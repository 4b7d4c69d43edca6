using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Cli.Attest;
using OpenGradient.Cli.Receipt;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Wallets;

namespace OpenGradient.Cli.Private;

/// <summary>
/// A private request at the hub, from before it is sent until its receipt was checked: all that whoever asks needs to be given the answer, and to show what the
/// commitments on the chain are of. Who reads the file reads the question.
/// </summary>
internal sealed record PendingRequest
{
    // The longest question is 16 MiB, which Base64 makes a third longer. What would not be read again is not written.
    private const int MaxBytes = 32 << 20;

    private const int CurrentSchema = 1;
    private const int LettersOfCommitment = 8;

    public required ChainId ChainId { get; init; }

    public required Address Hub { get; init; }

    /// <summary>Who is asked.</summary>
    public required Address Node { get; init; }

    public required Hash32 VersionId { get; init; }

    /// <summary>The version, for people.</summary>
    public required string Reference { get; init; }

    /// <summary>What was put up for the answer.</summary>
    public required UInt256 Fee { get; init; }

    /// <summary>What asks: its hash is known before it is sent.</summary>
    public required Hash32 Transaction { get; init; }

    /// <summary>What the hub calls it; null while that is not known.</summary>
    public Hash32? RequestId { get; init; }

    public required Hash32 InputSalt { get; init; }

    /// <summary>Encoded tensors.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>What the request commits to.</summary>
    public Hash32 InputCommit => PrivateCommitment.Of(InputSalt, Input.Span);

    /// <summary>Where it is kept unless its owner says otherwise, in a folder for that owner alone. Nothing secret is in the name.</summary>
    public static string PathOf(string stateFolder, Hash32 inputCommit)
    {
        var folder = Path.Combine(stateFolder, "private");
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // A file is as safe as the names of the folders that it is in.
        FolderFlush.Of(folder);
        FolderFlush.Of(stateFolder);
        return Path.Combine(folder, $"request-{inputCommit.ToString()[2..(2 + LettersOfCommitment)]}.json");
    }

    public static async Task<PendingRequest> ReadAsync(string path, CancellationToken cancellationToken) =>
        TryRead(await AttestFolder.ReadAsync(path, MaxBytes, cancellationToken))
        ?? throw new ExpectedFailureException(ExitCode.Usage, $"{path} holds no private request.", "`og request --private RELAY --on-chain` says where it keeps one.");

    public Task WriteAsync(string path, CancellationToken cancellationToken) => NewFile.WriteAsync(path, ToBoundedUtf8(), cancellationToken);

    public Task ReplaceAsync(string path, CancellationToken cancellationToken) => NewFile.ReplaceAsync(path, ToBoundedUtf8(), cancellationToken);

    private byte[] ToBoundedUtf8() => ToUtf8() is { Length: <= MaxBytes } utf8
        ? utf8
        : throw new ExpectedFailureException(ExitCode.Usage, $"The request takes more than {MaxBytes} bytes to keep, and would not be read again.", "Give a smaller input.");

    internal byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(
        new PendingRequestFile
        {
            Schema = CurrentSchema,
            ChainId = ChainId.Value,
            Hub = Hub.ToString(),
            Node = Node.ToString(),
            VersionId = VersionId.ToString(),
            Reference = Reference,
            Fee = Fee.ToString(),
            Transaction = Transaction.ToString(),
            RequestId = RequestId?.ToString(),
            InputSalt = InputSalt.ToString(),
            Input = Input.ToArray(),
        },
        PendingRequestJson.Default.PendingRequestFile);

    internal static PendingRequest? TryRead(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, PendingRequestJson.Default.PendingRequestFile) is { Schema: CurrentSchema } file ? Of(file) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static PendingRequest? Of(PendingRequestFile file)
    {
        Hash32 request = default;
        return Address.TryParse(file.Hub, out var hub) && Address.TryParse(file.Node, out var node) && Hash32.TryParse(file.VersionId, out var version)
            && UInt256.TryParse(file.Fee, out var fee) && Hash32.TryParse(file.Transaction, out var transaction) && Hash32.TryParse(file.InputSalt, out var salt)
            && (file.RequestId is null || Hash32.TryParse(file.RequestId, out request))
            ? new PendingRequest
            {
                ChainId = new ChainId(file.ChainId),
                Hub = hub,
                Node = node,
                VersionId = version,
                Reference = file.Reference,
                Fee = fee,
                Transaction = transaction,
                RequestId = file.RequestId is null ? null : request,
                InputSalt = salt,
                Input = file.Input,
            }
            : null;
    }
}

/// <summary>The file's form.</summary>
internal sealed record PendingRequestFile
{
    public required int Schema { get; init; }

    public required ulong ChainId { get; init; }

    public required string Hub { get; init; }

    public required string Node { get; init; }

    public required string VersionId { get; init; }

    public required string Reference { get; init; }

    public required string Fee { get; init; }

    public required string Transaction { get; init; }

    public string? RequestId { get; init; }

    public required string InputSalt { get; init; }

    public required byte[] Input { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false, MaxDepth = 2, RespectNullableAnnotations = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PendingRequestFile))]
internal sealed partial class PendingRequestJson : JsonSerializerContext;
