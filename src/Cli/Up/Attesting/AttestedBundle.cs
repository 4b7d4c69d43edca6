using System.Text;
using OpenGradient.Attestation;
using OpenGradient.Attestation.Binding;
using OpenGradient.Cli.Receipt;
using OpenGradient.Cli.Up.Local;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Proofs;
using OpenGradient.ReceiptBundles;

namespace OpenGradient.Cli.Up.Attesting;

/// <summary>
/// The bundle of an attested receipt, left behind when the network is gone: whoever was there can verify it for as long as the file lasts, without asking anybody.
/// </summary>
internal sealed class AttestedBundle(UpState state, LocalSystem system, LocalAttestation attestation)
{
    private const string BundleName = "attested-receipt.json";
    private const string RootsName = "emulated-roots.pem";

    /// <summary>Puts it together as anybody would: from the node's page and the chain.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="node">Who gave it.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The command that judges it, from the checkout's folder, and what the same judge says now.</returns>
    public async Task<(string Command, Standing Standing)> WriteAsync(SignedReceipt receipt, LocalNode node, CancellationToken cancellationToken)
    {
        using var http = CommandHttp.Open(node.Page, maxAnswerBytes: KeyEvidence.MaxBytes);
        var said = await http.GetByteArrayAsync(new Uri($"/api/attestation/{receipt.Receipt.EvidenceHash}", UriKind.Relative), cancellationToken);
        var keys = BundleProofs.KeysIn(said) ?? throw new InvalidOperationException("The attested node's page has no keys of its receipt.");
        var given = new ReceiptBundle { Version = ReceiptBundle.CurrentVersion, Receipt = receipt.ToFile(), Keys = keys.ToDocument() };
        var bundle = await new BundleProofs(system.Network.Client, system.Deployment).AddAsync(given, cancellationToken)
            ?? throw new InvalidOperationException("A receipt that was just made cannot be read.");

        await NewFile.ReplaceAsync(Path.Combine(state.Folder, BundleName), bundle.ToUtf8(), cancellationToken);
        await NewFile.ReplaceAsync(Path.Combine(state.Folder, RootsName), Encoding.UTF8.GetBytes(attestation.ExportRoots()), cancellationToken);
        // Those of this network: it made them.
        List<string> blocks = [.. new[] { bundle.Registration, bundle.Anchor }.OfType<RowBundle>().Select(row => row.BlockHash)];
        var judge = new BundleJudge(new BundleTrust
        {
            ChainId = system.Network.ChainId,
            Hub = system.Deployment.Hub,
            Registry = system.Deployment.Keys,
            Blocks = blocks.Select(Hash32.Parse).ToHashSet(),
            Verifier = new AttestationVerifier(attestation.Trust.Anchors, TimeProvider.System),
            Policy = attestation.Trust.Policy,
        });
        var command = $"./og receipt verify {Shown(BundleName)} --deployment {(state.AddressesFile is { } addresses ? state.Shown(addresses) : system.Network.ChainId)} --allow-emulated --roots {Shown(RootsName)}{string.Concat(blocks.Select(hash => $" --block-hash {hash}"))}";
        return (command, judge.Judge(bundle).Standing);

        string Shown(string name) => state.Shown(Path.Combine(state.Folder, name));
    }
}
