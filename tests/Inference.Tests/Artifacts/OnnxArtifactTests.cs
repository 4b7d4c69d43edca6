using System.Diagnostics;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;
using OpenGradient.Inference.Tests.Backends;
using OpenGradient.Samples.Export;
using OpenGradient.Support;

namespace OpenGradient.Inference.Tests.Artifacts;

public sealed class OnnxArtifactTests
{
    private const int Seed = 7;

    private static readonly ProtobufWriter Opset = new ProtobufWriter().Number(2, 17);
    private static readonly ProtobufWriter Floats = new ProtobufWriter().Message(1, new ProtobufWriter().Number(1, 1)
        .Message(2, new ProtobufWriter().Message(1, new ProtobufWriter().Number(1, 4))));

    [Fact]
    public void Reads_signature_and_facts_of_the_committed_models()
    {
        var (signature, facts) = Assert.IsType<ArtifactReading.Accepted>(
            OnnxArtifact.Inspect(File.ReadAllBytes(Repository.PathOf("models", "digits-cnn", "model.onnx")), ArtifactLimits.Default));

        Assert.Equal(new TensorSignature("image", DataType.Float, [new(0, "batch"), new(1), new(28), new(28)]), Assert.Single(signature.Inputs));
        Assert.Equal(new TensorSignature("logits", DataType.Float, [new(0, "batch"), new(10)]), Assert.Single(signature.Outputs));
        Assert.Equal(8, facts.IrVersion);
        Assert.Equal(new Opset(string.Empty, 17), Assert.Single(facts.Opsets));
        Assert.Equal(["Conv", "Flatten", "Gemm", "MaxPool", "Relu"], facts.Operators, StringComparer.Ordinal);
        Assert.Equal((8 * 9) + 8 + (16 * 72) + 16 + (784 * 10) + 10, facts.ParameterCount);
    }

    [Fact]
    public void Refuses_an_artifact_that_is_cut_off_anywhere()
    {
        foreach (var artifact in (byte[][])[TestModels.Scaling(2), TestModels.Endless()])
        {
            for (var length = 0; length < artifact.Length; length++)
                Assert.IsType<ArtifactReading.Refused>(OnnxArtifact.Inspect(artifact.AsMemory(0, length), ArtifactLimits.Default));
            Assert.IsType<ArtifactReading.Accepted>(OnnxArtifact.Inspect(artifact, ArtifactLimits.Default));
        }
    }

    [Fact]
    public void Whatever_bits_are_flipped_it_says_yes_or_no()
    {
        var random = new Random(Seed);
        var artifact = TestModels.Endless();
        var taken = 0;
        for (var i = 0; i < artifact.Length * 8; i++)
        {
            var flipped = artifact.ToArray();
            flipped[i / 8] ^= (byte)(1 << (i % 8));
            // Some flip a second bit too.
            if (random.Next(2) == 0)
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
            if (OnnxArtifact.Inspect(flipped, ArtifactLimits.Default) is ArtifactReading.Accepted(var signature, _))
            {
                taken++;
                Assert.Equal(signature, SignatureEncoding.Decode(signature.Encoded.AsSpan()));
            }
        }

        // Names of nodes, say, may be anything.
        Assert.InRange(taken, 1, artifact.Length * 6);
    }

