using System.Text;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Keys;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Vetoing;

namespace OpenGradient.Relayer.Attesting.Keys;

/// <summary>The register on the chain. One endpoint answers a question; when it does not, the next is asked.</summary>
public sealed class KeyRegister(IReadOnlyList<EthereumClient> endpoints, Deployment deployment, Address node) : IKeyRegister, IPendingKeys
{
    // Endpoints are not at the same block, and the last one may be replaced. Where blocks are far apart a newer one is better than an older one.
    private const ulong AnchorDepth = 2;
    private const ulong MostAnchorAge = 120;
    private const ulong MostBlocks = 2_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly LogFilter _revocations = new(
        [deployment.Keys],
        [[
            IAttestedKeysContract.WorkloadRevokedEvent.Topic0, IAttestedKeysContract.PlatformRevokedEvent.Topic0, IAttestedKeysContract.RootRevokedEvent.Topic0,
            IAttestedKeysContract.TcbFloorRaisedEvent.Topic0,
        ]]);

    private readonly LogFilter _registrations = new([deployment.Keys], [[IAttestedKeysContract.KeyRegisteredEvent.Topic0]]);

    public Task<KeySituation> LookAsync(IReadOnlyCollection<Address> held, CancellationToken cancellationToken) => AskAsync(
        async (client, stop) =>
        {
            var head = await HeadAsync(client, stop);
            var (keys, then) = (new IAttestedKeysContract(client, deployment.Keys), BlockTag.At(head.Hash));
            var epoch = await keys.CallEpochOfAsync(node, then, stop);
            var last = epoch == 0 ? null : await FindAsync(keys, await keys.CallSignerOfAsync(node, epoch, then, stop), then, stop);
            List<RegisteredKey> known = [];
            foreach (var signer in held)
            {
                if (last?.Signer == signer)
                    known.Add(last);
                else if (await FindAsync(keys, signer, then, stop) is { } key)
                    known.Add(key);
            }

            return new KeySituation(head.Number, head.Header.Timestamp, epoch, last, [.. known.OrderByDescending(key => key.KeyEpoch)]);
        },
        cancellationToken);

    public Task<BlockWitness> AnchorAsync(CancellationToken cancellationToken) => AskAsync(
        async (client, stop) =>
        {
            var head = await HeadAsync(client, stop);
            var anchor = head;
            if (head.Number.Value > AnchorDepth && await client.GetHeaderAsync(BlockTag.At(new BlockNumber(head.Number.Value - AnchorDepth)), stop) is { } older
                && head.Header.Timestamp - Math.Min(older.Header.Timestamp, head.Header.Timestamp) <= MostAnchorAge)
                anchor = older;
            return new BlockWitness(anchor.Hash, anchor.Header.Timestamp, head.Header.Timestamp);
        },
        cancellationToken);

    public Task<BlockWitness?> FindAsync(Hash32 hash, CancellationToken cancellationToken) => AskAsync(
        async (client, stop) =>
        {
            var head = await HeadAsync(client, stop);
            // Nodes remember blocks that were replaced: the chain's own is the one that it has at that number.
            return await client.GetHeaderAsync(BlockTag.At(hash), stop) is { } block && block.Number <= head.Number
                && await client.GetHeaderAsync(BlockTag.At(block.Number), stop) is { } own && own.Hash == hash
                ? new BlockWitness(hash, block.Header.Timestamp, head.Header.Timestamp)
                : null;
        },
        cancellationToken);

    public Task<string?> ObstacleAsync(IAttestedKeysContract.KeyRegistration registration, CancellationToken cancellationToken) => AskAsync(
        async (client, stop) =>
        {
            if (!await new INodeRegistryContract(client, deployment.Nodes).CallHasRoleAsync(registration.Node, (byte)NodeRoles.Tee, BlockTag.Latest, stop))
                return "The node is not registered with the role tee.";
            var keys = new IAttestedKeysContract(client, deployment.Keys);
            var root = await keys.CallRootOfAsync(registration.RootId, BlockTag.Latest, stop);
            if (root.Label == Hash32.Zero || root.RevokedAt != 0)
                return $"The root {registration.RootId} is {(root.RevokedAt != 0 ? "revoked" : "not approved")}.";
            var workload = await keys.CallWorkloadStatusAsync(registration.WorkloadId, BlockTag.Latest, stop);
            if (!workload.IsApproved || workload.RevokedAt != 0)
                return $"The workload {registration.WorkloadId} is {(workload.RevokedAt != 0 ? "revoked" : "not approved")}.";
            if (await keys.CallPlatformRevokedAtAsync(registration.PlatformId, BlockTag.Latest, stop) != 0)
                return $"The platform {registration.PlatformId} is revoked.";
            var floor = await keys.CallTcbFloorOfAsync(registration.TeeType, BlockTag.Latest, stop);
            return registration.TcbEval < floor ? $"The TCB evaluation is {registration.TcbEval}, and {floor} is the least." : null;
        },
        cancellationToken);

