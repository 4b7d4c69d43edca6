using System.Buffers.Binary;
using System.Text;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Keys;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Inference.Integer;
using OpenGradient.Inference.Tensors;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests.Network;

/// <summary>
/// A chain of its own with a version that has proofs, and nodes whose keys are registered as attested without an enclave: the deployer attests to anything there.
/// What they sign is up to the test.
/// </summary>
public sealed class AttestedAnswers : IAsyncLifetime
{
    private const int Attester = 0;

    private readonly DeployedChainFixture _chain = new();
    private readonly List<LocalSigner> _signers = [];
    private BlockMaker? _blocks;

    internal DeployedChainFixture Chain => _chain;

    internal TestNetwork Network { get; private set; } = null!;

    internal ProvableSample Sample { get; private set; } = null!;

    internal Hash32 Version { get; private set; }

    internal IAttestedKeysContract Keys => new(_chain.Client, _chain.Deployment.Keys);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _chain.InitializeAsync();
        Network = await TestNetwork.OpenAsync(_chain);
        Sample = ProvableSample.Read("volatility");
        Version = await Sample.PublishAsync(Network, "volatility-attested");
        _blocks = new BlockMaker(_chain.Client);
    }

    public async ValueTask DisposeAsync()
    {
        if (_blocks is not null)
            await _blocks.DisposeAsync();
        _signers.ForEach(signer => signer.Dispose());
        await _chain.DisposeAsync();
    }

    /// <summary>Enlists a node by an account and registers another account's key for it, which is valid when this returns.</summary>
    internal async Task<AttestedSigner> EnlistAsync(int account, int keyAccount)
    {
        var node = await Network.EnlistAsync(account, NodeRoles.Inference | NodeRoles.Tee);
        var key = new LocalSigner(DevelopmentAccounts.Key(keyAccount));
        _signers.AddRange([node, key]);
        var (deployment, now) = (_chain.Deployment, await Network.Hub.CallActiveTimeAsync(BlockTag.Latest, Stop));
        var registration = new IAttestedKeysContract.KeyRegistration(
            node.Address, key.Address, Hash32.Zero, Keccak256.Hash("evidence"u8), Word("emulated"), Word("tdx"), Word("development"), Word("platform"),
            TcbStatus: 0, TcbEval: 1, AttestedAt: now, ExpiresAt: now + deployment.KeyTerms.VetoWindow + 3_600, KeyEpoch: 1);
        var deadline = now + 3_600;
        var digest = KeyRegistrationDigest.Of(deployment.ChainId, deployment.Keys, registration, nonce: 0u, deadline);
        using var attester = new LocalSigner(DevelopmentAccounts.Key(Attester));
        await _chain.Owner.SendAsync(
            Keys.PrepareRegisterKey(
                registration, deadline, (await key.SignAsync(digest, Stop)).ToBytes(), [attester.Address], [(await attester.SignAsync(digest, Stop)).ToBytes()]),
            cancellationToken: Stop);
        await BlockMaker.PassAsync(_chain.Client, (uint)deployment.KeyTerms.VetoWindow + 1, Stop);
        Assert.Equal(KeyState.Active, (KeyState)(await Keys.CallKeyOfAsync(key.Address, cancellationToken: Stop)).State);
        return new AttestedSigner(node, key, registration);
    }

    /// <summary>Asks a node, and settles by its attested key the model's answer with its first number changed by so much.</summary>
    internal async Task<IHubContract.RequestedEvent> SettleAsync(AttestedSigner signer, int seed, int change)
    {
        var asked = await Network.AskAsync(Version, Sample.Input(seed), assurance: Assurance.Attested, assignee: signer.Node.Address);
        var output = Answer(asked.Input, change);
        var now = await Network.Hub.CallActiveTimeAsync(BlockTag.Latest, Stop);
        // The node's operator is the payee that it was registered with.
        var submission = new IHubContract.Submission(
            new IHubContract.Ask(asked.Request, asked.Requester, asked.Nonce), new IHubContract.Terms([], []), Keccak256.Hash(output), signer.Node.Address, _chain.Owner.Address,
            signer.Registration.KeyEpoch, now, now + 600, signer.Registration.EvidenceHash, ReadOnlyMemory<byte>.Empty, output);
        var signed = await new HubDomain(_chain.Deployment.ChainId, _chain.Deployment.Hub).SignAsync(submission, signer.Key, Stop);
        await new DevelopmentSender(_chain.Client, signer.Node, _chain.Deployment.ChainId).SendAsync(Network.Hub.PrepareSettle(signed), gasLimit: 1_000_000, Stop);
        await Network.ReachesAsync(asked.RequestId, Stage.Settled);
        return asked;
    }

    private byte[] Answer(ReadOnlyMemory<byte> input, int change)
    {
        var tensor = Assert.Single(Assert.IsType<TensorDecoding.Decoded>(TensorEncoding.Decode(input)).Tensors);
        var numbers = IntegerExecutor.Run(Sample.Committed.Model, tensor.Data.Span);
        var data = new byte[numbers.Length * sizeof(int)];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(i * sizeof(int)), numbers[i] + (i == 0 ? change : 0));
        Assert.Equal(TensorFault.None, TensorEncoding.TryEncode([new Tensor(IntegerModel.OutputName, DataType.Int32, [(uint)numbers.Length], data)], out var output));
        return output;
    }

    // Text as Solidity has it in a word.
    private static Hash32 Word(string text) => new([.. Encoding.ASCII.GetBytes(text), .. new byte[32 - text.Length]]);
}

/// <summary>A node, and the key that is attested to sign for it.</summary>
internal sealed record AttestedSigner(LocalSigner Node, LocalSigner Key, IAttestedKeysContract.KeyRegistration Registration);
