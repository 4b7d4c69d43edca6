using System.Collections.Immutable;
using OpenGradient.Inference.Integer;

namespace OpenGradient.Inference.Compiling;

/// <summary>
/// Follows a graph from its input to its output and collects dense layers. What is linear is folded into the layer before it; a ReLU or clip ends a layer.
/// Anything else ends the attempt, with the node's name.
/// </summary>
internal sealed class DenseLayers
{
    public const string Supported = "Gemm, MatMul, Add, Relu, Clip, BatchNormalization, Flatten, Reshape, Identity, and a Softmax or ArgMax at the end";

    private const int MaxFeatures = ushort.MaxValue;

    private readonly DenseGraph _graph;
    private readonly List<FloatLayer> _layers = [];
    // The last layer is still open: no activation has ended it.
    private bool _isOpen;

    private DenseLayers(DenseGraph graph) => _graph = graph;

    /// <summary>The layers, or what is in their way.</summary>
    public static string? TryCollect(DenseGraph graph, out IReadOnlyList<FloatLayer> layers)
    {
        var collecting = new DenseLayers(graph);
        layers = collecting._layers;
        return collecting.Follow();
    }

    private string? Follow()
    {
        if (_graph.Inputs.Length != 1 || _graph.Outputs.Length != 1)
            return $"The network has {_graph.Inputs.Length} inputs and {_graph.Outputs.Length} outputs; one of each is supported.";
        var value = _graph.Inputs[0];
        for (var i = 0; value != _graph.Outputs[0]; i++)
        {
            // A file may lead in circles.
            DenseNode[] users = i > _graph.Nodes.Length ? [] : [.. _graph.Nodes.Where(node => node.Inputs.Contains(value, StringComparer.Ordinal))];
            if (users is not [var node])
                return $"'{ModelText.Printable(value)}' goes into {users.Length} nodes; a chain from the input to the output is supported.";
            if (Take(node, value) is { } fault)
                return $"{node}: {fault}";
            value = node.Outputs[0];
        }

        if (_layers.Count == 0)
            return "The network has no dense layer.";
        return _isOpen ? null : "The network ends in an activation; its last layer must be dense, so that its sums are the output.";
    }

    private string? Take(DenseNode node, string value)
    {
        if (node.Outputs.Length == 0 || node.Inputs.IsEmpty)
            return "it has no output or no input.";
        switch (node.Operator)
        {
            case "Gemm":
                return TakeGemm(node, value);
            case "MatMul":
                return node.Inputs is [var left, var right] && left == value ? Append(MatrixOf(right, isTransposed: false), null) : "its right side must be a constant matrix.";
            case "Add":
                return TakeAdd(node, value);
            case "BatchNormalization":
                return TakeNormalisation(node);
            case "Relu":
                return End(double.PositiveInfinity);
            case "Clip":
                return TakeClip(node);
            case "Flatten" or "Reshape" or "Identity":
                return null;
            case "Softmax" or "ArgMax" when node.Outputs[0] == _graph.Outputs[0]:
                return null;
            default:
                return $"it has no integer form. Supported are {Supported}.";
        }
    }

    private string? TakeGemm(DenseNode node, string value)
    {
        var isPlain = node.Floats.GetValueOrDefault("alpha", 1).Equals(1f) && node.Floats.GetValueOrDefault("beta", 1).Equals(1f)
            && node.Integers.GetValueOrDefault("transA") == 0;
        if (!isPlain || node.Inputs.Length is < 2 or > 3 || node.Inputs[0] != value)
            return "alpha and beta must be 1, transA 0, and the left side must be what the node before gives.";
        var biases = node.Inputs.Length == 3 ? VectorOf(node.Inputs[2]) : null;
        return node.Inputs.Length == 3 && biases is null
            ? "its biases must be a constant vector of FLOAT."
            : Append(MatrixOf(node.Inputs[1], node.Integers.GetValueOrDefault("transB") != 0), biases);
    }

    private string? TakeAdd(DenseNode node, string value)
    {
        var other = node.Inputs.FirstOrDefault(input => input != value);
        if (!_isOpen || other is null || VectorOf(other) is not { } addend || addend.Length != _layers[^1].Outputs)
            return "it must add a constant vector to a dense layer.";
        _layers[^1] = _layers[^1] with { Biases = Combine(_layers[^1].Biases.Span, addend, (bias, more) => bias + more) };
        return null;
    }

