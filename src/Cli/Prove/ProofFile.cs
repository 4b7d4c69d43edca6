using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Cli.Prove;

/// <summary>A proof with what it says, as a file that can be checked anywhere. Bytes are 0x and hexadecimal digits.</summary>
public sealed record ProofFile
{
    public const int CurrentSchema = 1;

    private const int MaxBytes = 16 << 20;
    private const int MostStatements = 128;

    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Where it holds, and nowhere else: the chain, and the contract there.</summary>
    public required ulong ChainId { get; init; }

    public required string Verifier { get; init; }

    /// <summary>The label of the setup that it was made by; whoever checks it brings that from elsewhere.</summary>
    public required string Setup { get; init; }

    public required IReadOnlyList<StatementFile> Statements { get; init; }

    public required string Proof { get; init; }

    internal static ProofFile Of(Proof proof, ProofContext context, string label) => new()
    {
        ChainId = context.ChainId.Value,
        Verifier = context.Verifier.ToString(),
        Setup = label,
        Statements = [.. proof.Statements.Select(StatementFile.Of)],
        Proof = Hex.Encode(proof.Bytes.Span),
    };

    internal static async Task<ProofFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes)
            throw new ExpectedFailureException(ExitCode.Usage, $"There is no file {path} of a proof's size.", "`og prove` writes one.");
        try
        {
            var file = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(path, cancellationToken), ProofFileJson.Default.ProofFile);
            return file is null ? throw Wrong("It is null.")
                : file.Schema != CurrentSchema ? throw Wrong($"Its schema is {file.Schema}; this program reads {CurrentSchema}.")
                : file.Statements.Count is < 1 or > MostStatements ? throw Wrong($"It has {file.Statements.Count} statements.")
                : file;
        }
        catch (JsonException wrong)
        {
            throw Wrong(wrong.Message);
        }
    }

    internal void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, ProofFileJson.Default.ProofFile) + "\n");

    internal ProofContext Context() => new(new ChainId(ChainId), Address.TryParse(Verifier, out var verifier) ? verifier : throw Wrong("Its verifier is no address."));

    internal byte[] Bytes()
    {
        var bytes = new byte[Math.Max(0, (Proof.Length - 2) / 2)];
        return (Proof.Length & 1) == 0 && Proof.Length >= 2 && Hex.TryDecode(Proof, bytes) ? bytes : throw Wrong("Its proof is not 0x and hexadecimal digits.");
    }

    internal static ExpectedFailureException Wrong(string problem) => new(ExitCode.Usage, $"The file is no proof: {problem}", "`og prove` writes one.");
}

/// <summary>What a proof says of one receipt.</summary>
/// <param name="ProofCommitment">The version's: of which weights.</param>
/// <param name="InputCommit">The hash of the encoded input.</param>
/// <param name="OutputCommit">The hash of the encoded output.</param>
/// <param name="ReceiptDigest">The receipt that it was made for; zeros where it was made for none.</param>
public sealed record StatementFile(string ProofCommitment, string InputCommit, string OutputCommit, string ReceiptDigest)
{
    internal static StatementFile Of(ProofStatement statement) => new(
        statement.ProofCommitment.ToString(), statement.InputCommit.ToString(), statement.OutputCommit.ToString(), statement.ReceiptDigest.ToString());

    internal ProofStatement Read() => new(Hash(ProofCommitment), Hash(InputCommit), Hash(OutputCommit), Hash(ReceiptDigest));

    private static Hash32 Hash(string text) => Hash32.TryParse(text, out var hash) ? hash : throw ProofFile.Wrong("One of its hashes is none.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, AllowDuplicateProperties = false, MaxDepth = 4, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ProofFile))]
internal sealed partial class ProofFileJson : JsonSerializerContext;
