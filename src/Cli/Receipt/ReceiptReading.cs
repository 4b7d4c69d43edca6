using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Request;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Tensors;
using OpenGradient.ReceiptBundles;

namespace OpenGradient.Cli.Receipt;

/// <summary>Asks the chain about receipts.</summary>
internal sealed class ReceiptReading(ChainSession chain)
{
    private readonly IHubContract _hub = new(chain.Client, chain.Deployment.Hub);

    /// <summary>The requests that a hash means: those that a transaction asked or settled, or else the one of this id.</summary>
    public async Task<IReadOnlyList<Hash32>> RequestsOfAsync(Hash32 hash, CancellationToken cancellationToken)
    {
        if (await chain.Client.GetTransactionReceiptAsync(hash, cancellationToken) is not { } transaction)
            return [hash];
        Hash32[] asked = [IHubContract.SettledEvent.Topic0, IHubContract.RequestedEvent.Topic0];
        return [.. transaction.Logs
            .Where(log => log.Content.Address == chain.Deployment.Hub && log.Content.Topics.Count >= 2 && asked.Contains(log.Content.Topics[0]))
            .Select(log => log.Content.Topics[1]).Distinct()];
    }

    /// <summary>A request's story; a failure for people where there is none.</summary>
    public async Task<RequestStory> StoryAsync(Hash32 requestId, BlockNumber? from, CancellationToken cancellationToken) =>
        await RequestStory.FindAsync(chain.Client, chain.Deployment, requestId, from, cancellationToken)
        ?? throw new ExpectedFailureException(
            ExitCode.Failed, $"There is no transaction or request {requestId} at this hub.", $"Look at {ChainSettings.EndpointName} and {ChainSettings.DeploymentName}, too.");

    /// <summary>All about the receipt of a request; null where there is no answer.</summary>
    public async Task<ReceiptReport?> ReportAsync(RequestStory story, CancellationToken cancellationToken)
    {
        if (story is not { Settled: { } settled, SettledAt: { } settledAt, Settlement: { } standing })
            return null;

        var state = await _hub.CallStateOfAsync(story.RequestId, cancellationToken: cancellationToken);
        var stage = (Stage)state.Stage;
        var isFinal = await _hub.CallIsFinalAsync(story.RequestId, cancellationToken: cancellationToken);
        var activeTime = await _hub.CallActiveTimeAsync(BlockTag.Pending, cancellationToken);
        var word = new RequestWord((await chain.Client.GetStorageAtAsync(
            chain.Deployment.Hub, RequestWord.SlotOf(story.RequestId), BlockTag.Latest, cancellationToken)).ToUInt256());
        var receipt = SignedReceipt.Of(chain.Id, chain.Deployment.Hub, story.Requested, settled);
        var isTheAnswer = standing.OutputCommit == settled.Settlement.OutputCommit && word.Keeps(standing);
        var waits = !isFinal && stage is Stage.Settled or Stage.Failed && state.Until >= activeTime;
        return new ReceiptReport
        {
            RequestId = story.RequestId.ToString(),
            Receipt = receipt.ToFile(),
            Digest = receipt.Digest.ToString(),
            Signer = receipt.Signer?.ToString(),
            RootLabel = RootLabels.Of(standing.RootLabel),
            Stage = stage.ToString(),
            Stands = isTheAnswer && stage is Stage.Settled or Stage.Failed,
            IsFinal = isFinal,
            FinalAt = waits ? await chain.NowAsync(cancellationToken) + TimeSpan.FromSeconds(state.Until - activeTime + 1) : null,
            WasContested = story.WasContested,
            Judgement = story.Overturned is not null ? "Overturned" : story.WasUpheld ? "Upheld" : null,
            IsDelivered = story.IsDelivered,
            RequestTransaction = story.RequestedAt.TransactionHash.ToString(),
            SettlementTransaction = settledAt.TransactionHash.ToString(),
            SettlementBlock = settledAt.Block.Number.Value,
            Answer = TensorEncoding.Decode(settled.Output) is TensorDecoding.Decoded(var tensors) ? TensorJson.Write(tensors) : null,
            Checks =
            [
                .. ReceiptChecks.Of(receipt, chain.Id, chain.Deployment.Hub),
                .. await OfKeyAsync(receipt, cancellationToken),
                new("The hub keeps this settlement", word.Keeps(standing), "by the hash in the request's word"),
            ],
        };
    }

    // Which key an attested node had when it signed, only the register knows.
    private async Task<IReadOnlyList<ReceiptCheck>> OfKeyAsync(SignedReceipt receipt, CancellationToken cancellationToken)
    {
        if ((Assurance)receipt.Receipt.Assurance != Assurance.Attested)
            return [];
        var keys = new IAttestedKeysContract(chain.Client, chain.Deployment.Keys);
        var key = await keys.CallSignerOfAsync(receipt.Receipt.Node, receipt.Receipt.KeyEpoch, cancellationToken: cancellationToken);
        return [new($"Its signer was the node's attested key number {receipt.Receipt.KeyEpoch}", key == receipt.Signer, $"{key}")];
    }
}