    private string? TakeNormalisation(DenseNode node)
    {
        ReadOnlyMemory<float>?[] parts = [.. node.Inputs.Skip(1).Select(VectorOf)];
        if (!_isOpen || parts.Length != 4 || Array.Exists(parts, part => part is null || part.Value.Length != _layers[^1].Outputs))
            return "it must follow a dense layer, with constants as long as the layer is wide.";
        var layer = _layers[^1];
        var epsilon = (double)node.Floats.GetValueOrDefault("epsilon", 1e-5f);
        var (scale, shift, mean, variance) = (parts[0]!.Value, parts[1]!.Value, parts[2]!.Value, parts[3]!.Value);
        var weights = layer.Weights.ToArray();
        var biases = new float[layer.Outputs];
        for (var output = 0; output < layer.Outputs; output++)
        {
            var factor = scale.Span[output] / Math.Sqrt(variance.Span[output] + epsilon);
            biases[output] = (float)(((layer.Biases.Span[output] - (double)mean.Span[output]) * factor) + shift.Span[output]);
            for (var input = 0; input < layer.Inputs; input++)
                weights[(input * layer.Outputs) + output] = (float)(weights[(input * layer.Outputs) + output] * factor);
        }

        _layers[^1] = layer with { Weights = weights, Biases = biases };
        return null;
    }

    private string? TakeClip(DenseNode node)
    {
        // Bounds are inputs since opset 11, and were attributes before.
        var low = BoundOf(node, 1, "min", float.NegativeInfinity);
        var high = BoundOf(node, 2, "max", float.PositiveInfinity);
        return low is 0f && high > 0 ? End(high.Value) : "it must cut off below 0, and above at a constant greater than that.";
    }

    private float? BoundOf(DenseNode node, int input, string attribute, float none)
    {
        if (node.Inputs.Length <= input || node.Inputs[input].Length == 0)
            return node.Floats.GetValueOrDefault(attribute, none);
        return VectorOf(node.Inputs[input]) is { Length: 1 } bound ? bound.Span[0] : null;
    }

    private string? End(double ceiling)
    {
        if (_layers.Count == 0)
            return "no dense layer is before it.";
        // A second activation on the same values: both hold.
        _layers[^1] = _layers[^1] with { Ceiling = Math.Min(_layers[^1].Ceiling, ceiling) };
        _isOpen = false;
        return null;
    }

    private string? Append((int Inputs, int Outputs, float[] Weights)? matrix, ReadOnlyMemory<float>? biases)
    {
        if (matrix is not var (inputs, outputs, weights))
            return $"its weights must be a constant matrix of FLOAT, at most {MaxFeatures} each way.";
        if (biases is { } given && given.Length != outputs)
            return "it has not as many biases as outputs.";
        if (_layers.Count > 0 && _layers[^1].Outputs != inputs)
            return $"it takes {inputs} numbers; the layer before gives {_layers[^1].Outputs}.";
        var layer = new FloatLayer(inputs, outputs, weights, biases ?? new float[outputs]);
        if (_isOpen)
            _layers[^1] = Compose(_layers[^1], layer);
        else
            _layers.Add(layer);
        _isOpen = true;
        return null;
    }

    // Two linear maps without an activation between them are one.
    private static FloatLayer Compose(FloatLayer first, FloatLayer second)
    {
        var weights = new float[first.Inputs * second.Outputs];
        var biases = new float[second.Outputs];
        for (var output = 0; output < second.Outputs; output++)
        {
            double Sum(Func<int, float> of)
            {
                var sum = 0.0;
                for (var i = 0; i < second.Inputs; i++)
                    sum += (double)of(i) * second.Weights.Span[(i * second.Outputs) + output];
                return sum;
            }

            biases[output] = (float)(Sum(i => first.Biases.Span[i]) + second.Biases.Span[output]);
            for (var input = 0; input < first.Inputs; input++)
                weights[(input * second.Outputs) + output] = (float)Sum(i => first.Weights.Span[(input * first.Outputs) + i]);
        }

        return new FloatLayer(first.Inputs, second.Outputs, weights, biases);
    }

    private (int Inputs, int Outputs, float[] Weights)? MatrixOf(string name, bool isTransposed)
    {
        if (!_graph.Constants.TryGetValue(name, out var constant) || !constant.IsFloat || constant.Dims is not [var rows, var columns]
            || rows is < 1 or > MaxFeatures || columns is < 1 or > MaxFeatures)
            return null;
        if (!isTransposed)
            return ((int)rows, (int)columns, constant.Values.ToArray());
        var weights = new float[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                weights[(column * rows) + row] = constant.Values.Span[(int)((row * columns) + column)];
        }

        return ((int)columns, (int)rows, weights);
    }

    // A vector, or a matrix of one row; also a single number. A column added to a row is a matrix, and no row.
    private ReadOnlyMemory<float>? VectorOf(string name) =>
        _graph.Constants.TryGetValue(name, out var constant) && constant.IsFloat && constant.Dims.SkipLast(1).All(dim => dim == 1)
            ? constant.Values
            // Null alone would be an empty memory.
            : (ReadOnlyMemory<float>?)null;

    private static float[] Combine(ReadOnlySpan<float> left, ReadOnlyMemory<float> right, Func<float, float, float> combine)
    {
        var combined = new float[left.Length];
        for (var i = 0; i < combined.Length; i++)
            combined[i] = combine(left[i], right.Span[i]);
        return combined;
    }
}
