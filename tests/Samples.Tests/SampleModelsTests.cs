using System.Buffers.Binary;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Inference.Tensors;
using OpenGradient.Samples.Data;
using OpenGradient.Samples.Models;
using OpenGradient.Support;

namespace OpenGradient.Samples.Tests;

/// <summary>The committed models, loaded and run as published ones are, on data that they have not seen.</summary>
public sealed class SampleModelsTests
{
    private const int RowsPerQuestion = 167;

    private static readonly Lazy<DigitData> Digits = new(() => DigitData.Read(Repository.PathOf("node_modules")));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_sample_has_a_card_that_tells_the_truth_of_its_files()
    {
        var samples = SampleModels.Read(Repository.Root);

        Assert.Equal(SampleModels.Trained.Order(StringComparer.Ordinal), samples.Select(sample => sample.Card.Name), StringComparer.Ordinal);
        foreach (var sample in samples)
        {
            Assert.Equal(Path.GetFileName(sample.Folder), sample.Card.Name);
            Assert.NotEmpty(sample.Card.Artifacts);
            Assert.Equal(
                sample.Card.Artifacts.Select(artifact => artifact.File).Append(SampleModels.CardFile).Order(StringComparer.Ordinal),
                Directory.EnumerateFiles(sample.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal), StringComparer.Ordinal);
            Assert.All(sample.Card.Artifacts, artifact =>
                Assert.Equal(artifact.ArtifactHash, ArtifactSource.HashOf(File.ReadAllBytes(sample.PathOf(artifact))).ToString()));
        }
    }

    [Theory]
    [InlineData("digits-mlp", "pixels", 0.94)]
    [InlineData("digits-cnn", "image", 0.97)]
    public async Task A_committed_model_reads_held_out_digits_as_well_as_its_card_says(string name, string input, double least)
    {
        await using var backend = new OnnxBackend(new OnnxBackendOptions { Provider = ExecutionProvider.Cpu }, TimeProvider.System);
        var (sample, version) = await LoadAsync(name, SampleModels.OnnxFile);
        var dims = version.Signature.Inputs[0].Axes.Skip(1).Select(axis => axis.Size).ToArray();
        var right = 0;
        foreach (var digits in Digits.Value.HeldOut.Chunk(RowsPerQuestion))
        {
            var data = digits.SelectMany(digit => digit.Pixels.ToArray()).Select(pixel => pixel / 255f).ToArray();
            var outputs = await AnswerAsync(backend, version, new Tensor(input, DataType.Float, [(uint)digits.Length, .. dims], Floats(data)));
            var logits = ToFloats(outputs[0]);
            right += digits.Where((digit, i) => DigitsMlp.LabelOf(logits.AsSpan(i * DigitData.Classes, DigitData.Classes)) == digit.Label).Count();
        }

        var accuracy = (double)right / Digits.Value.HeldOut.Count;
        Assert.InRange(accuracy, least, 1);
        // One digit or two may lie so near the edge that another machine's rounding turns them.
        Assert.InRange(accuracy, sample.Card.Figures["accuracy"] - 0.001, sample.Card.Figures["accuracy"] + 0.001);
    }

    [Fact]
    public async Task The_integer_form_of_the_digits_loses_half_a_point_at_most()
    {
        var (sample, version) = await LoadAsync(DigitsMlp.Name, SampleModels.IntegerFile);
        var backend = new IntegerBackend();
        var right = 0;
        foreach (var digit in Digits.Value.HeldOut)
        {
            var outputs = await AnswerAsync(backend, version, new Tensor("input", DataType.Uint8, [DigitData.Pixels], digit.Pixels));
            var logits = Enumerable.Range(0, DigitData.Classes).Select(i => BinaryPrimitives.ReadInt32LittleEndian(outputs[0].Data.Span[(4 * i)..])).ToArray();
            right += Array.IndexOf(logits, logits.Max()) == digit.Label ? 1 : 0;
        }

        var accuracy = (double)right / Digits.Value.HeldOut.Count;
        // Integers are the same everywhere, and so is the figure.
        Assert.Equal(sample.Card.Figures["accuracyInteger"], accuracy, 6);
        Assert.InRange(accuracy, sample.Card.Figures["accuracy"] - 0.005, 1);
    }

