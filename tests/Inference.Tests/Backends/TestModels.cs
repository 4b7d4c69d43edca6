using System.Buffers.Binary;
using System.Collections.Immutable;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Tensors;
using OpenGradient.Samples.Export;

namespace OpenGradient.Inference.Tests.Backends;

/// <summary>Small models made on the spot, each for what it does to a runtime.</summary>
internal static class TestModels
{
    /// <summary>y = x × factor, x FLOAT [batch, 4].</summary>
    public static byte[] Scaling(float factor) => new OnnxGraph("scaling")
        .Input("x", 4).Constant("factor", [factor], 1).Node("Mul", ["x", "factor"], "y").Output("y", 4).ToArray();

    /// <summary>y = the sum of all rows so far: the first axis is time, and rows mix.</summary>
    public static byte[] Running() => new OnnxGraph("running")
        .Input("x", 4).Constant("axis", 0).Node("Squeeze", ["axis"], "scalar").Node("CumSum", ["x", "scalar"], "y").Output("y", 4).ToArray();

    /// <summary>y = √x: NaN below zero.</summary>
    public static byte[] Root() => new OnnxGraph("root").Input("x", 4).Node("Sqrt", ["x"], "y").Output("y", 4).ToArray();

    /// <summary>y = x a thousand times.</summary>
    public static byte[] Tiling() => new OnnxGraph("tiling")
        .Input("x", 4).Constant("repeats", 1, 1000).Node("Tile", ["x", "repeats"], "y").Output("y", 4000).ToArray();

    /// <summary>Takes two rows, whatever its signature says.</summary>
    public static byte[] TwoRows() => new OnnxGraph("two-rows")
        .Input("x", 4).Constant("shape", 2, 4).Node("Reshape", ["x", "shape"], "y").Output("y", 4).ToArray();

    /// <summary>Adds one to x for ever.</summary>
    public static byte[] Endless()
    {
        var body = new ProtobufWriter()
            .Message(1, new ProtobufWriter().Text(1, "condition").Text(2, "goOn").Text(4, "Identity"))
            .Message(1, new ProtobufWriter().Text(1, "sum").Text(1, "one").Text(2, "next").Text(4, "Add"))
            .Text(2, "body")
            .Message(5, new ProtobufWriter().Packed(1, [1]).Number(2, 1).Text(8, "one").Bytes(9, ProtobufWriter.LittleEndian([1])))
            .Message(11, Value("count", 7, isScalar: true)).Message(11, Value("condition", 9, isScalar: true)).Message(11, Value("sum", 1, isScalar: false))
            .Message(12, Value("goOn", 9, isScalar: true)).Message(12, Value("next", 1, isScalar: false));
        var loop = new ProtobufWriter()
            .Text(1, "most").Text(1, string.Empty).Text(1, "x").Text(2, "y").Text(4, "Loop")
            .Message(5, new ProtobufWriter().Text(1, "body").Message(6, body).Number(20, 5));
        return new OnnxGraph("endless").Input("x", 4).Constant("most", long.MaxValue).Raw(loop).Output("y", 4).ToArray();
    }

    public static LoadedVersion Load(byte[] artifact, VersionSemantics? semantics = null, ArtifactSource? source = null)
    {
        if (OnnxArtifact.Inspect(artifact, ArtifactLimits.Default) is not ArtifactReading.Accepted(var signature, var facts))
            throw new InvalidOperationException("The test's own model is refused.");
        var hash = ArtifactSource.HashOf(artifact);
        return new LoadedVersion(
            hash, hash, signature, semantics ?? new VersionSemantics.Float(new Tolerance(1, 1)),
            new VersionBody.Onnx(source ?? ArtifactSource.OfBytes(artifact), facts));
    }

    public static Tensor Rows(params float[] values) => new("x", DataType.Float, [(uint)values.Length / 4, 4], ProtobufWriter.LittleEndian(values));

    public static float[] Values(Tensor tensor) =>
        [.. Enumerable.Range(0, tensor.Data.Length / sizeof(float)).Select(i => BinaryPrimitives.ReadSingleLittleEndian(tensor.Data.Span[(sizeof(float) * i)..]))];

    public static ImmutableArray<Tensor> Answer(InferenceOutcome outcome) => Assert.IsType<InferenceOutcome.Answered>(outcome).Outputs;

    public static void IsUnavailable(InferenceOutcome outcome, UnavailableReason reason, bool isRetryable)
    {
        var unavailable = Assert.IsType<InferenceOutcome.Unavailable>(outcome);
        Assert.True((reason, isRetryable) == (unavailable.Reason, unavailable.IsRetryable), unavailable.ToString());
    }

    private static ProtobufWriter Value(string name, int dataType, bool isScalar)
    {
        var tensor = new ProtobufWriter().Number(1, dataType);
        if (isScalar)
            tensor.Message(2, new ProtobufWriter());
        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensor));
    }
}
