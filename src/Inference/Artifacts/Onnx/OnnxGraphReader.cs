namespace OpenGradient.Inference.Artifacts.Onnx;

/// <summary>Reads ONNX's GraphProto and what it holds: nodes, their attributes, and the graphs in those.</summary>
internal static class OnnxGraphReader
{
    public static bool TryRead(ReadOnlySpan<byte> graph, OnnxInspection inspection, int depth)
    {
        if (depth > inspection.Limits.MaxGraphDepth)
            return inspection.Refuse(ArtifactFault.TooDeep, $"Graphs nested deeper than {inspection.Limits.MaxGraphDepth}.");

        var isOutermost = depth == 0;
        var constants = new HashSet<string>(StringComparer.Ordinal);
        var inputs = new List<TensorSignature>();
        var reader = new ProtobufReader(graph);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field))
                return inspection.Malformed("a graph");
            if (!IsKnown(field.Number))
                continue;
            if (field.Kind != ProtobufKind.Bytes)
                return inspection.Malformed("a graph");

            var isTaken = field.Number switch
            {
                GraphField.Node => TryReadNode(field.Bytes, inspection, depth),
                GraphField.Initializer => OnnxTensorReader.TryRead(field.Bytes, inspection, out var name)
                    && (constants.Add(name) || inspection.Refuse(ArtifactFault.FieldRepeated, $"The constant {ModelSignature.Printable(name)} is there twice.")),
                GraphField.SparseInitializer => OnnxTensorReader.TryReadSparse(field.Bytes, inspection),
                GraphField.Input when isOutermost => OnnxTypeReader.TryRead(field.Bytes, inspection, inputs),
                GraphField.Output when isOutermost => OnnxTypeReader.TryRead(field.Bytes, inspection, inspection.Outputs),
                _ => true,
            };
            if (!isTaken)
                return false;
        }

        // Older files list their constants as inputs too.
        if (isOutermost)
            inspection.Inputs.AddRange(inputs.Where(input => !constants.Contains(input.Name)));
        return true;
    }

    public static bool TryReadNode(ReadOnlySpan<byte> node, OnnxInspection inspection, int depth)
    {
        var reader = new ProtobufReader(node);
        string? operatorType = string.Empty;
        string? domain = string.Empty;
        var once = new FieldsOnce();
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field))
                return inspection.Malformed("a node");
            if (field.Number is not (NodeField.OperatorType or NodeField.Domain or NodeField.Attribute))
                continue;
            if (field.Kind != ProtobufKind.Bytes || (field.Number != NodeField.Attribute && !once.TryAdd(field.Number)))
                return inspection.Malformed("a node");

            switch (field.Number)
            {
                case NodeField.OperatorType:
                    operatorType = OnnxInspection.ReadText(field.Bytes);
                    break;
                case NodeField.Domain:
                    domain = OnnxInspection.ReadText(field.Bytes);
                    break;
                default:
                    if (!TryReadAttribute(field.Bytes, inspection, depth))
                        return false;
                    break;
            }
        }

        return operatorType is null || domain is null ? inspection.Malformed("a node") : inspection.TryAddNode(domain, operatorType);
    }

    public static bool TryReadAttribute(ReadOnlySpan<byte> attribute, OnnxInspection inspection, int depth)
    {
        if (!inspection.TryAddAttribute())
            return false;

        var reader = new ProtobufReader(attribute);
        var once = new FieldsOnce();
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field))
                return inspection.Malformed("an attribute");
            var isSingle = field.Number is AttributeField.Tensor or AttributeField.Graph or AttributeField.SparseTensor;
            var isMany = field.Number is AttributeField.Tensors or AttributeField.Graphs or AttributeField.SparseTensors;
            if (!isSingle && !isMany)
                continue;
            if (field.Kind != ProtobufKind.Bytes)
                return inspection.Malformed("an attribute");
            if (isSingle && !once.TryAdd(field.Number))
                return inspection.Refuse(ArtifactFault.FieldRepeated, "An attribute holds two values where it has one.");

            var isTaken = field.Number switch
            {
                AttributeField.Tensor or AttributeField.Tensors => OnnxTensorReader.TryRead(field.Bytes, inspection, out _),
                AttributeField.Graph or AttributeField.Graphs => TryRead(field.Bytes, inspection, depth + 1),
                _ => OnnxTensorReader.TryReadSparse(field.Bytes, inspection),
            };
            if (!isTaken)
                return false;
        }

        return true;
    }

    private static bool IsKnown(int number) =>
        number is GraphField.Node or GraphField.Initializer or GraphField.Input or GraphField.Output or GraphField.SparseInitializer;

    private static class GraphField
    {
        public const int Node = 1;
        public const int Initializer = 5;
        public const int Input = 11;
        public const int Output = 12;
        public const int SparseInitializer = 15;
    }

    private static class NodeField
    {
        public const int OperatorType = 4;
        public const int Attribute = 5;
        public const int Domain = 7;
    }

    private static class AttributeField
    {
        public const int Tensor = 5;
        public const int Graph = 6;
        public const int Tensors = 10;
        public const int Graphs = 11;
        public const int SparseTensor = 22;
        public const int SparseTensors = 23;
    }
}
