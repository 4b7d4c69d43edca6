using System.Runtime.InteropServices;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Inference.Compiling;
using OpenGradient.Inference.Integer;
using OpenGradient.Inference.Tensors;
using OpenGradient.Inference.Tests.Backends;
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

    [Theory]
    [InlineData(6, 1)]
    [InlineData(1, 6, 1)]
    public void A_column_is_no_bias(params int[] shape)
    {
        var column = Array.ConvertAll(shape, size => (long)size);
        Assert.StartsWith(
            "Node 'Add1' (Add): it must add a constant vector", Refused(Dense(graph => graph.Constant("c", FirstBiases, column).Node("Add", ["g", "c"], "r"))), StringComparison.Ordinal);
        Assert.Contains("its biases must be a constant vector", Refused(new OnnxGraph("column").Input("x", 4).Constant("w", First, 4, 6).Constant("b", FirstBiases, column)
            .Node("Gemm", ["x", "w", "b"], "y").Output("y", 6)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_read_otherwise_than_the_runtime_does_is_refused()
    {
        // The row becomes a column, and a row added to it a matrix.
        var column = new OnnxGraph("column").Input("x", 4).Constant("w", First, 4, 6).Node("MatMul", ["x", "w"], "m")
            .Constant("shape", 6L, 1L).Node("Reshape", ["m", "shape"], "c").Constant("b", FirstBiases, 6).Node("Add", ["c", "b"], "y").Output("y", 6);
        Assert.Contains("36 numbers come out, and 6 by its layers", Refused(column), StringComparison.Ordinal);
        // Along the axis of rows, of which there is one, each share is one.
        var shares = Dense(graph => graph.Node("Relu", ["g"], "r"), "logits").Node("Softmax", ["logits"], "y", OnnxAttribute.One("axis", 0)).Output("y", 3);
        Assert.Contains("output 0 is 1, and", Refused(shares), StringComparison.Ordinal);
        var choices = Dense(graph => graph.Node("Relu", ["g"], "r"), "logits").Node("Softmax", ["logits"], "y", OnnxAttribute.One("axis", 1)).Output("y", 3);
        Assert.IsType<CompilationOutcome.Compiled>(Compile(choices.ToArray(), Calibration));
    }

    [Fact]
    public async Task Random_networks_answer_as_the_runtime_runs_them()
    {
        await using var runtime = new OnnxBackend(new OnnxBackendOptions { Provider = ExecutionProvider.Cpu }, TimeProvider.System);
        var operators = new HashSet<string>(StringComparer.Ordinal);
        for (var seed = 0; seed < 60; seed++)
        {
            var (file, width) = RandomNetwork(new Random(seed), operators);
            IReadOnlyList<ReadOnlyMemory<byte>> samples = [.. Enumerable.Range(0, 24).Select(i => (ReadOnlyMemory<byte>)Bytes((100 * seed) + i, width))];
            var outcome = OnnxCompiler.Compile(file, Inputs, samples, new QuantiserOptions { WeightBits = 16 }, ArtifactLimits.Default);
            var compiled = Assert.IsType<CompilationOutcome.Compiled>(outcome).Model;
            var version = TestModels.Load(file);
            foreach (var sample in samples)
            {
                float[] floats = [.. sample.ToArray().Select(value => (float)Inputs.Dequantise(value))];
                var asked = new Tensor("x", DataType.Float, [1, (uint)width], MemoryMarshal.AsBytes(floats.AsSpan()).ToArray());
                var expected = TestModels.Values(TestModels.Answer(await runtime.InferAsync(version, [asked], TestContext.Current.CancellationToken))[0]);
                var found = IntegerExecutor.Run(compiled, sample.Span);
                Assert.Equal(expected.Length, found.Length);
                var most = 0.05 * Math.Max(expected.Max(Math.Abs), 1);
                for (var i = 0; i < expected.Length; i++)
                    Assert.InRange(found[i] * compiled.Descriptor.OutputScale, expected[i] - most, expected[i] + most);
            }
        }

        Assert.Superset(new HashSet<string>(StringComparer.Ordinal) { "Gemm", "MatMul", "Add", "BatchNormalization", "Relu", "Clip", "Reshape", "Identity" }, operators);
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

    // Dense layers of any size, each written in one of the ways that exporters have.
    private static (byte[] File, int Inputs) RandomNetwork(Random random, HashSet<string> operators)
    {
        var graph = new OnnxGraph("random");
        var (value, inputs, number) = ("x", random.Next(1, 12), 0);
        var width = inputs;
        graph.Input("x", inputs);
        for (var layers = random.Next(1, 4); layers > 0; layers--)
        {
            var outputs = random.Next(1, 12);
            var weights = Draw(width * outputs, random.Next());
            if (random.Next(2) == 0)
            {
                var isTransposed = random.Next(2);
                graph.Constant($"w{number}", isTransposed == 1 ? Transpose(weights, width, outputs) : weights, isTransposed == 1 ? [outputs, width] : [width, outputs])
                    .Constant($"b{number}", Draw(outputs, random.Next()), outputs);
                Then("Gemm", [$"w{number}", $"b{number}"], OnnxAttribute.One("transB", isTransposed));
            }
            else
            {
                graph.Constant($"w{number}", weights, width, outputs);
                Then("MatMul", [$"w{number}"]);
                graph.Constant($"b{number}", Draw(outputs, random.Next()), random.Next(2) == 0 ? [outputs] : [1, outputs]);
                Then("Add", [$"b{number}"]);
            }

            width = outputs;
            if (random.Next(3) == 0)
            {
                foreach (var part in new[] { "scale", "shift", "mean", "variance" })
                    graph.Constant($"{part}{number}", Draw(width, random.Next()).Select(value => Math.Abs(value) + 0.5f).ToArray(), width);
                Then("BatchNormalization", [$"scale{number}", $"shift{number}", $"mean{number}", $"variance{number}"]);
            }

            if (random.Next(3) == 0)
            {
                graph.Constant($"shape{number}", 1L, -1L);
                Then("Reshape", [$"shape{number}"]);
            }

            if (layers > 1)
                Activate();
        }

        Then("Identity", []);
        return (graph.Output(value, width).ToArray(), inputs);

        void Activate()
        {
            if (random.Next(2) == 0)
            {
                Then("Relu", []);
                return;
            }

            graph.Constant($"low{number}", new float[] { 0 }, 1).Constant($"high{number}", new[] { 1.5f }, 1);
            Then("Clip", [$"low{number}", $"high{number}"]);
        }

        void Then(string type, IEnumerable<string> constants, params IReadOnlyList<OnnxAttribute> attributes)
        {
            operators.Add(type);
            graph.Node(type, [value, .. constants], $"v{number}", attributes);
            value = $"v{number++}";
        }
    }

    // x → Gemm → g → what is between → r → Gemm → y
    private static OnnxGraph Dense(Action<OnnxGraph> between) => Dense(between, "y").Output("y", 3);

    private static OnnxGraph Dense(Action<OnnxGraph> between, string output)
    {
        var graph = new OnnxGraph("dense").Input("x", 4).Constant("w0", First, 4, 6).Constant("b0", FirstBiases, 6).Node("Gemm", ["x", "w0", "b0"], "g");
        between(graph);
        return graph.Constant("w1", Second, 6, 3).Constant("b1", SecondBiases, 3).Node("Gemm", ["r", "w1", "b1"], output);
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

    private static byte[] Bytes(int seed, int length = 4)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static float[] Transpose(float[] matrix, int rows, int columns) =>
        [.. Enumerable.Range(0, matrix.Length).Select(place => matrix[(place % rows * columns) + (place / rows)])];
}
