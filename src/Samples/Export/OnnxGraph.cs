namespace OpenGradient.Samples.Export;

/// <summary>An attribute of a node: a whole number, or a row of them.</summary>
internal sealed record OnnxAttribute(string Name, IReadOnlyList<long> Numbers, bool IsRow)
{
    public static OnnxAttribute Row(string name, params IReadOnlyList<long> numbers) => new(name, numbers, IsRow: true);

    public static OnnxAttribute One(string name, long number) => new(name, [number], IsRow: false);
}

/// <summary>Builds an ONNX model of floats, and writes it. The same graph gives the same bytes.</summary>
internal sealed class OnnxGraph(string name)
{
    /// <summary>What the first axis of inputs and outputs is called: each request chooses how many rows it asks.</summary>
    public const string BatchAxis = "batch";

    // Old enough for every runtime in use, new enough for all that is used here.
    private const int IrVersion = 8;
    private const int Opset = 17;
    private const int FloatType = 1;
    private const int Int64Type = 7;

    private readonly ProtobufWriter _graph = new();
    private readonly List<(string Name, long[] Shape)> _inputs = [];
    private readonly List<(string Name, long[] Shape)> _outputs = [];
    private readonly List<ProtobufWriter> _constants = [];
    private int _nodes;

    /// <param name="tensor">Its name.</param>
    /// <param name="shape">Without the batch axis, which comes first.</param>
    public OnnxGraph Input(string tensor, params long[] shape)
    {
        _inputs.Add((tensor, shape));
        return this;
    }

    public OnnxGraph Output(string tensor, params long[] shape)
    {
        _outputs.Add((tensor, shape));
        return this;
    }

    public OnnxGraph Constant(string tensor, ReadOnlySpan<float> values, params long[] shape)
    {
        _constants.Add(new ProtobufWriter().Packed(1, shape).Number(2, FloatType).Text(8, tensor).Bytes(9, ProtobufWriter.LittleEndian(values)));
        return this;
    }

    /// <summary>A row of whole numbers, such as a shape.</summary>
    public OnnxGraph Constant(string tensor, params long[] values)
    {
        _constants.Add(new ProtobufWriter().Packed(1, [values.Length]).Number(2, Int64Type).Packed(7, values).Text(8, tensor));
        return this;
    }

    public OnnxGraph Node(string operatorType, IEnumerable<string> inputs, string output, params IReadOnlyList<OnnxAttribute> attributes)
    {
        var node = new ProtobufWriter();
        foreach (var input in inputs)
            node.Text(1, input);
        node.Text(2, output).Text(3, $"{operatorType}{_nodes++}").Text(4, operatorType);
        foreach (var attribute in attributes)
            node.Message(5, Write(attribute));
        _graph.Message(1, node);
        return this;
    }

    /// <summary>A node that is written already: one with a graph in it, say.</summary>
    public OnnxGraph Raw(ProtobufWriter node)
    {
        _graph.Message(1, node);
        return this;
    }

    public byte[] ToArray()
    {
        _graph.Text(2, name);
        _constants.ForEach(constant => _graph.Message(5, constant));
        _inputs.ForEach(input => _graph.Message(11, Value(input.Name, input.Shape)));
        _outputs.ForEach(output => _graph.Message(12, Value(output.Name, output.Shape)));
        return new ProtobufWriter()
            .Number(1, IrVersion)
            .Text(2, "OpenGradient.Samples")
            .Message(7, _graph)
            .Message(8, new ProtobufWriter().Text(1, string.Empty).Number(2, Opset))
            .ToArray();
    }

    private static ProtobufWriter Write(OnnxAttribute attribute)
    {
        const int NumberKind = 2;
        const int RowKind = 7;
        var writer = new ProtobufWriter().Text(1, attribute.Name);
        return attribute.IsRow
            ? writer.Packed(8, attribute.Numbers).Number(20, RowKind)
            : writer.Number(3, attribute.Numbers[0]).Number(20, NumberKind);
    }

    private static ProtobufWriter Value(string tensor, long[] shape)
    {
        var dims = new ProtobufWriter().Message(1, new ProtobufWriter().Text(2, BatchAxis));
        foreach (var size in shape)
            dims.Message(1, new ProtobufWriter().Number(1, size));
        var type = new ProtobufWriter().Message(1, new ProtobufWriter().Number(1, FloatType).Message(2, dims));
        return new ProtobufWriter().Text(1, tensor).Message(2, type);
    }
}
