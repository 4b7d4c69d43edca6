using OpenGradient.Inference.Integer;
using OpenGradient.Samples.Data;
using OpenGradient.Samples.Training;

namespace OpenGradient.Samples.Models;

/// <summary>Reads a handwritten digit: 784-56-10, the size that provers are compared on.</summary>
internal static class DigitsMlp
{
    /// <summary>By how many pixels pictures are moved, each way, while it learns.</summary>
    public const int Reach = 1;

    public const string Name = "digits-mlp";

    private const int Hidden = 56;

    private static readonly TrainingPlan Plan = new(Epochs: 60, BatchSize: 32, Rate: 2e-3f, WeightDecay: 1e-3f, Seed: 784_56_10);

    public static Network Train(DigitData data, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var random = new DeterministicRandom(Plan.Seed);
        var network = new Network(
            new DenseLayer(DigitData.Pixels, Hidden, random), new ReluLayer(Hidden), new DenseLayer(Hidden, DigitData.Classes, random));
        Trainer.Train(
            network, data.Training.Count,
            (sample, chance, input) => DigitData.ShowMoved(data.Training[sample].Pixels.Span, Reach, chance, input),
            (answer, sample, gradient) => Trainer.JudgeClass(answer, data.Training[sample].Label, gradient),
            Plan, Name, progress, cancellationToken);
        return network;
    }

    /// <summary>Input "pixels", FLOAT [batch, 784] from 0 to 1; output "logits", FLOAT [batch, 10].</summary>
    public static byte[] Export(Network network) => DenseExport.ToOnnx(network, Name, "pixels", "logits");

    /// <summary>Takes pixels as bytes, 0 to 255.</summary>
    public static QuantisedMlp Quantise(Network network, DigitData data) => Quantiser.Quantise(
        DenseExport.ToLayers(network, inputScale: 1, outputScale: 1),
        new ByteInputs(Scale: 1.0 / byte.MaxValue, ZeroPoint: 0),
        [.. data.Training.Select(digit => digit.Pixels)],
        new QuantiserOptions());

    public static int LabelOf(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                best = i;
        }

        return best;
    }
}
