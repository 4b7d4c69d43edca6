using System.CommandLine;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model;
using OpenGradient.Cli.Model.Compiling;
using OpenGradient.Cli.Request;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Tensors;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;
using OpenGradient.ReceiptBundles;
using Spectre.Console;

namespace OpenGradient.Cli.Prove;

/// <summary>
/// <c>og prove</c>: runs an integer model on inputs and proves all of it at once, without a chain; or proves the answer to a request of a chain, as
/// <c>og raise</c> sends it, without any key.
/// </summary>
internal static class ProveCommand
{
    private const int MostInputs = 128;

    private static readonly Argument<string> Artifact = new("artifact") { Description = "An integer model (.ogq); or a request's id, whose answer is to be proven." };
    private static readonly Option<string> Setup = new("--srs") { Description = "The setup that the verifier has.", Required = true };
    private static readonly Option<string[]> Input = new("--input") { Description = "A JSON file of tensors; given several times, one proof covers all.", DefaultValueFactory = _ => [] };
    private static readonly Option<string[]> Raw = new("--raw") { Description = "A file of an encoded input, in place of a JSON one.", DefaultValueFactory = _ => [] };
    private static readonly Option<string[]> Receipts = new("--receipt") { Description = "The receipt of each input, in their order: then the proof is of these receipts, and of no others.", DefaultValueFactory = _ => [] };
    private static readonly Option<ulong> ChainNumber = new("--chain") { Description = "The chain on which it is verified; without it, it holds on none.", DefaultValueFactory = _ => 0UL };
    private static readonly Option<string?> Verifier = new("--verifier") { Description = "The contract that verifies it there." };
    private static readonly Option<string> Form = FormProving.CreateOption();
    private static readonly Option<string> Out = new("--out") { Description = "The file to write.", Required = true };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("prove", "Run an integer model on inputs, and prove what came of it.") { Artifact, Setup, Input, Raw, Receipts, ChainNumber, Verifier, Form, Out };
        command.SetAction(guard((context, token) => Hash32.TryParse(context.Parsed.GetRequiredValue(Artifact), out _)
            ? ChainOptions.RunAsync(context, chain => RunAsync(context, chain, token), token)
            : RunAsync(context, token)));
        return command.WithChain();
    }

    private static async Task<int> RunAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        if (parsed.GetValue(Input)!.Length + parsed.GetValue(Raw)!.Length + parsed.GetValue(Receipts)!.Length > 0 || parsed.GetValue(ChainNumber) != 0 || parsed.GetValue(Verifier) is not null)
            throw new ExpectedFailureException(ExitCode.Usage, "A request says itself what is proven, and where.", "Leave out --input, --raw, --receipt, --chain and --verifier.");
        using var shelf = ModelCommand.OpenShelf(context, chain);
        var proving = new AnswerProving(chain, shelf, context.Output.Screen, TimeProvider.System);
        var answer = await proving.FindAsync(parsed.GetRequiredValue(Artifact), cancellationToken);
        var proven = await proving.ProveAsync(answer, parsed.GetRequiredValue(Setup), FormProving.Read(parsed.GetValue(Form)), cancellationToken);
        Report(context, proven.Made, answer.Context(chain.Id), proven.Setup);
        return ExitCode.Success;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (parsed, clock) = (context.Parsed, TimeProvider.System);
        var (proofContext, form) = (ContextIn(parsed), FormProving.Read(parsed.GetValue(Form)));
        var artifact = await ModelArtifact.ReadAsync(parsed.GetRequiredValue(Artifact), cancellationToken);
        var inputs = await InputsAsync(parsed, artifact, cancellationToken);
        var digests = await DigestsAsync(parsed, inputs.Count, cancellationToken);
        var committed = await ModelCommitCommand.CommitAsync(artifact, parsed.GetRequiredValue(Setup), cancellationToken);

        var inferences = inputs.Zip(digests, (input, digest) => new InferenceToProve(BytesOf(input, committed), digest)).ToList();
        var made = await FormProving.ProveAsync(
            committed, proofContext, inferences, form, committed.Setup.Verifier.LongColumns, context.Output.Screen, clock, cancellationToken);

        Report(context, made, proofContext, committed.Setup.Verifier.Origin);
        return ExitCode.Success;
    }

    private static void Report(CommandContext context, FormedProof made, ProofContext proofContext, SetupOrigin setup)
    {
        var (path, proof) = (context.Parsed.GetRequiredValue(Out), made.Proof);
        ProofFile.Of(proof, proofContext, setup.Label).Write(path);
        var report = new ProveReport(
            path, proof.Statements[0].ProofCommitment.ToString(), [.. proof.Statements.Select(statement => statement.OutputCommit.ToString())], proof.Bytes.Length,
            made.Took.TotalMilliseconds, made.Form.ToString(), PlainText.Of(setup.Label), setup is SetupOrigin.Development);
        context.Output.Report(report, CliJson.Default.ProveReport, screen =>
        {
            if (report.IsDevelopment)
                screen.MarkupLineInterpolated($"[red]{report.Setup}: whoever knows its secret proves anything[/]");
            screen.MarkupLineInterpolated($"{report.Outputs.Count} answers of {report.ProofCommitment}, proven by {report.Bytes} bytes of the {(made.Form == ProofForm.Long ? "long" : "short")} form in {report.Milliseconds:0} ms: {report.File}");
        });
    }

    private static ProofContext ContextIn(ParseResult parsed)
    {
        var text = parsed.GetValue(Verifier);
        var chain = parsed.GetValue(ChainNumber);
        if (text is null != (chain == 0))
            throw new ExpectedFailureException(ExitCode.Usage, "--chain and --verifier belong together.", "Give both for a proof that a contract will check, or neither.");
        if (text is null)
            return new ProofContext(new ChainId(0), Address.Zero);
        return Address.TryParse(text, out var verifier)
            ? new ProofContext(new ChainId(chain), verifier)
            : throw new ExpectedFailureException(ExitCode.Usage, "--verifier is no address.", "Give 0x and 40 hexadecimal digits.");
    }

    private static async Task<IReadOnlyList<byte[]>> InputsAsync(ParseResult parsed, ModelArtifact artifact, CancellationToken cancellationToken)
    {
        List<byte[]> inputs = [];
        foreach (var path in parsed.GetValue(Input)!)
            inputs.Add(await InputFile.EncodeAsync(path, artifact.Signature, cancellationToken));
        foreach (var path in parsed.GetValue(Raw)!)
            inputs.Add(await InputFile.ReadAsync(path, cancellationToken));
        return inputs.Count is >= 1 and <= MostInputs
            ? inputs
            : throw new ExpectedFailureException(ExitCode.Usage, $"There are {inputs.Count} inputs.", $"Give 1 to {MostInputs}, each by --input or --raw.");
    }

    private static async Task<IReadOnlyList<Hash32>> DigestsAsync(ParseResult parsed, int count, CancellationToken cancellationToken)
    {
        var paths = parsed.GetValue(Receipts)!;
        if (paths.Length == 0)
            return [.. Enumerable.Repeat(Hash32.Zero, count)];
        if (paths.Length != count)
            throw new ExpectedFailureException(ExitCode.Usage, $"There are {paths.Length} receipts for {count} inputs.", "Give one for each, in their order, or none.");
        List<Hash32> digests = [];
        foreach (var path in paths)
            digests.Add(await ReadDigestAsync(path, cancellationToken));
        return digests;
    }

    private static async Task<Hash32> ReadDigestAsync(string path, CancellationToken cancellationToken) =>
        SignedReceipt.TryRead(await InputFile.ReadAsync(path, cancellationToken), out var receipt, out var fault)
            ? receipt.Digest
            : throw new ExpectedFailureException(ExitCode.Usage, $"{path} is no receipt: {fault}", "`og receipt show` writes one.");

    // A proof commits to the input's one encoding: what decodes to the same numbers by other names is another input.
    internal static ReadOnlyMemory<byte> BytesOf(byte[] encoded, CommittedModel model)
    {
        var inputs = model.Model.Descriptor.Inputs;
        return TensorEncoding.Decode(encoded) is TensorDecoding.Decoded([{ DataType: DataType.Uint8 } tensor]) && tensor.Data.Length == inputs
            && TensorEncoding.TryEncode([new Tensor("input", DataType.Uint8, [(uint)inputs], tensor.Data)], out var expected) == TensorFault.None
            && Keccak256.Hash(expected) == Keccak256.Hash(encoded)
            ? tensor.Data
            : throw new ExpectedFailureException(ExitCode.Usage, "An input is none of the model's.", $"Give one tensor: input, UINT8 [{inputs}].");
    }
}

/// <summary>What <c>og prove</c> made.</summary>
/// <param name="File">The proof.</param>
/// <param name="ProofCommitment">Of which weights.</param>
/// <param name="Outputs">The hash of each answer.</param>
/// <param name="Bytes">How long the proof is.</param>
/// <param name="Milliseconds">How long making it took.</param>
/// <param name="Form">Short or Long.</param>
/// <param name="Setup">The label of the setup.</param>
/// <param name="IsDevelopment">Whether somebody knows that setup's secret.</param>
public sealed record ProveReport(
    string File, string ProofCommitment, IReadOnlyList<string> Outputs, int Bytes, double Milliseconds, string Form, string Setup, bool IsDevelopment);
