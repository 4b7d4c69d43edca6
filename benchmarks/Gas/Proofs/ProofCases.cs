using OpenGradient.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Samples.Data;

namespace OpenGradient.Benchmarks.Gas.Proofs;

/// <summary>Proofs of two samples, settled through the hub and checked by the verifier that is deployed.</summary>
internal static class ProofCases
{
    // As contracts/script/deployment/development-setup.json has it.
    internal const string SetupSeed = "development";
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

    private static async Task<ProvableVersion> PublishAsync(GasWorld world, string repositoryRoot, string name, CancellationToken cancellationToken)
    {
        var artifact = await File.ReadAllBytesAsync(Path.Combine(repositoryRoot, "models", name, "model.ogq"), cancellationToken);
        if (IntegerModel.Read(artifact, ArtifactLimits.Default) is not IntegerReading.Accepted(var model))
            throw new InvalidOperationException($"The artifact of {name} was not accepted.");

        var work = Work.OnAllCores(cancellationToken);
        var setup = DevelopmentSetup.FromSeed(SetupSeed, checked((int)WeightLayout.Of(model.Descriptor)!.Coefficients), work);
        return await ProvableVersion.PublishAsync(world, name, CommittedModel.Create(model, setup, work), cancellationToken);
    }

    private static async Task SettleAsync(
        GasWorld world, ProvableVersion version, byte[][] inputs, string name, CancellationToken cancellationToken)
    {
        var answers = await version.AnswerAsync(inputs, cancellationToken);
        var proof = version.Prover.ProveShort(answers.Inferences, Work.OnAllCores(cancellationToken)).Bytes;
        var settled = await world.MeasureAsync(name, GasActors.BusyNode, answers.SettledBy(proof), cancellationToken, (ulong)inputs.Length);
        GasWorld.Expect<IHubContract.SettledEvent>(settled, inputs.Length);
    }

    // None of them zero.
    private static byte[] Bytes(int count, int seed) =>
        [.. Enumerable.Range(0, count).Select(i => (byte)(1 + (Keccak256.Hash([.. ProvableVersion.LittleEndian(seed), .. ProvableVersion.LittleEndian(i)]).ToArray()[0] % byte.MaxValue)))];
}
