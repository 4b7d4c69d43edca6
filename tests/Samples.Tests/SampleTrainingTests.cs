using OpenGradient.Inference.Backends;
using OpenGradient.Samples.Data;
using OpenGradient.Samples.Models;
using OpenGradient.Samples.Training;
using OpenGradient.Support;

namespace OpenGradient.Samples.Tests;

public sealed class SampleTrainingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Training_gives_the_committed_models_to_the_byte()
    {
        var trained = SampleTraining.Train(Repository.Root, Volatility.Name, progress: null, Token);

        Assert.Equal([SampleModels.OnnxFile, SampleModels.IntegerFile], trained.Files.Select(file => file.File), StringComparer.Ordinal);
        Assert.All(trained.Files, file =>
            Assert.Equal(File.ReadAllBytes(Repository.PathOf("models", Volatility.Name, file.File)), file.Bytes));
    }

    [Theory]
    [InlineData(DigitsMlp.Name, "0xeae7421e37dbf40d36e6ef017f5aeecae1aa816b611e12ecf89c60931dda9b90")]
    [InlineData(DigitsCnn.Name, "0x9b823cf3ac8bba4b9b1143ec2d6cbdbbedfa72e6943e26f9b9a96338e4c214e9")]
    public void A_few_digits_train_the_same_networks_on_every_machine(string name, string expected)
    {
        var all = DigitData.Read(Repository.PathOf("node_modules"));
        var few = all with { Training = [.. all.Training.Where((_, i) => i % 250 == 0)] };

        var first = Train(name, few);

        Assert.Equal(first, Train(name, few));
        Assert.Equal(expected, ArtifactSource.HashOf(first).ToString());
        // It has learnt something of them: another digit less makes another network.
        Assert.NotEqual(first, Train(name, few with { Training = [.. few.Training.Skip(1)] }));
    }

    private static byte[] Train(string name, DigitData data) => name == DigitsMlp.Name
        ? DigitsMlp.Export(DigitsMlp.Train(data, progress: null, Token))
        : DigitsCnn.Export(DigitsCnn.Train(data, progress: null, Token));

    [Fact]
    public async Task A_training_that_is_cancelled_writes_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("og-samples-");
        try
        {
            using var cancelled = new CancellationTokenSource();
            var progress = new Stopping(cancelled);

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                SampleTraining.TrainAsync(folder.FullName, Volatility.Name, progress, cancelled.Token));

            Assert.Equal(1, progress.Epochs);
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Refuses_a_sample_that_is_not_there_and_says_what_data_is_missing()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => SampleTraining.TrainAsync(Repository.Root, "no-such-sample", progress: null, Token));

        var missing = await Assert.ThrowsAsync<SampleDataMissingException>(() =>
            SampleTraining.TrainAsync(Path.GetTempPath(), DigitsMlp.Name, progress: null, Token));
        Assert.Contains("npm ci", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_are_what_small_steps_say(bool isDense)
    {
        var random = new DeterministicRandom(5);
        Network network = isDense
            ? new(new DenseLayer(18, 12, random), new ReluLayer(12), new DenseLayer(12, 3, random))
            : new(
                new ConvolutionLayer(2, 3, 4, random), new ReluLayer(48), new MaxPoolLayer(3, 4), new ConvolutionLayer(3, 2, 2, random),
                new DenseLayer(8, 3, random));
        float[] input = [.. Enumerable.Range(0, network.Layers[0].Inputs).Select(_ => (float)random.NextNormal())];
        var gradient = new float[3];
        Trainer.JudgeClass(network.Answer(input), 1, gradient);
        network.Learn(input, gradient);

        const float Step = 1e-3f;
        foreach (var parameter in network.Parameters)
        {
            for (var i = 0; i < parameter.Values.Length; i += 5)
            {
                var value = parameter.Values[i];
                parameter.Values[i] = value + Step;
                var above = Trainer.JudgeClass(network.Answer(input), 1, gradient);
                parameter.Values[i] = value - Step;
                var below = Trainer.JudgeClass(network.Answer(input), 1, gradient);
                parameter.Values[i] = value;

                Assert.Equal((above - below) / (2 * Step), parameter.Gradient[i], 2e-2);
            }
        }
    }

    [Fact]
    public void The_exponential_is_right_to_the_last_bits()
    {
        for (var x = -30f; x < 30f; x += 0.037f)
            Assert.Equal(1, Kernels.Exp(x) / Math.Exp(x), 1.5e-7);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(29)]
    public void The_inner_loops_do_what_they_say_at_every_length(int length)
    {
        float[] left = [.. Enumerable.Range(1, length).Select(i => (float)i)];
        float[] right = [.. Enumerable.Range(1, length).Select(i => (float)(2 * i))];

        Assert.Equal(Enumerable.Range(1, length).Sum(i => 2f * i * i), Kernels.Dot(left, right));
        Kernels.AddScaled(3, left, right);
        Assert.Equal(Enumerable.Range(1, length).Select(i => 5f * i), right);
    }

    private sealed class Stopping(CancellationTokenSource cancelled) : IProgress<TrainingProgress>
    {
        public int Epochs { get; private set; }

        public void Report(TrainingProgress value)
        {
            Epochs++;
            cancelled.Cancel();
        }
    }
}
