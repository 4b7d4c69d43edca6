using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Compiling;
using OpenGradient.Inference.Integer;
using OpenGradient.Samples.Export;

namespace OpenGradient.Inference.Tests.Compiling;

public sealed class OnnxCompilerTests
{
    private static readonly ByteInputs Inputs = new(1.0 / 255, 0);
    private static readonly float[] First = Draw(4 * 6, 1);
    private static readonly float[] FirstBiases = Draw(6, 2);
    private static readonly float[] Second = Draw(6 * 3, 3);
    private static readonly float[] SecondBiases = Draw(3, 4);

    private static IReadOnlyList<ReadOnlyMemory<byte>> Calibration { get; } =
        [.. Enumerable.Range(0, 40).Select(seed => (ReadOnlyMemory<byte>)Bytes(seed))];

    [Fact]
    public void Compiles_gemms_with_a_relu_as_the_quantiser_does()
    {
        var compiled = Compiled(Dense(graph => graph.Node("Relu", ["g"], "r")));
        FloatLayer[] layers = [new(4, 6, First, FirstBiases), new(6, 3, Second, SecondBiases)];
        Assert.Equal(Quantiser.Quantise(layers, Inputs, Calibration, new QuantiserOptions()).Model.Write(), compiled.Model.Write());
        Assert.Equal(40, compiled.Accuracy.Samples);
        Assert.Equal(3, compiled.Accuracy.Outputs.Length);
        Assert.All(compiled.Accuracy.Outputs, error => Assert.InRange(error.Greatest, 1e-9, 0.1));
        Assert.All(compiled.Accuracy.Outputs, error => Assert.True(error.Mean <= error.Greatest));
        Assert.True(compiled.Accuracy.SameGreatest > 0.8);
        // The same file and data give the same bytes.
        Assert.Equal(compiled.Model.Write(), Compiled(Dense(graph => graph.Node("Relu", ["g"], "r"))).Model.Write());
    }

    [Fact]
    public void A_matrix_product_and_a_sum_are_a_gemm_and_shapes_do_not_matter()
    {
        var plain = Compiled(Dense(graph => graph.Node("Relu", ["g"], "r")));
        var other = Compiled(new OnnxGraph("other")
            .Input("x", 2, 2).Constant("shape", 0L, 4L).Node("Reshape", ["x", "shape"], "flat").Node("Flatten", ["flat"], "flatter")
            .Constant("w0", First, 4, 6).Node("MatMul", ["flatter", "w0"], "m").Constant("b0", FirstBiases, 1, 6).Node("Add", ["b0", "m"], "a")
            .Node("Relu", ["a"], "r").Node("Identity", ["r"], "i")
            .Constant("w1", Transpose(Second, 6, 3), 3, 6).Constant("b1", SecondBiases, 3)
            .Node("Gemm", ["i", "w1", "b1"], "logits", OnnxAttribute.One("transB", 1)).Node("Softmax", ["logits"], "y").Output("y", 3));
        Assert.Equal(plain.Model.Write(), other.Model.Write());
    }

    [Fact]
    public void A_normalisation_goes_into_the_layer_before_it()
    {
        float[] scale = [2, 1, 0.5f, 3, 1, 1], shift = Draw(6, 7), mean = Draw(6, 8), variance = [1, 4, 0.25f, 1, 2, 1];
        var compiled = Compiled(Dense(graph => graph
            .Constant("scale", scale, 6).Constant("shift", shift, 6).Constant("mean", mean, 6).Constant("variance", variance, 6)
            .Node("BatchNormalization", ["g", "scale", "shift", "mean", "variance"], "n").Node("Relu", ["n"], "r")));
        var weights = new float[First.Length];
        var biases = new float[6];
        for (var output = 0; output < 6; output++)
        {
            var factor = scale[output] / Math.Sqrt(variance[output] + (double)1e-5f);
            biases[output] = (float)(((FirstBiases[output] - (double)mean[output]) * factor) + shift[output]);
            for (var input = 0; input < 4; input++)
                weights[(input * 6) + output] = (float)(First[(input * 6) + output] * factor);
        }

        FloatLayer[] layers = [new(4, 6, weights, biases), new(6, 3, Second, SecondBiases)];
        Assert.Equal(Quantiser.Quantise(layers, Inputs, Calibration, new QuantiserOptions()).Model.Write(), compiled.Model.Write());
    }

