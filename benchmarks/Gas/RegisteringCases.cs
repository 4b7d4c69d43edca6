using OpenGradient.Contracts;
using OpenGradient.Contracts.Keys;
using OpenGradient.Contracts.Models;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Benchmarks.Gas;

/// <summary>What comes before the first request: models, nodes, stakes, keys, accounts.</summary>
internal static class RegisteringCases
{
    private const byte AllRoles = (byte)(NodeRoles.Inference | NodeRoles.Tee | NodeRoles.Prover | NodeRoles.Verifier);
    private const byte Verifying = (byte)(NodeRoles.Inference | NodeRoles.Verifier);
    private const ulong SignatureSeconds = 600;
    private const ulong KeySeconds = 30 * 86400;

    private static readonly Hash32 Emulated = Text("emulated");
    private static readonly Hash32 Development = Text("development");

    public static async Task RunAsync(GasWorld world, CancellationToken cancellationToken)
    {
        await PublishAsync(world, cancellationToken);
        await FundAsync(world, cancellationToken);
        await RegisterAsync(world, GasActors.BusyNode, AllRoles, "register a node", cancellationToken);
        await RegisterAsync(world, GasActors.FreshNode, (byte)NodeRoles.Inference, name: null, cancellationToken);
        for (var i = 0; i < GasActors.Verifiers; i++)
            await RegisterAsync(world, GasActors.FirstVerifier + i, Verifying, name: null, cancellationToken);
        await StakeAsync(world, cancellationToken);
        await RegisterKeyAsync(world, cancellationToken);
        await DepositAsync(world, cancellationToken);
    }

    private static async Task PublishAsync(GasWorld world, CancellationToken cancellationToken)
    {
        const string Name = "benchmark";
        var deployment = world.Chain.Deployment;
        var models = new IModelRegistryContract(world.Chain.Client, deployment.Models);
        var ids = new ModelIds(deployment.ChainId, deployment.Models);
        var modelId = ids.ModelIdOf(world.Chain.AddressOf(GasActors.Owner), Name);
        var floats = new IModelRegistryContract.Version(
            1, 0, Keccak256.Hash("artifact"u8), Keccak256.Hash("signature"u8), Address.Zero,
            new IModelRegistryContract.Semantics((byte)SemanticsKind.Float, Hash32.Zero, Hash32.Zero, Units.Parse("0.000001", 18), UInt256.Zero),
            ["ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"]);
        var provable = floats with
        {
            Minor = 1,
            ProofVerifier = deployment.AddressOf("FakeProofs"),
            Semantics = new IModelRegistryContract.Semantics(
                (byte)SemanticsKind.Integer, Keccak256.Hash("descriptor"u8), ProvingCases.Commitment, UInt256.Zero, UInt256.Zero),
        };
        await world.MeasureAsync("create a model", GasActors.Owner, models.PrepareCreateModel(Name, string.Empty), cancellationToken);
        await world.MeasureAsync("publish a version", GasActors.Owner, models.PreparePublishVersion(modelId, floats), cancellationToken);
        await world.MeasureAsync("publish a version, provable", GasActors.Owner, models.PreparePublishVersion(modelId, provable), cancellationToken);
        world.FloatVersion = ids.VersionIdOf(modelId, floats);
        world.ProvableVersion = ids.VersionIdOf(modelId, provable);
    }

    private static async Task FundAsync(GasWorld world, CancellationToken cancellationToken)
    {
        for (var account = 0; account < GasActors.Funded; account++)
        {
            await world.DoAsync(GasActors.Owner, world.Token.PrepareMint(world.Chain.AddressOf(account), GasWorld.Tokens(10_000_000)), cancellationToken);
            await world.DoAsync(account, world.Token.PrepareApprove(world.Chain.Deployment.Hub, UInt256.MaxValue), cancellationToken);
        }

        await world.DoAsync(GasActors.Owner, world.Token.PrepareApprove(world.Chain.Deployment.Nodes, UInt256.MaxValue), cancellationToken);
    }

