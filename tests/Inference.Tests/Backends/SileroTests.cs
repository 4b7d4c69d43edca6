using System.Buffers.Binary;
using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Inference.Tensors;
using OpenGradient.Support;

namespace OpenGradient.Inference.Tests.Backends;

/// <summary>A recurrent model by others: its state is an output that the next question gives back.</summary>
public sealed class SileroTests
{
    private static readonly byte[] Artifact =
        File.ReadAllBytes(Repository.PathOf("node_modules", "@ricky0123", "vad-web", "dist", "silero_vad_v5.onnx"));

    [Fact]
    public void Is_read_with_its_signature()
    {
        var (signature, facts) = Assert.IsType<ArtifactReading.Accepted>(OnnxArtifact.Inspect(Artifact, ArtifactLimits.Default));

        Assert.Equal(["input", "sr", "state"], signature.Inputs.Select(input => input.Name), StringComparer.Ordinal);
        Assert.Equal(["output", "stateN"], signature.Outputs.Select(output => output.Name), StringComparer.Ordinal);
        Assert.Equal(DataType.Int64, signature.Inputs[1].DataType);
        Assert.Empty(signature.Inputs[1].Axes);
        Assert.Contains("If", facts.Operators);
        Assert.False(facts.IsRandom);
    }

    [Fact]
    public async Task Carries_its_state_from_question_to_question()
    {
        await using var backend = new OnnxBackend(new OnnxBackendOptions { Provider = ExecutionProvider.Cpu }, TimeProvider.System);
        var version = await LoadAsync();
        var state = new Tensor("state", DataType.Float, [2, 1, 128], new byte[2 * 128 * sizeof(float)]);
        var answers = new List<float>();
        for (var i = 0; i < 4; i++)
        {
            var outcome = await backend.InferAsync(version, [Sound(), Rate(), state], TestContext.Current.CancellationToken);
            var outputs = Assert.IsType<InferenceOutcome.Answered>(outcome).Outputs;
            answers.Add(BinaryPrimitives.ReadSingleLittleEndian(outputs[0].Data.Span));
            state = outputs[1] with { Name = "state" };
        }

        // The same sound four times: what is remembered makes the difference.
        Assert.All(answers, answer => Assert.InRange(answer, 0f, 1f));
        Assert.Equal(answers.Count, answers.Distinct().Count());
    }

    private static async Task<LoadedVersion> LoadAsync()
    {
        var signature = Assert.IsType<ArtifactReading.Accepted>(OnnxArtifact.Inspect(Artifact, ArtifactLimits.Default)).Signature;
        var published = new PublishedVersion(
            Hash32.FromUInt256(1u), ArtifactSource.HashOf(Artifact), signature.Hash, new VersionSemantics.Float(new Tolerance(1, 1)));
        var loading = await VersionLoader.LoadAsync(
            published, ArtifactSource.OfBytes(Artifact), ArtifactLimits.Default, TestContext.Current.CancellationToken);
        return Assert.IsType<VersionLoading.Loaded>(loading).Version;
    }

    private static Tensor Sound()
    {
        var samples = Enumerable.Range(0, 512).Select(i => 0.3f * MathF.Sin(i * 0.17f) * MathF.Sin(i * 0.013f)).ToArray();
        return new Tensor("input", DataType.Float, [1, 512], MemoryMarshal.AsBytes(samples.AsSpan()).ToArray());
    }

    private static Tensor Rate() => new("sr", DataType.Int64, [], BitConverter.GetBytes(16_000L));
}
