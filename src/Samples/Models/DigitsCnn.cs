using OpenGradient.Samples.Data;
using OpenGradient.Samples.Export;
using OpenGradient.Samples.Training;

namespace OpenGradient.Samples.Models;

/// <summary>Reads a handwritten digit by its strokes: two convolutions, each with a pooling, and a layer that joins them.</summary>
internal static class DigitsCnn
{
    /// <summary>By how many pixels pictures are moved, each way, while it learns.</summary>
    public const int Reach = 2;

    public const string Name = "digits-cnn";

    private const int FirstFilters = 8;
    private const int SecondFilters = 16;
    private const int Half = DigitData.Side / 2;
    private const int Quarter = DigitData.Side / 4;
    private const int Features = SecondFilters * Quarter * Quarter;

    private static readonly TrainingPlan Plan = new(Epochs: 16, BatchSize: 32, Rate: 3e-3f, WeightDecay: 1e-3f, Seed: 28_28);

    public static Network Train(DigitData data, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var random = new DeterministicRandom(Plan.Seed);
        var network = new Network(
            new ConvolutionLayer(1, FirstFilters, DigitData.Side, random), new ReluLayer(FirstFilters * DigitData.Pixels),
            new MaxPoolLayer(FirstFilters, DigitData.Side),
            new ConvolutionLayer(FirstFilters, SecondFilters, Half, random), new ReluLayer(SecondFilters * Half * Half),
            new MaxPoolLayer(SecondFilters, Half),
            new DenseLayer(Features, DigitData.Classes, random));
        Trainer.Train(
            network, data.Training.Count,
            (sample, chance, input) => DigitData.ShowMoved(data.Training[sample].Pixels.Span, Reach, chance, input),
            (answer, sample, gradient) => Trainer.JudgeClass(answer, data.Training[sample].Label, gradient),
            Plan, Name, progress, cancellationToken);
        return network;
    }

    /// <summary>Input "image", FLOAT [batch, 1, 28, 28] from 0 to 1; output "logits", FLOAT [batch, 10].</summary>
    public static byte[] Export(Network network)
    {
        var first = (ConvolutionLayer)network.Layers[0];
        var second = (ConvolutionLayer)network.Layers[3];
        var last = (DenseLayer)network.Layers[6];
        OnnxAttribute[] convolution = [OnnxAttribute.Row("kernel_shape", 3, 3), OnnxAttribute.Row("pads", 1, 1, 1, 1)];
        OnnxAttribute[] pooling = [OnnxAttribute.Row("kernel_shape", 2, 2), OnnxAttribute.Row("strides", 2, 2)];
        return new OnnxGraph(Name)
            .Input("image", 1, DigitData.Side, DigitData.Side)
            .Constant("w0", first.Weights.Values, FirstFilters, 1, 3, 3).Constant("b0", first.Biases.Values, FirstFilters)
            .Constant("w1", second.Weights.Values, SecondFilters, FirstFilters, 3, 3).Constant("b1", second.Biases.Values, SecondFilters)
            .Constant("w2", last.Weights.Values, Features, DigitData.Classes).Constant("b2", last.Biases.Values, DigitData.Classes)
            .Node("Conv", ["image", "w0", "b0"], "c0", convolution).Node("Relu", ["c0"], "r0").Node("MaxPool", ["r0"], "p0", pooling)
            .Node("Conv", ["p0", "w1", "b1"], "c1", convolution).Node("Relu", ["c1"], "r1").Node("MaxPool", ["r1"], "p1", pooling)
            .Node("Flatten", ["p1"], "f", OnnxAttribute.One("axis", 1))
            .Node("Gemm", ["f", "w2", "b2"], "logits")
            .Output("logits", DigitData.Classes)
            .ToArray();
    }
}
