using System.CommandLine;
using OpenGradient.Attestation.Binding;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Terminal;
using OpenGradient.ReceiptBundles;
using Spectre.Console;

namespace OpenGradient.Cli.Receipt;

/// <summary><c>og receipt bundle</c>: puts with a receipt what the chain says of it and of its key, each as a proof against its block.</summary>
internal static class BundleMaking
{
    private static readonly Argument<string> File = new("file") { Description = "A receipt's file (`og receipt show --save`), or a bundle (`og request --private --save`)." };
    private static readonly Option<string?> Keys = new("--keys") { Description = "The keys and their evidence: a node's /api/attestation/EVIDENCE_HASH, or `og private gateway --save-keys`; a bundle has them already." };
    private static readonly Option<string> Out = new("--out") { Description = "The bundle to write.", Required = true };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("bundle", "Put with a receipt its key's evidence and registration, its settlement and revocations, for `og receipt verify`.") { File, Keys, Out };
        command.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => RunAsync(context, chain, token), token)));
        return command.WithChain();
    }

    private static async Task<int> RunAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        NewFile.Check(context.Parsed.GetRequiredValue(Out));
        var given = await ReadAsync(context, cancellationToken);
        var bundle = await new BundleProofs(chain.Client, chain.Deployment).AddAsync(given, cancellationToken)
            ?? throw new ExpectedFailureException(ExitCode.Usage, "The receipt or its keys cannot be read.", "`og receipt verify` says what is wrong with them.");
        await NewFile.WriteAsync(context.Parsed.GetRequiredValue(Out), bundle.ToUtf8(), cancellationToken);
        var report = new MadeBundle(context.Parsed.GetRequiredValue(Out), bundle.Registration?.BlockHash, bundle.Anchor?.BlockHash, [.. bundle.Revocations.Select(row => row.BlockHash)]);
        context.Output.Report(report, CliJson.Default.MadeBundle, screen =>
        {
            screen.WriteLine($"registered {report.RegistrationBlock ?? "never, as far as the endpoint says"}");
            screen.WriteLine($"settled    {report.AnchorBlock ?? "never: when it was signed stays unproven"}");
            screen.WriteLine($"revoked    {(report.RevocationBlocks.Count == 0 ? "not so far" : string.Join(", ", report.RevocationBlocks))}");
        });
        return ExitCode.Success;
    }

    private static async Task<ReceiptBundle> ReadAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var bytes = await Attest.AttestFolder.ReadAsync(context.Parsed.GetRequiredValue(File), ReceiptBundle.MaxBytes, cancellationToken);
        if (ReceiptBundle.TryRead(bytes) is { } bundle)
            return bundle;
        if (!SignedReceipt.TryRead(bytes, out var receipt, out var fault))
            throw new ExpectedFailureException(ExitCode.Usage, $"The file is no receipt, and no bundle: {fault}", "`og receipt show ID --save FILE` writes one.");
        if (context.Parsed.GetValue(Keys) is not { } path || BundleProofs.KeysIn(await Attest.AttestFolder.ReadAsync(path, KeyEvidence.MaxBytes, cancellationToken)) is not { } keys)
        {
            throw new ExpectedFailureException(
                ExitCode.Usage, "There are no keys with their evidence.", $"Give the file with {Keys.Name}: who answered has it on its pages, at /api/attestation/{receipt.Receipt.EvidenceHash}.");
        }

        if (keys.EvidenceHash != receipt.Receipt.EvidenceHash)
        {
            throw new ExpectedFailureException(
                ExitCode.Usage, $"The keys are of the evidence {keys.EvidenceHash}, and the receipt names another.", $"Its own are at /api/attestation/{receipt.Receipt.EvidenceHash} of who answered.");
        }

        return new ReceiptBundle { Version = ReceiptBundle.CurrentVersion, Receipt = receipt.ToFile(), Keys = keys.ToDocument() };
    }
}

/// <summary>What <c>og receipt bundle</c> put together.</summary>
/// <param name="File">Where it is.</param>
/// <param name="RegistrationBlock">The hash of the block in which the key was registered; null where it was not.</param>
/// <param name="AnchorBlock">The hash of the block in which the receipt was settled; null where it was not.</param>
/// <param name="RevocationBlocks">The hashes of the blocks in which the key, or something that it rests on, was revoked.</param>
public sealed record MadeBundle(string File, string? RegistrationBlock, string? AnchorBlock, IReadOnlyList<string> RevocationBlocks);
