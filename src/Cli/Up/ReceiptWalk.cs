using System.Collections.Concurrent;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using Spectre.Console;

namespace OpenGradient.Cli.Up;

/// <summary>
/// Takes receipts the whole way and checks each stage against another: signed here, accepted by a contract, followed back as events, and proven
/// against the hash of their block. A witness contract stands where the settling hub will stand.
/// </summary>
internal sealed class ReceiptWalk(LocalNetwork network, TimeProvider clock, IAnsiConsole screen)
{
    private static readonly TimeSpan EventLimit = TimeSpan.FromMinutes(3);
    private static readonly string[] Assurances = ["None", "Signed", "Attested", "Proven"];

    private readonly DevelopmentSender _sender = new(network.Client, network.Deployer, network.ChainId);
    private readonly ConcurrentDictionary<Hash32, TaskCompletionSource<LocatedLog>> _awaited = new();

    public async Task<UpReport> RunAsync(CancellationToken cancellationToken)
    {
        screen.MarkupLine("[grey]deploying[/] a witness for receipts");
        var deployed = await _sender.DeployAsync(ReceiptWitnessContract.Deployment(), cancellationToken);
        var address = deployed.ContractAddress ?? throw new InvalidOperationException("The deployment created no contract.");
        var witness = new ReceiptWitnessContract(network.Client, address);
        var domain = ReceiptDigest.DomainSeparator(network.ChainId, address);

        var sink = new MemorySink(Deliver);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var follower = new ChainFollower(
            [new RpcChainSource(network.Client)], sink, new LogFilterSet(LogFilter.Of(address)),
            new FollowerOptions { Polling = new PollPolicy { Shortest = TimeSpan.FromMilliseconds(20) } });
        var following = follower.RunAsync(stop.Token);
        try
        {
            screen.MarkupLine("[grey]witnessing[/] a receipt of each assurance");
            List<Walked> walked = [];
            for (byte assurance = 1; assurance < Assurances.Length; assurance++)
                walked.Add(await UnlessStoppedAsync(WalkAsync(witness, domain, assurance, stop.Token), following));

            screen.MarkupLine("[grey]checking[/] each stage against another");
            var checks = await CheckAsync(witness, domain, walked, sink, cancellationToken);
            return new UpReport(
                checks.TrueForAll(check => check.Held), network.HttpUrl.ToString(), network.ChainId.ToString(), address.ToString(),
                [.. walked.Select(RowOf)], checks);
        }
        finally
        {
            await stop.CancelAsync();
            await following.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    // A follower that gives up would otherwise show only as an event that never comes.
    private static async Task<Walked> UnlessStoppedAsync(Task<Walked> walk, Task<FollowerStop> following)
    {
        if (await Task.WhenAny(walk, following) == following)
            throw new InvalidOperationException($"The follower stopped: {await following}");
        return await walk;
    }

    private async Task<Walked> WalkAsync(
        ReceiptWitnessContract witness, Hash32 domain, byte assurance, CancellationToken cancellationToken)
    {
        var receipt = ReceiptOf(assurance, network.Node.Address);
        var digest = ReceiptDigest.Of(receipt, domain);
        var arrival = _awaited.GetOrAdd(digest, _ => new TaskCompletionSource<LocatedLog>(TaskCreationOptions.RunContinuationsAsynchronously));

        var started = clock.GetTimestamp();
        var signature = await network.Node.SignAsync(digest, cancellationToken);
        var mined = await _sender.SendAsync(witness.PrepareWitness(receipt, signature.ToBytes()), cancellationToken);
        var log = await ArrivedAsync(arrival.Task, cancellationToken);
        return new Walked(receipt, digest, signature, mined, log, clock.GetElapsedTime(started));
    }

    private async Task<LocatedLog> ArrivedAsync(Task<LocatedLog> arrival, CancellationToken cancellationToken)
    {
        try
        {
            return await arrival.WaitAsync(EventLimit, clock, cancellationToken);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"The follower did not tell a receipt's event within {EventLimit.TotalMinutes:0} minutes.", late);
        }
    }

    private async Task<List<UpCheck>> CheckAsync(
        ReceiptWitnessContract witness, Hash32 domain, List<Walked> walked, MemorySink sink, CancellationToken cancellationToken)
    {
        var hashedAlike = true;
        foreach (var item in walked)
            hashedAlike &= await witness.CallDigestOfAsync(item.Receipt, cancellationToken: cancellationToken) == item.Digest;

        var recovered = walked.TrueForAll(item => item.Signature.IsBy(network.Node.Address, item.Digest));
        var proofs = 0;
        foreach (var item in walked)
            proofs += await BlockProof.HoldsAsync(network.Client, item.Log, cancellationToken) ? 1 : 0;

        return
        [
            new UpCheck("The contract and this program hash a receipt alike", hashedAlike, "EIP-712, over eth_call"),
            new UpCheck("Each signature recovers to its node", recovered, "secp256k1"),
            new UpCheck(
                "The follower told each event once", sink.Logs.Count == walked.Count && walked.TrueForAll(item => sink.Logs.Contains(item.Log)),
                $"{sink.Logs.Count} events"),
            new UpCheck(
                "Each event is proven against its block's hash", proofs == walked.Count,
                $"{proofs} proofs: header hash, receipts root, trie path"),
            await RefusesAsync<ReceiptWitnessContract.AlreadyWitnessedError>(
                "A receipt is accepted once", witness, walked[0].Receipt, walked[0].Signature, cancellationToken),
            await RefusesImpostorAsync(witness, domain, cancellationToken),
        ];
    }

    private async Task<UpCheck> RefusesImpostorAsync(ReceiptWitnessContract witness, Hash32 domain, CancellationToken cancellationToken)
    {
        var receipt = ReceiptOf(assurance: 1, network.Node.Address);
        var forged = await network.Impostor.SignAsync(ReceiptDigest.Of(receipt, domain), cancellationToken);
        return await RefusesAsync<ReceiptWitnessContract.WrongSignerError>(
            "A receipt that another signed is refused", witness, receipt, forged, cancellationToken);
    }

    private async Task<UpCheck> RefusesAsync<TError>(
        string what, ReceiptWitnessContract witness, ReceiptWitnessContract.Receipt receipt, Signature signature,
        CancellationToken cancellationToken)
        where TError : IContractError
    {
        var call = witness.PrepareWitness(receipt, signature.ToBytes());
        try
        {
            await network.Client.CallAsync(call.To, call.Data, BlockTag.Latest, cancellationToken);
            return new UpCheck(what, false, "The contract accepted it.");
        }
        catch (ContractRevertedException reverted)
        {
            var error = ReceiptWitnessContract.ErrorOf(reverted.Reason);
            return new UpCheck(what, error is TError, $"{(object?)error ?? reverted.Reason}");
        }
    }

    // Committed logs come from the follower's own loop; one that nobody waits for is left to the checks.
    private void Deliver(LocatedLog log)
    {
        if (ReceiptWitnessContract.ReceiptWitnessedEvent.TryDecode(log.Content, out var witnessed))
            _awaited.GetOrAdd(witnessed.Digest, _ => new TaskCompletionSource<LocatedLog>()).TrySetResult(log);
    }

    private ReceiptWitnessContract.Receipt ReceiptOf(byte assurance, Address node)
    {
        var now = (ulong)clock.GetUtcNow().ToUnixTimeSeconds();
        return new ReceiptWitnessContract.Receipt(
            RequestId: Named($"request {assurance}"),
            VersionId: Named("version"),
            InputCommit: Named($"input {assurance}"),
            OutputCommit: Named($"output {assurance}"),
            Assurance: assurance,
            Node: node,
            Payee: network.Deployer.Address,
            KeyEpoch: 1,
            IssuedAt: now,
            ExpiresAt: now + 3600,
            EvidenceHash: Hash32.Zero);

        static Hash32 Named(string name) => Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(name));
    }

    private static WitnessedReceipt RowOf(Walked walked) => new(
        walked.Receipt.RequestId.ToString(),
        Assurances[walked.Receipt.Assurance],
        walked.Receipt.Node.ToString(),
        walked.Log.Block.Number.Value,
        walked.Mined.GasUsed,
        Math.Round(walked.Latency.TotalMilliseconds, 1));

    private sealed record Walked(
        ReceiptWitnessContract.Receipt Receipt, Hash32 Digest, Signature Signature, TransactionReceipt Mined, LocatedLog Log, TimeSpan Latency);
}