    [Fact]
    public void A_clip_bounds_what_goes_on()
    {
        var compiled = Compiled(Dense(graph => graph.Constant("zero", new float[] { 0 }, 1).Constant("top", new[] { 0.25f }, 1).Node("Clip", ["g", "zero", "top"], "r")));
        var unbounded = Compiled(Dense(graph => graph.Node("Relu", ["g"], "r")));
        Assert.NotEqual(unbounded.Model.Write(), compiled.Model.Write());
        // The highest step stands for the bound, or for the greatest value that was seen below it.
        Assert.Equal(255, compiled.Model.Descriptor.Layers[0].High);
        Assert.All(compiled.Accuracy.Outputs, error => Assert.InRange(error.Greatest, 0, 0.1));
    }

    [Fact]
    public void Layers_without_an_activation_between_them_become_one()
    {
        var compiled = Compiled(Dense(graph => graph.Node("Identity", ["g"], "r")));
        Assert.Single(compiled.Model.Layers);
        Assert.All(compiled.Accuracy.Outputs, error => Assert.InRange(error.Greatest, 0, 0.1));
    }

    [Theory]
    [InlineData("Sigmoid", "Node 'Sigmoid1' (Sigmoid): it has no integer form. Supported are Gemm")]
    [InlineData("Add", "Node 'Add1' (Add): it must add a constant vector")]
    [InlineData("MatMul", "Node 'MatMul1' (MatMul): its right side must be a constant matrix")]
    [InlineData("Softmax", "Node 'Softmax1' (Softmax): it has no integer form")]
    public void What_has_no_integer_form_is_named(string operatorType, string expected) =>
        Assert.StartsWith(expected, Refused(Dense(graph => graph.Node(operatorType, ["g"], "r"))), StringComparison.Ordinal);

    [Fact]
    public void Networks_that_are_no_chain_or_end_in_an_activation_are_refused()
    {
        Assert.Contains("goes into 2 nodes", Refused(Dense(graph => graph.Node("Relu", ["g"], "r").Node("Relu", ["g"], "unused"))), StringComparison.Ordinal);
        Assert.Contains("no dense layer", Refused(new OnnxGraph("none").Input("x", 4).Node("Identity", ["x"], "y").Output("y", 4)), StringComparison.Ordinal);
        Assert.Contains("ends in an activation", Refused(new OnnxGraph("relu").Input("x", 4).Constant("w", First, 4, 6).Node("MatMul", ["x", "w"], "m")
            .Node("Relu", ["m"], "y").Output("y", 6)), StringComparison.Ordinal);
        Assert.Contains("it takes 4 numbers; the layer before gives 6", Refused(new OnnxGraph("sizes").Input("x", 4).Constant("w", First, 4, 6)
            .Node("MatMul", ["x", "w"], "m").Node("MatMul", ["m", "w"], "y").Output("y", 6)), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_cut_off_and_data_of_another_length_are_refused()
    {
        var file = Dense(graph => graph.Node("Relu", ["g"], "r")).ToArray();
        for (var length = 0; length < file.Length; length++)
            Assert.IsType<CompilationOutcome.Refused>(Compile(file.AsMemory(0, length), Calibration));
        Assert.IsType<CompilationOutcome.Refused>(Compile(file, [new byte[5]]));
        Assert.IsType<CompilationOutcome.Refused>(Compile(file, []));
    }

    // x → Gemm → g → what is between → r → Gemm → y
    private static OnnxGraph Dense(Action<OnnxGraph> between)
    {
        var graph = new OnnxGraph("dense").Input("x", 4).Constant("w0", First, 4, 6).Constant("b0", FirstBiases, 6).Node("Gemm", ["x", "w0", "b0"], "g");
        between(graph);
        return graph.Constant("w1", Second, 6, 3).Constant("b1", SecondBiases, 3).Node("Gemm", ["r", "w1", "b1"], "y").Output("y", 3);
    }

    private static CompilationOutcome.Compiled Compiled(OnnxGraph graph)
    {
        var outcome = Compile(graph.ToArray(), Calibration);
        return outcome as CompilationOutcome.Compiled ?? throw new InvalidOperationException(outcome.ToString());
    }

    private static string Refused(OnnxGraph graph) => Assert.IsType<CompilationOutcome.Refused>(Compile(graph.ToArray(), Calibration)).Detail;

    private static CompilationOutcome Compile(ReadOnlyMemory<byte> onnx, IReadOnlyList<ReadOnlyMemory<byte>> calibration) =>
        OnnxCompiler.Compile(onnx, Inputs, calibration, new QuantiserOptions(), ArtifactLimits.Default);

    private static float[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }

    private static byte[] Bytes(int seed)
    {
        var bytes = new byte[4];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static float[] Transpose(float[] matrix, int rows, int columns) =>
        [.. Enumerable.Range(0, matrix.Length).Select(place => matrix[(place % rows * columns) + (place / rows)])];
}
