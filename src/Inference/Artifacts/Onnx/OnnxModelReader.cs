namespace OpenGradient.Inference.Artifacts.Onnx;

/// <summary>Reads ONNX's ModelProto: the versions, the sets of operators, functions and the graph.</summary>
internal static class OnnxModelReader
{
    private const int MinIrVersion = 3;

    public static bool TryRead(ReadOnlySpan<byte> model, OnnxInspection inspection)
    {
        var reader = new ProtobufReader(model);
        var once = new FieldsOnce();
        ReadOnlySpan<byte> graph = default;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field))
                return inspection.Malformed("the model");
            if (field.Number is ModelField.IrVersion or ModelField.Graph && !once.TryAdd(field.Number))
                return inspection.Refuse(ArtifactFault.FieldRepeated, "The model has two versions or two graphs.");

            var isTaken = (field.Number, field.Kind) switch
            {
                (ModelField.IrVersion, ProtobufKind.Varint) => TryTakeVersion(field.Value, inspection),
                (ModelField.Graph, ProtobufKind.Bytes) => true,
                (ModelField.OpsetImport, ProtobufKind.Bytes) => TryReadOpset(field.Bytes, inspection, isOfFunction: false),
                (ModelField.Functions, ProtobufKind.Bytes) => TryReadFunction(field.Bytes, inspection),
                (ModelField.TrainingInfo, _) => inspection.Refuse(ArtifactFault.TrainingRefused, "The model carries what training needs."),
                (ModelField.IrVersion or ModelField.Graph or ModelField.OpsetImport or ModelField.Functions, _) => inspection.Malformed("the model"),
                _ => true,
            };
            if (!isTaken)
                return false;
            if (field.Number == ModelField.Graph)
                graph = field.Bytes;
        }

        if (!once.Has(ModelField.IrVersion) || !once.Has(ModelField.Graph))
            return inspection.Refuse(ArtifactFault.FieldMissing, "The model has no version or no graph.");
        return OnnxGraphReader.TryRead(graph, inspection, depth: 0);
    }

    private static bool TryTakeVersion(ulong version, OnnxInspection inspection)
    {
        if (version is < MinIrVersion or > int.MaxValue || (int)version > inspection.Limits.MaxIrVersion)
            return inspection.Refuse(ArtifactFault.VersionUnsupported, $"Version {version} of the file format; {inspection.Limits.MaxIrVersion} is the newest that is taken.");
        inspection.IrVersion = (int)version;
        return true;
    }

    // A function imports operators for itself: they are held to the same rules, but are no fact of the model.
    private static bool TryReadOpset(ReadOnlySpan<byte> opset, OnnxInspection inspection, bool isOfFunction)
    {
        var reader = new ProtobufReader(opset);
        var domain = string.Empty;
        var version = 0L;
        var once = new FieldsOnce();
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field) || !once.TryAdd(field.Number))
                return inspection.Malformed("an import of operators");
            switch (field.Number, field.Kind)
            {
                case (OpsetField.Domain, ProtobufKind.Bytes) when OnnxInspection.ReadText(field.Bytes) is { } text:
                    domain = text;
                    break;
                case (OpsetField.Version, ProtobufKind.Varint):
                    version = unchecked((long)field.Value);
                    break;
                default:
                    return inspection.Malformed("an import of operators");
            }
        }

        return isOfFunction
            ? new OnnxInspection(inspection.Limits).TryAddOpset(domain, version) || inspection.Refuse(ArtifactFault.DomainRefused, "A function imports operators that are not taken.")
            : inspection.TryAddOpset(domain, version);
    }

    private static bool TryReadFunction(ReadOnlySpan<byte> function, OnnxInspection inspection)
    {
        var reader = new ProtobufReader(function);
        var domain = string.Empty;
        var once = new FieldsOnce();
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field))
                return inspection.Malformed("a function");
            if (field.Number == FunctionField.Domain && !once.TryAdd(field.Number))
                return inspection.Refuse(ArtifactFault.FieldRepeated, "A function has two domains.");
            var isTaken = (field.Number, field.Kind) switch
            {
                (FunctionField.Domain, ProtobufKind.Bytes) => (domain = OnnxInspection.ReadText(field.Bytes)) is not null || inspection.Malformed("a function"),
                (FunctionField.Node, ProtobufKind.Bytes) => OnnxGraphReader.TryReadNode(field.Bytes, inspection, depth: 0),
                (FunctionField.AttributeDefault, ProtobufKind.Bytes) => OnnxGraphReader.TryReadAttribute(field.Bytes, inspection, depth: 0),
                (FunctionField.OpsetImport, ProtobufKind.Bytes) => TryReadOpset(field.Bytes, inspection, isOfFunction: true),
                (FunctionField.Domain or FunctionField.Node or FunctionField.AttributeDefault or FunctionField.OpsetImport, _) => inspection.Malformed("a function"),
                _ => true,
            };
            if (!isTaken)
                return false;
        }

        return inspection.TryAddFunction(domain!);
    }

    private static class ModelField
    {
        public const int IrVersion = 1;
        public const int Graph = 7;
        public const int OpsetImport = 8;
        public const int TrainingInfo = 20;
        public const int Functions = 25;
    }

    private static class OpsetField
    {
        public const int Domain = 1;
        public const int Version = 2;
    }

    private static class FunctionField
    {
        public const int Node = 7;
        public const int OpsetImport = 9;
        public const int Domain = 10;
        public const int AttributeDefault = 11;
    }
}
