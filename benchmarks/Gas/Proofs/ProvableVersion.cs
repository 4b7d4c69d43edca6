using System.Buffers.Binary;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Benchmarks.Gas.Proofs;

/// <summary>A version on the benchmark's chain whose answers are settled by proofs that the deployed verifier checks.</summary>
internal sealed class ProvableVersion
{
    private readonly GasWorld _world;
    private readonly CommittedModel _committed;
    private readonly Hash32 _versionId;

    private ProvableVersion(GasWorld world, CommittedModel committed, Hash32 versionId)
    {
        (_world, _committed, _versionId) = (world, committed, versionId);
        Prover = new InferenceProver(committed, new ProofContext(world.Chain.Deployment.ChainId, world.Chain.Deployment.Proofs));
    }

    /// <summary>Makes its proofs, for this chain and verifier.</summary>
    public InferenceProver Prover { get; }

    public static async Task<ProvableVersion> PublishAsync(GasWorld world, string name, CommittedModel committed, CancellationToken cancellationToken)
    {
        var deployment = world.Chain.Deployment;
        var models = new IModelRegistryContract(world.Chain.Client, deployment.Models);
        var ids = new ModelIds(deployment.ChainId, deployment.Models);
        var modelId = ids.ModelIdOf(world.Chain.AddressOf(GasActors.Owner), name);
        var version = new IModelRegistryContract.Version(
            1, 0, Hash32.FromUInt256(1u), Keccak256.Hash("signature"u8), deployment.Proofs,
            new IModelRegistryContract.Semantics(
                (byte)SemanticsKind.Integer, committed.Model.Descriptor.Hash, committed.ProofCommitment, UInt256.Zero, UInt256.Zero),
            ["ipfs://artifact"]);
        await world.DoAsync(GasActors.Owner, models.PrepareCreateModel(name, string.Empty), cancellationToken);
        await world.DoAsync(GasActors.Owner, models.PreparePublishVersion(modelId, version), cancellationToken);
        return new ProvableVersion(world, committed, ids.VersionIdOf(modelId, version));
    }

    /// <summary>Asks each input, and gives the answers: what is to be proven, and settled.</summary>
    public async Task<ProvableAnswers> AnswerAsync(IReadOnlyList<byte[]> inputs, CancellationToken cancellationToken)
    {
        List<IHubContract.Submission> answers = [];
        foreach (var input in inputs)
            answers.Add(await AnswerAsync(input, cancellationToken));
        return new ProvableAnswers(
            _world.Hub, answers, [.. inputs.Zip(answers, (input, answer) => new InferenceToProve(input, _world.Domain.DigestOf(_world.Domain.ReceiptOf(answer))))]);
    }

    internal static byte[] LittleEndian(int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return bytes;
    }

    private async Task<IHubContract.Submission> AnswerAsync(byte[] input, CancellationToken cancellationToken)
    {
        byte[] encoded = [1, 1, 5, .. "input"u8, 2, 1, .. LittleEndian(input.Length), .. input];
        var request = _world.Request(Assurance.Proven) with { VersionId = _versionId, InputCommit = Keccak256.Hash(encoded) };
        var ask = GasWorld.AskIn(await _world.DoAsync(
            GasActors.Requester, _world.Hub.PrepareRequestRequestBytes(request, encoded), cancellationToken));
        var outputs = IntegerExecutor.Run(_committed.Model, input);
        byte[] output = [1, 1, 6, .. "output"u8, 6, 1, .. LittleEndian(outputs.Length), .. outputs.SelectMany(LittleEndian)];
        var answer = await _world.AnswerAsync(ask, cancellationToken);
        return answer with { Output = output, OutputCommit = Keccak256.Hash(output) };
    }
}

/// <summary>Answers that one proof may settle.</summary>
/// <param name="Hub">Where.</param>
/// <param name="Submissions">What the hub is told of them.</param>
/// <param name="Inferences">What is proven of them, in the same order.</param>
internal sealed record ProvableAnswers(IHubContract Hub, IReadOnlyList<IHubContract.Submission> Submissions, IReadOnlyList<InferenceToProve> Inferences)
{
    /// <summary>The transaction that brings the proof.</summary>
    public ContractCall SettledBy(ReadOnlyMemory<byte> proof) => Hub.PrepareSettleProvenCompactly(Submissions, proof);

    /// <summary>How long that one's data would be with so many answers like the first, and a proof of so many bytes.</summary>
    public int BytesWith(int answers, long proofBytes) =>
        Hub.PrepareSettleProvenCompactly([.. Enumerable.Repeat(Submissions[0], answers)], new byte[proofBytes]).Data.Length;
}
