using System.CommandLine;
using OpenGradient.Attestation.Binding;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Terminal;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Proofs;
using OpenGradient.Indexer.Schema;
using OpenGradient.ReceiptBundles;
using OpenGradient.Relayer.Attesting.Judging;
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
        if (!SignedReceipt.TryRead(given.Receipt, out var receipt, out var fault) || !KeyEvidence.TryRead(given.Keys, out var keys) || keys.Signer is not { } signer)
            throw new ExpectedFailureException(ExitCode.Usage, "The receipt or its keys cannot be read.", "`og receipt verify` says what is wrong with them.");
        var registered = await FirstAsync(chain, chain.Deployment.Keys, [[IAttestedKeysContract.KeyRegisteredEvent.Topic0], [], [EventTopic.Of(signer)]], cancellationToken);
        var settled = await FirstAsync(chain, chain.Deployment.Hub, [[IHubContract.SettledEvent.Topic0], [receipt.Receipt.RequestId]], cancellationToken);
        var bundle = given with
        {
            Registration = registered is null ? null : await RowAsync(chain, registered, cancellationToken),
            Anchor = settled is null ? null : await RowAsync(chain, settled, cancellationToken),
            Revocations = await RevocationsAsync(chain, signer, registered, cancellationToken),
        };
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
        if (context.Parsed.GetValue(Keys) is not { } path || KeysIn(await Attest.AttestFolder.ReadAsync(path, KeyEvidence.MaxBytes, cancellationToken)) is not { } keys)
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

    // As a gateway gives them out, or as attesters were sent them.
    private static KeyEvidence? KeysIn(byte[] file) =>
        KeyEvidence.TryRead(file) ?? (ClaimMessage.TryRead(file, out var claim, out _) ? claim.ToKeyEvidence() : null);

    private static async Task<IReadOnlyList<RowBundle>> RevocationsAsync(ChainSession chain, Address signer, LocatedLog? registered, CancellationToken cancellationToken)
    {
        List<Hash32> rests = [EventTopic.Of(signer)];
        if (registered is not null && IAttestedKeysContract.KeyRegisteredEvent.TryDecode(registered.Content, out var told))
            rests.AddRange([told.Registration.RootId, told.Registration.WorkloadId, told.Registration.PlatformId, told.Registration.TeeType]);
        var found = await FindAsync(
            chain, chain.Deployment.Keys,
            [
                [
                    IAttestedKeysContract.KeyRevokedEvent.Topic0, IAttestedKeysContract.RootRevokedEvent.Topic0, IAttestedKeysContract.WorkloadRevokedEvent.Topic0,
                    IAttestedKeysContract.PlatformRevokedEvent.Topic0, IAttestedKeysContract.TcbFloorRaisedEvent.Topic0,
                ],
                rests,
            ],
            cancellationToken);
        List<RowBundle> rows = [];
        foreach (var log in found.Take(ReceiptBundle.MaxRevocations))
            rows.Add(await RowAsync(chain, log, cancellationToken));
        return rows;
    }

    private static async Task<LocatedLog?> FirstAsync(ChainSession chain, Address emitter, IReadOnlyList<IReadOnlyList<Hash32>> topics, CancellationToken cancellationToken)
    {
        var found = await FindAsync(chain, emitter, topics, cancellationToken);
        return found.Count > 0 ? found[0] : null;
    }

    private static Task<IReadOnlyList<LocatedLog>> FindAsync(ChainSession chain, Address emitter, IReadOnlyList<IReadOnlyList<Hash32>> topics, CancellationToken cancellationToken) =>
        LogSearch.FindAsync(chain.Client, chain.Deployment.FirstBlock, new LogFilter([emitter], topics), cancellationToken);

    private static async Task<RowBundle> RowAsync(ChainSession chain, LocatedLog log, CancellationToken cancellationToken)
    {
        var table = OurFamilies.Hub().Concat(OurFamilies.Keys()).First(known => known.Topic0 == log.Content.Topics[0]);
        var header = await chain.Client.GetHeaderAsync(BlockTag.At(log.Block.Hash), cancellationToken);
        var receipts = await chain.Client.GetBlockReceiptsAsync(BlockTag.At(log.Block.Hash), cancellationToken);
        return header is not null && receipts is not null
            && RowProof.Create(chain.Id, table, header.Header, [.. receipts.Select(receipt => receipt.Consensus)], log.LogIndex, log.TransactionHash) is { } row
            ? row
            : throw new ExpectedFailureException(ExitCode.Failed, $"The endpoint does not give block {log.Block.Number} as it is.", $"Look at {ChainSettings.EndpointName}: it must serve eth_getBlockReceipts.");
    }
}

/// <summary>What <c>og receipt bundle</c> put together.</summary>
/// <param name="File">Where it is.</param>
/// <param name="RegistrationBlock">The hash of the block in which the key was registered; null where it was not.</param>
/// <param name="AnchorBlock">The hash of the block in which the receipt was settled; null where it was not.</param>
/// <param name="RevocationBlocks">The hashes of the blocks in which the key, or something that it rests on, was revoked.</param>
public sealed record MadeBundle(string File, string? RegistrationBlock, string? AnchorBlock, IReadOnlyList<string> RevocationBlocks);
