using System.Buffers.Binary;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;
using OpenGradient.Samples.Data;

namespace OpenGradient.Benchmarks.Gas.Proofs;

/// <summary>Proofs of two samples, settled through the hub and checked by the verifier that is deployed.</summary>
internal static class ProofCases
{
    // As contracts/script/deployment/development-setup.json has it.
    private const string SetupSeed = "development";
    private const int DigitsBatch = 16;
    private const int VolatilityBatch = 32;
    private const int Pixels = 784;
    private const int Returns = 16;

    public static async Task RunAsync(GasWorld world, string repositoryRoot, CancellationToken cancellationToken)
    {
        var digits = await PublishAsync(world, repositoryRoot, "digits-mlp", cancellationToken);
        var packages = Path.Combine(repositoryRoot, "node_modules");
        byte[][] pictures = [.. DigitData.ReadHeldOut(packages, 5).Take(DigitsBatch).Select(digit => digit.Pixels.ToArray())];
        await SettleAsync(world, digits, pictures[..1], "prove a digit (784-56-10)", cancellationToken);
        await SettleAsync(world, digits, pictures, "prove a digit, each of a batch of 16", cancellationToken);
        byte[][] dense = [.. Enumerable.Range(0, DigitsBatch).Select(i => Bytes(Pixels, i))];
        await SettleAsync(world, digits, dense[..1], "prove 784-56-10 of an input without a zero", cancellationToken);
        await SettleAsync(world, digits, dense, "prove 784-56-10 of inputs without a zero, each of a batch of 16", cancellationToken);

        var volatility = await PublishAsync(world, repositoryRoot, "volatility", cancellationToken);
        byte[][] returns = [.. Enumerable.Range(0, VolatilityBatch).Select(i => Bytes(Returns, i))];
        await SettleAsync(world, volatility, returns[..1], "prove a forecast (16-64-32-3)", cancellationToken);
        await SettleAsync(world, volatility, returns, "prove a forecast, each of a batch of 32", cancellationToken);
    }

    private static async Task<Provable> PublishAsync(GasWorld world, string repositoryRoot, string name, CancellationToken cancellationToken)
    {
        var artifact = await File.ReadAllBytesAsync(Path.Combine(repositoryRoot, "models", name, "model.ogq"), cancellationToken);
        if (IntegerModel.Read(artifact, ArtifactLimits.Default) is not IntegerReading.Accepted(var model))
            throw new InvalidOperationException($"The artifact of {name} was not accepted.");

        var work = Work.OnAllCores(cancellationToken);
        var setup = DevelopmentSetup.FromSeed(SetupSeed, checked((int)WeightLayout.Of(model.Descriptor)!.Coefficients), work);
        var committed = CommittedModel.Create(model, setup, work);
        var deployment = world.Chain.Deployment;
        var models = new IModelRegistryContract(world.Chain.Client, deployment.Models);
        var ids = new ModelIds(deployment.ChainId, deployment.Models);
        var modelId = ids.ModelIdOf(world.Chain.AddressOf(GasActors.Owner), name);
        var version = new IModelRegistryContract.Version(
            1, 0, Hash32.FromUInt256(1u), Keccak256.Hash("signature"u8), deployment.Proofs,
            new IModelRegistryContract.Semantics(
                (byte)SemanticsKind.Integer, model.Descriptor.Hash, committed.ProofCommitment, UInt256.Zero, UInt256.Zero),
            ["ipfs://artifact"]);
        await world.DoAsync(GasActors.Owner, models.PrepareCreateModel(name, string.Empty), cancellationToken);
        await world.DoAsync(GasActors.Owner, models.PreparePublishVersion(modelId, version), cancellationToken);
        return new Provable(model, new InferenceProver(committed, new ProofContext(deployment.ChainId, deployment.Proofs)), ids.VersionIdOf(modelId, version));
    }

    private static async Task SettleAsync(
        GasWorld world, Provable provable, byte[][] inputs, string name, CancellationToken cancellationToken)
    {
        var answers = new List<IHubContract.Submission>();
        foreach (var input in inputs)
            answers.Add(await AnswerAsync(world, provable, input, cancellationToken));
        var digests = answers.Select(answer => world.Domain.DigestOf(world.Domain.ReceiptOf(answer))).ToArray();
        var proof = provable.Prover.ProveShort([.. inputs.Zip(digests, (input, digest) => new InferenceToProve(input, digest))], Work.OnAllCores(cancellationToken)).Bytes;
        var settled = await world.MeasureAsync(
            name, GasActors.BusyNode, world.Hub.PrepareSettleProvenCompactly(answers, proof), cancellationToken, (ulong)inputs.Length);
        GasWorld.Expect<IHubContract.SettledEvent>(settled, inputs.Length);
    }

    private static async Task<IHubContract.Submission> AnswerAsync(
        GasWorld world, Provable provable, byte[] input, CancellationToken cancellationToken)
    {
        byte[] encoded = [1, 1, 5, .. "input"u8, 2, 1, .. LittleEndian(input.Length), .. input];
        var request = world.Request(Assurance.Proven) with { VersionId = provable.VersionId, InputCommit = Keccak256.Hash(encoded) };
        var ask = GasWorld.AskIn(await world.DoAsync(
            GasActors.Requester, world.Hub.PrepareRequestRequestBytes(request, encoded), cancellationToken));
        var outputs = IntegerExecutor.Run(provable.Model, input);
        byte[] output = [1, 1, 6, .. "output"u8, 6, 1, .. LittleEndian(outputs.Length), .. outputs.SelectMany(LittleEndian)];
        var answer = await world.AnswerAsync(ask, cancellationToken);
        return answer with { Output = output, OutputCommit = Keccak256.Hash(output) };
    }

    private static byte[] LittleEndian(int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return bytes;
    }

    // None of them zero.
    private static byte[] Bytes(int count, int seed) =>
        [.. Enumerable.Range(0, count).Select(i => (byte)(1 + (Keccak256.Hash([.. LittleEndian(seed), .. LittleEndian(i)]).ToArray()[0] % byte.MaxValue)))];

    private sealed record Provable(IntegerModel Model, InferenceProver Prover, Hash32 VersionId);
}