    [Fact]
    public async Task Volatility_is_forecast_far_better_than_by_looking_back()
    {
        await using var backend = new OnnxBackend(new OnnxBackendOptions { Provider = ExecutionProvider.Cpu }, TimeProvider.System);
        var (sample, version) = await LoadAsync(Volatility.Name, SampleModels.OnnxFile);
        var heldOut = GarchSeries.Draw(Volatility.HeldOutCount, Volatility.HeldOutSeed);
        var returns = heldOut.SelectMany(hour => hour.Returns).Select(percent => percent / 100).ToArray();

        var outputs = await AnswerAsync(
            backend, version, new Tensor("returns", DataType.Float, [(uint)heldOut.Count, GarchSeries.Window], Floats(returns)));

        Assert.Equal(["forecasts", "volatility"], outputs.Select(output => output.Name), StringComparer.Ordinal);
        var forecasts = ToFloats(outputs[0]);
        Assert.Equal(ToFloats(outputs[1]), forecasts.Where((_, i) => i % 3 == 0));
        for (var horizon = 0; horizon < GarchSeries.Horizons.Length; horizon++)
        {
            var error = Math.Sqrt(heldOut.Select((hour, i) => Math.Pow((forecasts[(3 * i) + horizon] * 100) - hour.Volatility[horizon], 2)).Average());
            var hours = GarchSeries.Horizons[horizon];
            Assert.Equal(sample.Card.Figures[$"error{hours}h"], error, 3);
            // The naive forecast: what has been, will be.
            var naive = Math.Sqrt(heldOut.Select(hour => Math.Pow(
                Math.Sqrt(hour.Returns.Select(value => value * value).Average()) - hour.Volatility[horizon], 2)).Average());
            Assert.InRange(error, 0, naive / 5);
        }
    }

    [Fact]
    public async Task The_integer_form_of_volatility_is_as_near_to_the_floats_as_its_card_says()
    {
        await using var backend = new OnnxBackend(new OnnxBackendOptions { Provider = ExecutionProvider.Cpu }, TimeProvider.System);
        var (sample, floats) = await LoadAsync(Volatility.Name, SampleModels.OnnxFile);
        var (_, integers) = await LoadAsync(Volatility.Name, SampleModels.IntegerFile);
        var heldOut = GarchSeries.Draw(Volatility.HeldOutCount, Volatility.HeldOutSeed);
        var returns = heldOut.SelectMany(hour => hour.Returns).Select(percent => percent / 100).ToArray();
        var forecasts = ToFloats((await AnswerAsync(
            backend, floats, new Tensor("returns", DataType.Float, [(uint)heldOut.Count, GarchSeries.Window], Floats(returns))))[0]);
        var answers = heldOut.Index().ToDictionary(
            hour => hour.Item, hour => (IReadOnlyList<float>)[.. forecasts.AsSpan(3 * hour.Index, 3).ToArray().Select(forecast => forecast * 100)]);

        var figures = SampleScores.Volatility(hour => answers[hour], Assert.IsType<VersionBody.Integer>(integers.Body).Model, heldOut);

        // In percentage points of a volatility of 1 on the mean.
        Assert.InRange(figures["integerFurthest"], 0, 0.03);
        Assert.InRange(figures["integerMeanDistance"], 0, 0.005);
        foreach (var hours in GarchSeries.Horizons)
        {
            Assert.InRange(figures[$"error{hours}hInteger"], 0, figures[$"error{hours}h"] * 1.1);
            // Integers are the same everywhere, and so is the figure.
            Assert.Equal(sample.Card.Figures[$"error{hours}hInteger"], figures[$"error{hours}hInteger"], 6);
        }

        Assert.Equal(sample.Card.Figures["integerFurthest"], figures["integerFurthest"], 4);
        Assert.Equal(sample.Card.Figures["integerMeanDistance"], figures["integerMeanDistance"], 4);
    }

    private static async Task<(SampleModel Sample, LoadedVersion Version)> LoadAsync(string name, string file)
    {
        var sample = SampleModels.Read(Repository.Root).Single(sample => sample.Card.Name == name);
        var card = sample.Card.Artifacts.Single(artifact => artifact.File == file);
        VersionSemantics semantics = card.DescriptorHash is { } descriptor
            ? new VersionSemantics.Integer(Hash32.Parse(descriptor))
            : new VersionSemantics.Float(new Tolerance(UInt128.Parse(card.ToleranceAbs!, provider: null), UInt128.Parse(card.ToleranceRel!, provider: null)));
        var published = new PublishedVersion(Hash32.FromUInt256(1u), Hash32.Parse(card.ArtifactHash), Hash32.Parse(card.SignatureHash), semantics);
        var loading = await VersionLoader.LoadAsync(published, ArtifactSource.OfFile(sample.PathOf(card)), ArtifactLimits.Default, Token);
        return (sample, Assert.IsType<VersionLoading.Loaded>(loading).Version);
    }

    private static async Task<IReadOnlyList<Tensor>> AnswerAsync(IInferenceBackend backend, LoadedVersion version, Tensor input) =>
        Assert.IsType<InferenceOutcome.Answered>(await backend.InferAsync(version, [input], Token)).Outputs;

    private static byte[] Floats(float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(sizeof(float) * i), values[i]);
        return bytes;
    }

    private static float[] ToFloats(Tensor tensor) =>
        [.. Enumerable.Range(0, tensor.Data.Length / sizeof(float)).Select(i => BinaryPrimitives.ReadSingleLittleEndian(tensor.Data.Span[(sizeof(float) * i)..]))];
}
