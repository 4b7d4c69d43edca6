using OpenGradient.Attestation.Binding;
using OpenGradient.Cli.Chain;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Indexer.Proofs;
using OpenGradient.Indexer.Schema;
using OpenGradient.ReceiptBundles;
using OpenGradient.Relayer.Attesting.Judging;

namespace OpenGradient.Cli.Receipt;

/// <summary>What the chain says of a bundle's receipt and of its key, each as a proof against its block.</summary>
internal sealed class BundleProofs(EthereumClient client, Deployment deployment)
{
    /// <summary>The keys in a file, as a gateway gives them out, or as attesters were sent them; null where there are none.</summary>
    public static KeyEvidence? KeysIn(byte[] file) =>
        KeyEvidence.TryRead(file) ?? (ClaimMessage.TryRead(file, out var claim, out _) ? claim.ToKeyEvidence() : null);

    /// <summary>The same bundle with them; null where its receipt or its keys cannot be read.</summary>
    public async Task<ReceiptBundle?> AddAsync(ReceiptBundle given, CancellationToken cancellationToken)
    {
        if (!SignedReceipt.TryRead(given.Receipt, out var receipt, out _) || !KeyEvidence.TryRead(given.Keys, out var keys) || keys.Signer is not { } signer)
            return null;
        var registered = await FirstAsync(deployment.Keys, [[IAttestedKeysContract.KeyRegisteredEvent.Topic0], [], [EventTopic.Of(signer)]], cancellationToken);
        var settled = await FirstAsync(deployment.Hub, [[IHubContract.SettledEvent.Topic0], [receipt.Receipt.RequestId]], cancellationToken);
        return given with
        {
            Registration = registered is null ? null : await RowAsync(registered, cancellationToken),
            Anchor = settled is null ? null : await RowAsync(settled, cancellationToken),
            Revocations = await RevocationsAsync(signer, registered, cancellationToken),
        };
    }

    private async Task<IReadOnlyList<RowBundle>> RevocationsAsync(Address signer, LocatedLog? registered, CancellationToken cancellationToken)
    {
        List<Hash32> rests = [EventTopic.Of(signer)];
        if (registered is not null && IAttestedKeysContract.KeyRegisteredEvent.TryDecode(registered.Content, out var told))
            rests.AddRange([told.Registration.RootId, told.Registration.WorkloadId, told.Registration.PlatformId, told.Registration.TeeType]);
        var found = await FindAsync(
            deployment.Keys,
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
            rows.Add(await RowAsync(log, cancellationToken));
        return rows;
    }

    private async Task<LocatedLog?> FirstAsync(Address emitter, IReadOnlyList<IReadOnlyList<Hash32>> topics, CancellationToken cancellationToken)
    {
        var found = await FindAsync(emitter, topics, cancellationToken);
        return found.Count > 0 ? found[0] : null;
    }

    private Task<IReadOnlyList<LocatedLog>> FindAsync(Address emitter, IReadOnlyList<IReadOnlyList<Hash32>> topics, CancellationToken cancellationToken) =>
        LogSearch.FindAsync(client, deployment.FirstBlock, new LogFilter([emitter], topics), cancellationToken);

    private async Task<RowBundle> RowAsync(LocatedLog log, CancellationToken cancellationToken)
    {
        var table = OurFamilies.Hub().Concat(OurFamilies.Keys()).First(known => known.Topic0 == log.Content.Topics[0]);
        var header = await client.GetHeaderAsync(BlockTag.At(log.Block.Hash), cancellationToken);
        var receipts = await client.GetBlockReceiptsAsync(BlockTag.At(log.Block.Hash), cancellationToken);
        return header is not null && receipts is not null
            && RowProof.Create(deployment.ChainId, table, header.Header, [.. receipts.Select(receipt => receipt.Consensus)], log.LogIndex, log.TransactionHash) is { } row
            ? row
            : throw new ExpectedFailureException(ExitCode.Failed, $"The endpoint does not give block {log.Block.Number} as it is.", $"Look at {ChainSettings.EndpointName}: it must serve eth_getBlockReceipts.");
    }
}
