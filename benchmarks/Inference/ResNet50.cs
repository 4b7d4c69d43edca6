using OpenGradient.Samples.Export;
using OpenGradient.Samples.Training;

namespace OpenGradient.Benchmarks.Inference;

/// <summary>
/// A residual network of 50 layers by the book (He and others, 2015), its normalisations folded into the convolutions before them, as runtimes do: the size that
/// inference is compared on. The weights are random, so that it sees nothing; time and rounding do not depend on what was learnt. The same seed gives the same bytes.
/// </summary>
internal sealed class ResNet50
{
    public const string Input = "image";
    public const int Side = 224;
    public const int Channels = 3;
    public const int Classes = 1000;

    private const int StemChannels = 64;
    private const int Widening = 4;

    // What a block adds to its shortcut is so much smaller, or sixteen of them would make numbers that no trained network has.
    private const double BranchGain = 0.25;

    // The blocks of each stage, and how many channels they think in.
    private static readonly (int Blocks, int Width)[] Stages = [(3, 64), (4, 128), (6, 256), (3, 512)];

    private readonly OnnxGraph _graph = new("resnet50");
    private readonly DeterministicRandom _random;
    private int _layers;

    private ResNet50(ulong seed) => _random = new DeterministicRandom(seed);

    /// <summary>How many numbers it has learnt, as it were.</summary>
    public long Parameters { get; private set; }

    public static (byte[] Artifact, long Parameters) Make(ulong seed)
    {
        var network = new ResNet50(seed);
        return (network.Build(), network.Parameters);
    }

    private byte[] Build()
    {
        _graph.Input(Input, Channels, Side, Side);
        var x = Rectify(Convolve(Input, Channels, StemChannels, kernel: 7, stride: 2));
        _graph.Node("MaxPool", [x], "pooled", OnnxAttribute.Row("kernel_shape", 3, 3), OnnxAttribute.Row("strides", 2, 2), OnnxAttribute.Row("pads", 1, 1, 1, 1));
        x = "pooled";
        var channels = StemChannels;
        foreach (var (stage, (blocks, width)) in Stages.Index())
        {
            for (var block = 0; block < blocks; block++)
            {
                // The first block of a stage halves the picture, but for the first stage, which the pooling has halved.
                x = Bottleneck(x, channels, width, stride: block == 0 && stage > 0 ? 2 : 1);
                channels = width * Widening;
            }
        }

        var weights = Draw(channels * Classes, Math.Sqrt(1.0 / channels));
        return _graph
            .Node("GlobalAveragePool", [x], "features").Node("Flatten", ["features"], "flat", OnnxAttribute.One("axis", 1))
            .Constant("w", weights, channels, Classes).Constant("b", Draw(Classes, 0.01), Classes)
            .Node("Gemm", ["flat", "w", "b"], "logits")
            .Output("logits", Classes)
            .ToArray();
    }

    private string Bottleneck(string x, int channels, int width, int stride)
    {
        var wide = width * Widening;
        var shortcut = channels == wide && stride == 1 ? x : Convolve(x, channels, wide, kernel: 1, stride);
        var narrow = Rectify(Convolve(x, channels, width, kernel: 1, stride: 1));
        var seen = Rectify(Convolve(narrow, width, width, kernel: 3, stride));
        var added = Convolve(seen, width, wide, kernel: 1, stride: 1, BranchGain);
        var sum = $"sum{_layers}";
        _graph.Node("Add", [added, shortcut], sum);
        return Rectify(sum);
    }

    private string Convolve(string x, int inputs, int outputs, int kernel, int stride, double gain = 1)
    {
        var layer = _layers++;
        var name = $"c{layer}";
        var pad = kernel / 2;
        _graph
            .Constant($"w{layer}", Draw(outputs * inputs * kernel * kernel, gain * Math.Sqrt(2.0 / (inputs * kernel * kernel))), outputs, inputs, kernel, kernel)
            .Constant($"b{layer}", Draw(outputs, 0.01), outputs)
            .Node(
                "Conv", [x, $"w{layer}", $"b{layer}"], name,
                OnnxAttribute.Row("kernel_shape", kernel, kernel), OnnxAttribute.Row("strides", stride, stride), OnnxAttribute.Row("pads", pad, pad, pad, pad));
        return name;
    }

    private string Rectify(string x)
    {
        var name = $"{x}r";
        _graph.Node("Relu", [x], name);
        return name;
    }

    // Evenly between the bounds that have the deviation.
    private float[] Draw(int count, double deviation)
    {
        Parameters += count;
        var bound = Math.Sqrt(3) * deviation;
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(((2 * _random.NextUnit()) - 1) * bound);
        return values;
    }
}