    public Task<int> ThresholdAsync(CancellationToken cancellationToken) => AskAsync(
        async (client, stop) => (int)(ulong)(await new IAttestedKeysContract(client, deployment.Keys).CallQuorumAsync(BlockTag.Latest, stop)).Threshold,
        cancellationToken);

    public Task<bool> IsAttesterAsync(Address address, CancellationToken cancellationToken) => AskAsync(
        async (client, stop) => await new IAttestedKeysContract(client, deployment.Keys).CallIsAttesterAsync(address, BlockTag.Latest, stop),
        cancellationToken);

    public Task<RevocationReading> RevokedSinceAsync(BlockNumber block, CancellationToken cancellationToken) => AskAsync(
        async (client, stop) =>
        {
            var head = await HeadAsync(client, stop);
            if (head.Number <= block)
                return new RevocationReading(block, Any: false);
            var to = new BlockNumber(Math.Min(head.Number.Value, block.Value + MostBlocks));
            var told = await client.GetLogsAsync(new BlockRange(new BlockNumber(block.Value + 1), to), _revocations, stop);
            return new RevocationReading(to, told.Any(log => _revocations.Matches(log.Content)));
        },
        cancellationToken);

    public Task<RegistrationReading> RegisteredSinceAsync(BlockNumber? block, CancellationToken cancellationToken) => AskAsync(
        async (client, stop) =>
        {
            var head = await HeadAsync(client, stop);
            var from = block is { } last ? last.Value + 1 : head.Number.Value - Math.Min(head.Number.Value, MostBlocks - 1);
            if (head.Number.Value < from)
                return new RegistrationReading(block ?? head.Number, []);
            var to = new BlockNumber(Math.Min(head.Number.Value, from + MostBlocks - 1));
            var told = await client.GetLogsAsync(new BlockRange(new BlockNumber(from), to), _registrations, stop);
            return new RegistrationReading(
                to,
                [.. told.Where(log => _registrations.Matches(log.Content)).OrderBy(log => log.Block.Number.Value).ThenBy(log => log.LogIndex)
                    .Select(log => new RegisteredSigner(IAttestedKeysContract.KeyRegisteredEvent.Decode(log.Content).Signer, log.Block.Number))]);
        },
        cancellationToken);

    public Task<PendingKey?> StandingAsync(Address signer, CancellationToken cancellationToken) => AskAsync(
        async (client, stop) =>
        {
            var head = await HeadAsync(client, stop);
            var key = await new IAttestedKeysContract(client, deployment.Keys).CallKeyOfAsync(signer, BlockTag.At(head.Hash), stop);
            return (KeyState)key.State == KeyState.Unknown ? null : new PendingKey(key.Registration, (KeyState)key.State, key.ActiveFrom, head.Header.Timestamp);
        },
        cancellationToken);

    private static async Task<SealedHeader> HeadAsync(EthereumClient client, CancellationToken cancellationToken) =>
        await client.GetHeaderAsync(BlockTag.Latest, cancellationToken)
        ?? throw new RpcException(client.Endpoint.Name, "eth_getBlockByNumber", new RpcError.Malformed("There is no latest block."));

    private static async Task<RegisteredKey?> FindAsync(IAttestedKeysContract keys, Address signer, BlockTag then, CancellationToken cancellationToken)
    {
        var key = await keys.CallKeyOfAsync(signer, then, cancellationToken);
        return (KeyState)key.State == KeyState.Unknown ? null : new RegisteredKey
        {
            Signer = signer,
            KeyEpoch = key.Registration.KeyEpoch,
            State = (KeyState)key.State,
            EvidenceHash = key.Registration.EvidenceHash,
            WorkloadId = key.Registration.WorkloadId,
            RootLabel = Encoding.ASCII.GetString(key.RootLabel.Bytes.TrimEnd((byte)0)),
            IsEmulated = key.IsEmulated,
            AttestedAt = key.Registration.AttestedAt,
            ExpiresAt = key.Registration.ExpiresAt,
            ActiveFrom = key.ActiveFrom,
            ValidUntil = key.ValidUntil,
            IsRevokedByName = key.RevokedAt != 0,
        };
    }

    private async Task<T> AskAsync<T>(Func<EthereumClient, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Limit);
            try
            {
                return await ask(endpoints[i], limit.Token);
            }
            catch (Exception failure) when (IsOfTheEndpoint(failure, cancellationToken) && i + 1 < endpoints.Count)
            {
                // The next one is asked; what the last one says is the failure.
            }
            catch (Exception failure) when (failure is not RpcException && IsOfTheEndpoint(failure, cancellationToken))
            {
                throw new RpcException(endpoints[i].Endpoint.Name, "eth_call", new RpcError.Malformed($"The register was not read: {failure.Message}"));
            }
        }
    }

    private static bool IsOfTheEndpoint(Exception failure, CancellationToken stopping) =>
        failure is RpcException or ContractRevertedException or AbiException || (failure is OperationCanceledException && !stopping.IsCancellationRequested);
}
