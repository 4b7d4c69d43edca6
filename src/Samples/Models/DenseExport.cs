using OpenGradient.Inference.Integer;
using OpenGradient.Samples.Export;
using OpenGradient.Samples.Training;

namespace OpenGradient.Samples.Models;

/// <summary>Dense networks in the forms that others read.</summary>
internal static class DenseExport
{
    /// <summary>The layers, with factors of inputs and outputs multiplied in: a change of units costs nothing then.</summary>
    public static IReadOnlyList<FloatLayer> ToLayers(Network network, float inputScale, float outputScale)
    {
        DenseLayer[] layers = [.. network.Layers.OfType<DenseLayer>()];
        return [.. layers.Select((layer, i) =>
        {
            var after = i == layers.Length - 1 ? outputScale : 1;
            var factor = (i == 0 ? inputScale : 1) * after;
            return new FloatLayer(
                layer.Inputs, layer.Outputs, Array.ConvertAll(layer.Weights.Values, weight => weight * factor),
                Array.ConvertAll(layer.Biases.Values, bias => bias * after));
        })];
    }

    public static byte[] ToOnnx(Network network, string name, string input, string output)
    {
        var layers = ToLayers(network, 1, 1);
        return AddLayers(new OnnxGraph(name).Input(input, layers[0].Inputs), layers, input, output).Output(output, layers[^1].Outputs).ToArray();
    }

    /// <summary>Dense layers with a ReLU between each two.</summary>
    public static OnnxGraph AddLayers(OnnxGraph graph, IReadOnlyList<FloatLayer> layers, string input, string output)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            var isLast = i == layers.Count - 1;
            graph.Constant($"w{i}", layers[i].Weights.Span, layers[i].Inputs, layers[i].Outputs)
                .Constant($"b{i}", layers[i].Biases.Span, layers[i].Outputs)
                .Node("Gemm", [i == 0 ? input : $"r{i - 1}", $"w{i}", $"b{i}"], isLast ? output : $"g{i}");
            if (!isLast)
                graph.Node("Relu", [$"g{i}"], $"r{i}");
        }

        return graph;
    }
}