    [Fact]
    public void Refuses_noise()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 5_000; i++)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            Assert.IsType<ArtifactReading.Refused>(OnnxArtifact.Inspect(noise, ArtifactLimits.Default));
        }
    }

    [Fact]
    public void Refuses_weights_in_another_file()
    {
        var external = new ProtobufWriter().Packed(1, [1]).Number(2, 1).Text(8, "w")
            .Message(13, new ProtobufWriter().Text(1, "location").Text(2, "../../etc/passwd")).Number(14, 1);
        var located = new ProtobufWriter().Packed(1, [1]).Number(2, 1).Text(8, "w").Bytes(9, new byte[4]).Number(14, 1);

        Assert.Equal(ArtifactFault.ExternalData, FaultOf(Model(Graph().Message(5, external))));
        Assert.Equal(ArtifactFault.ExternalData, FaultOf(Model(Graph().Message(5, located))));
        // In an attribute, and in a graph within an attribute, just so.
        Assert.Equal(ArtifactFault.ExternalData, FaultOf(Model(Graph().Message(1, Node().Message(5, new ProtobufWriter().Message(5, external))))));
        Assert.Equal(ArtifactFault.ExternalData, FaultOf(Model(Graph().Message(1, Nested(new ProtobufWriter().Message(5, external))))));
    }

    [Fact]
    public void Refuses_operators_of_strangers_unless_they_are_allowed()
    {
        var node = Model(Graph().Message(1, Node().Text(7, "com.example")));
        var import = Model(Graph(), new ProtobufWriter().Text(1, "com.example").Number(2, 1));
        var function = Model(Graph(), functions: new ProtobufWriter().Text(10, "com.example").Message(7, Node()));
        var allowed = ArtifactLimits.Default with { AllowedDomains = ["com.example"] };

        foreach (var model in (byte[][])[node, import, function])
        {
            Assert.Equal(ArtifactFault.DomainRefused, FaultOf(model));
            Assert.IsType<ArtifactReading.Accepted>(OnnxArtifact.Inspect(model, allowed));
        }

        Assert.Equal(ArtifactFault.DomainRefused, FaultOf(Model(Graph().Message(1, Nested(new ProtobufWriter().Message(1, Node().Text(7, "com.example")))))));
    }

    [Fact]
    public void Refuses_a_model_that_two_readers_could_read_in_two_ways()
    {
        var head = new ProtobufWriter().Number(1, 8).Message(8, Opset);

        Assert.Equal(ArtifactFault.FieldRepeated, FaultOf(head.Message(7, Graph()).Message(7, Graph()).ToArray()));
        Assert.Equal(ArtifactFault.FieldRepeated, FaultOf(new ProtobufWriter().Number(1, 8).Number(1, 7).Message(8, Opset).Message(7, Graph()).ToArray()));
        Assert.Equal(ArtifactFault.FieldRepeated, FaultOf(Model(Graph().Message(5, Constant("w", 1, 4)).Message(5, Constant("w", 1, 4)))));
        Assert.Equal(ArtifactFault.Malformed, FaultOf(Model(Graph().Message(1, Node().Text(4, "Add")))));
        Assert.Equal(ArtifactFault.FieldRepeated, FaultOf(Model(Graph(), Opset)));
    }

    [Theory]
    [InlineData(4, 15)]
    [InlineData(4, 17)]
    [InlineData(0, 1)]
    [InlineData(-1, 4)]
    [InlineData(long.MaxValue, 16)]
    [InlineData(1L << 62, 16)]
    public void Refuses_a_constant_whose_bytes_are_not_those_of_its_shape(long dim, int bytes) =>
        Assert.Contains(FaultOf(Model(Graph().Message(5, Constant("w", dim, bytes)))), (ArtifactFault[])[ArtifactFault.ConstantInvalid, ArtifactFault.Malformed]);

    [Fact]
    public void An_absurd_shape_costs_nothing()
    {
        var dims = new ProtobufWriter().Packed(1, Enumerable.Repeat(1L << 40, 60)).Number(2, 1).Text(8, "w").Bytes(9, new byte[4]);
        var zero = new ProtobufWriter().Packed(1, [0, 1L << 40, 1L << 40]).Number(2, 1).Text(8, "w");
        var started = Stopwatch.GetTimestamp();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(ArtifactFault.Malformed, FaultOf(Model(Graph().Message(5, dims))));
        Assert.IsType<ArtifactReading.Accepted>(OnnxArtifact.Inspect(Model(Graph().Message(5, zero)), ArtifactLimits.Default));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
    }

    [Fact]
    public void Keeps_to_the_limits()
    {
        var deep = new ProtobufWriter();
        for (var i = 0; i < 12; i++)
            deep = new ProtobufWriter().Message(1, Nested(deep));
        var model = Model(Graph());

        Assert.Equal(ArtifactFault.TooDeep, FaultOf(Model(Graph().Message(1, Nested(deep)))));
        Assert.Equal(ArtifactFault.TooLarge, FaultOf(model, new ArtifactLimits { MaxBytes = model.Length - 1 }));
        Assert.Equal(ArtifactFault.TooLarge, FaultOf(model, new ArtifactLimits { MaxNodes = 0 }));
        Assert.Equal(ArtifactFault.TooLarge, FaultOf(TestModels.Endless(), new ArtifactLimits { MaxConstants = 1 }));
        Assert.Equal(ArtifactFault.TooLarge, FaultOf(TestModels.Endless(), new ArtifactLimits { MaxAttributes = 0 }));
        Assert.Equal(ArtifactFault.VersionUnsupported, FaultOf(model, new ArtifactLimits { MaxOpset = 16 }));
        Assert.Equal(ArtifactFault.VersionUnsupported, FaultOf(model, new ArtifactLimits { MaxIrVersion = 7 }));
        Assert.Equal(ArtifactFault.TrainingRefused, FaultOf([.. model, .. new ProtobufWriter().Message(20, new ProtobufWriter()).ToArray()]));
    }

    [Fact]
    public void Refuses_inputs_that_no_tensor_can_be()
    {
        var text = new ProtobufWriter().Message(1, new ProtobufWriter().Number(1, 8).Message(2, new ProtobufWriter()));
        var sequence = new ProtobufWriter().Message(4, new ProtobufWriter());
        var withoutRank = new ProtobufWriter().Message(1, new ProtobufWriter().Number(1, 1));
        var empty = new ProtobufWriter().Message(1, new ProtobufWriter().Number(1, 1)
            .Message(2, new ProtobufWriter().Message(1, new ProtobufWriter().Number(1, 0))));

        foreach (var (name, type) in ((string, ProtobufWriter)[])[("a b", Floats), (string.Empty, Floats), (new string('a', 65), Floats), ("x", Floats),
            ("t", text), ("t", sequence), ("t", withoutRank), ("t", empty)])
        {
            Assert.Equal(ArtifactFault.SignatureInvalid, FaultOf(Model(Graph().Message(11, Value(name, type)))));
        }

        // Not even the rank of an output need be fixed.
        Assert.IsType<ArtifactReading.Accepted>(OnnxArtifact.Inspect(Model(Graph().Message(12, Value("z", withoutRank))), ArtifactLimits.Default));
    }

    [Fact]
    public void What_an_artifact_says_of_itself_is_cleaned_before_people_read_it()
    {
        var reading = Assert.IsType<ArtifactReading.Refused>(OnnxArtifact.Inspect(
            Model(Graph().Message(1, Node().Text(7, "\u001b[31m\"\nevil" + new string('x', 1000)))), ArtifactLimits.Default));

        Assert.DoesNotContain('\u001b', reading.Detail);
        Assert.DoesNotContain('\n', reading.Detail);
        Assert.InRange(reading.Detail.Length, 1, 200);
    }

    private static ArtifactFault FaultOf(byte[] model, ArtifactLimits? limits = null) =>
        Assert.IsType<ArtifactReading.Refused>(OnnxArtifact.Inspect(model, limits ?? ArtifactLimits.Default)).Fault;

    private static ProtobufWriter Node() => new ProtobufWriter().Text(1, "x").Text(2, "y").Text(4, "Relu");

    private static ProtobufWriter Nested(ProtobufWriter graph) => Node().Message(5, new ProtobufWriter().Text(1, "body").Message(6, graph));

    private static ProtobufWriter Constant(string name, long dim, int bytes) =>
        new ProtobufWriter().Packed(1, [dim]).Number(2, 1).Text(8, name).Bytes(9, new byte[bytes]);

    private static ProtobufWriter Value(string name, ProtobufWriter type) => new ProtobufWriter().Text(1, name).Message(2, type);

    private static ProtobufWriter Graph() =>
        new ProtobufWriter().Message(1, Node()).Text(2, "graph").Message(11, Value("x", Floats)).Message(12, Value("y", Floats));

    private static byte[] Model(ProtobufWriter graph, ProtobufWriter? secondOpset = null, ProtobufWriter? functions = null)
    {
        var model = new ProtobufWriter().Number(1, 8).Message(7, graph).Message(8, Opset);
        if (secondOpset is not null)
            model.Message(8, secondOpset);
        if (functions is not null)
            model.Message(25, functions);
        return model.ToArray();
    }
}