    private static async Task RegisterAsync(GasWorld world, int node, byte roles, string? name, CancellationToken cancellationToken)
    {
        var chain = world.Chain;
        var deadline = chain.Now + SignatureSeconds;
        var digest = NodeRegistrationDigest.Of(
            chain.Deployment.ChainId, chain.Deployment.Nodes, chain.AddressOf(node), chain.AddressOf(GasActors.Owner), deadline);
        var call = world.Nodes.PrepareRegister(
            chain.AddressOf(node), chain.AddressOf(node == GasActors.BusyNode ? GasActors.BusyPayee : GasActors.OtherPayee), roles,
            "https://node.example/", string.Empty, deadline, await world.SignAsync(node, digest, cancellationToken));
        if (name is null)
            await world.DoAsync(GasActors.Owner, call, cancellationToken);
        else
            await world.MeasureAsync(name, GasActors.Owner, call, cancellationToken);
    }

    private static async Task StakeAsync(GasWorld world, CancellationToken cancellationToken)
    {
        await world.MeasureAsync("stake, a node's first", GasActors.Owner, Staking(GasActors.FreshNode, 100_000), cancellationToken);
        await world.DoAsync(GasActors.Owner, Staking(GasActors.BusyNode, 100_000), cancellationToken);
        await world.MeasureAsync("stake, more", GasActors.Owner, Staking(GasActors.BusyNode, 100_000), cancellationToken);
        for (var i = 0; i < GasActors.Verifiers; i++)
            await world.DoAsync(GasActors.Owner, Staking(GasActors.FirstVerifier + i, 10_000), cancellationToken);

        ContractCall Staking(int node, ulong tokens) =>
            world.Nodes.PrepareStake(world.Chain.AddressOf(node), GasWorld.Tokens(tokens));
    }

    private static async Task RegisterKeyAsync(GasWorld world, CancellationToken cancellationToken)
    {
        var chain = world.Chain;
        var keys = new IAttestedKeysContract(chain.Client, chain.Deployment.Keys);
        var registration = new IAttestedKeysContract.KeyRegistration(
            chain.AddressOf(GasActors.BusyNode), chain.AddressOf(GasActors.Enclave), HpkeKey: Keccak256.Hash("hpke"u8), GasWorld.EvidenceHash,
            RootId: Emulated, TeeType: Text("emulated"), WorkloadId: Development, PlatformId: Keccak256.Hash("platform"u8), TcbStatus: 1, TcbEval: 1,
            AttestedAt: chain.Now, ExpiresAt: chain.Now + KeySeconds, KeyEpoch: 1);
        UInt256 deadline = chain.Now + SignatureSeconds;
        var digest = KeyRegistrationDigest.Of(chain.Deployment.ChainId, chain.Deployment.Keys, registration, UInt256.Zero, deadline);
        var call = keys.PrepareRegisterKey(
            registration, deadline, await world.SignAsync(GasActors.Enclave, digest, cancellationToken), [chain.AddressOf(GasActors.Owner)],
            [await world.SignAsync(GasActors.Owner, digest, cancellationToken)]);
        await world.MeasureAsync("register an attested key", GasActors.BusyNode, call, cancellationToken);
        // Until it can no longer be vetoed.
        chain.Pass(chain.Deployment.KeyTerms.VetoWindow);
    }

    private static async Task DepositAsync(GasWorld world, CancellationToken cancellationToken)
    {
        await world.MeasureAsync("deposit, an account's first", GasActors.Owner, Depositing(GasActors.BusyNode), cancellationToken);
        await world.MeasureAsync("deposit, more", GasActors.Owner, Depositing(GasActors.BusyNode), cancellationToken);
        foreach (var account in (int[])[GasActors.Requester, GasActors.FirstVerifier, GasActors.FirstVerifier + 1])
            await world.DoAsync(GasActors.Owner, Depositing(account), cancellationToken);
        await world.MeasureAsync(
            "withdraw", GasActors.BusyNode, world.Hub.PrepareWithdraw(world.Chain.AddressOf(GasActors.BusyNode), GasWorld.Tokens(1)),
            cancellationToken);

        ContractCall Depositing(int account) =>
            world.Hub.PrepareDeposit(world.Chain.AddressOf(account), GasWorld.Tokens(1000));
    }

    private static Hash32 Text(string text)
    {
        var bytes = new byte[Hash32.ByteLength];
        System.Text.Encoding.ASCII.GetBytes(text, bytes);
        return new Hash32(bytes);
    }
}
