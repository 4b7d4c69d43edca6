using System.Collections.Immutable;
using System.Numerics;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Integer;
using OpenGradient.Support;

namespace OpenGradient.Inference.Tests.Integer;

public sealed class IntegerModelTests
{
    private const int Seed = 11;

    // From the executable statement of the proof's protocol, which is another program in another language.
    private const string Descriptor = "0x000400060303000524a4d91025040000007f0004504868742600ff80007f00032ce1253625010000007f";
    private const string DescriptorHash = "0x6b9602e5b2c6f278b6159273bdf96d6f52c11dceea1b1e84df153b48dc61ee69";

    private static readonly int[][] Weights =
    [
        [
            -39, 15, 50, -86, 44, -91, -126, -36, -46, 57, 51, -41, -44, 58, 73, 51, 48, -69, -3, 81, -89, 112, -88, 39, -52, -81, -10, -21, 61, -127,
        ],
        [-39, -61, 6, 61, 63, 68, 94, 107, 93, 7, -118, -16, -4, 111, 113, 74, 118, 108, -69, 127],
        [31, -79, -36, 29, -30, 7, -125, 73, 63, 116, 29, 32],
    ];

    private static readonly int[][] Biases = [[2510, 8070, 5136, -8173, -1877], [2871, -6531, 3856, -5137], [-7999, 6599, 8743]];

    [Fact]
    public void Reads_and_writes_the_descriptor_of_the_proofs_protocol()
    {
        var bytes = Hex.Decode(Descriptor);

        Assert.Null(IntegerDescriptor.TryRead(bytes, out var descriptor));

        Assert.Equal(Descriptor, Hex.Encode(descriptor!.Encoded.AsSpan()));
        Assert.Equal(DescriptorHash, descriptor.Hash.ToString());
        Assert.Equal((4, 6, 3, 3), (descriptor.FoldRows, descriptor.Inputs, descriptor.AccumulatorBytes, descriptor.Outputs));
        Assert.Equal(new LayerTerms(4, 0x50486874, 38, 0, -128, 127), descriptor.Layers[1]);
        var document = File.ReadAllText(Repository.PathOf("docs", "inference.md"));
        Assert.Contains(Descriptor[2..], document, StringComparison.Ordinal);
        Assert.Contains(DescriptorHash, document, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        new byte[] { 237, 191, 136, 70, 95, 3 }, new[] { 819, -26212, 23637, -5920, -27088 }, new[] { 3219, 5783, 2472, 7335 },
        new[] { -9103, 7443, 14499 })]
    [InlineData(
        new byte[] { 173, 237, 41, 171, 20, 194 }, new[] { -30112, -21333, 10558, 31814, -57489 }, new[] { 10924, 10737, 17749, -8392 },
        new[] { -14833, -8518, 19504 })]
    [InlineData(
        new byte[] { 255, 255, 255, 255, 255, 255 }, new[] { -24775, -27885, 34971, 5087, -60527 }, new[] { 5280, 9569, 6345, 6716 },
        new[] { -11065, 4682, 17788 })]
    public void Computes_the_accumulators_that_the_proofs_protocol_states(byte[] input, int[] first, int[] second, int[] third)
    {
        var trace = IntegerExecutor.Trace(Published(), input);

        Assert.Equal([first, second, third], trace.Accumulators.Select(accumulators => accumulators.ToArray()));
        Assert.Equal(third, IntegerExecutor.Run(Published(), input));
    }

    [Fact]
    public void Is_what_plain_arithmetic_without_bounds_says_whichever_way_it_counts()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 300; i++)
        {
            var model = Draw(random);
            var input = new byte[model.Descriptor.Inputs];
            random.NextBytes(input);
            if (i % 3 == 0)
                Array.Fill(input, i % 2 == 0 ? byte.MaxValue : byte.MinValue);

            var expected = Plain(model, input);

            Assert.Equal(expected, IntegerExecutor.Run(model, input, isVectorised: false).Select(value => (BigInteger)value));
            if (System.Runtime.Intrinsics.X86.Avx2.IsSupported)
                Assert.Equal(expected, IntegerExecutor.Run(model, input, isVectorised: true).Select(value => (BigInteger)value));
        }
    }

    [Fact]
    public void An_artifact_is_the_one_form_of_its_model()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 50; i++)
        {
            var model = Draw(random);
            var artifact = model.Write();

            var read = Assert.IsType<IntegerReading.Accepted>(IntegerModel.Read(artifact, ArtifactLimits.Default)).Model;

            Assert.Equal(model.Descriptor, read.Descriptor);
            Assert.Equal(artifact, read.Write());
        }
    }

    [Fact]
    public void Refuses_an_artifact_that_is_cut_off_anywhere_or_goes_on()
    {
        var artifact = Published().Write();

        for (var length = 0; length < artifact.Length; length++)
            Assert.IsType<IntegerReading.Refused>(IntegerModel.Read(artifact.AsMemory(0, length), ArtifactLimits.Default));
        Assert.Equal(ArtifactFault.Malformed, FaultOf([.. artifact, 0]));
        Assert.Equal(ArtifactFault.TooLarge, FaultOf(artifact, new ArtifactLimits { MaxBytes = artifact.Length - 1 }));
    }

    [Fact]
    public void What_is_taken_after_a_flip_is_its_own_one_form()
    {
        var artifact = Published().Write();
        var taken = 0;
        for (var i = 0; i < artifact.Length * 8; i++)
        {
            var flipped = artifact.ToArray();
            flipped[i / 8] ^= (byte)(1 << (i % 8));
            if (IntegerModel.Read(flipped, ArtifactLimits.Default) is not IntegerReading.Accepted(var model))
                continue;
            taken++;
            Assert.Equal(flipped, model.Write());
        }

        Assert.InRange(taken, 1, (artifact.Length * 8) - 1);
    }

    [Fact]
    public void Refuses_weights_that_could_leave_the_accumulators_width()
    {
        // 127 × 255 + b reaches 2^15 at b = 383, and not before.
        Assert.Null(IntegerDescriptor.TryCreate(1, 1, 2, [new LayerTerms(1, 1, 1, 0, 0, 0)], out var descriptor));

        Assert.IsType<IntegerReading.Accepted>(IntegerModel.Create(descriptor!, [new IntegerLayer(new short[] { 127 }, new[] { 382 })]));
        Assert.IsType<IntegerReading.Accepted>(IntegerModel.Create(descriptor!, [new IntegerLayer(new short[] { -127 }, new[] { -382 })]));
        foreach (var layer in (IntegerLayer[])[new(new short[] { 127 }, new[] { 383 }), new(new short[] { -127 }, new[] { -383 }), new(new short[1], new[] { int.MinValue })])
            Assert.Equal(ArtifactFault.BoundExceeded, Assert.IsType<IntegerReading.Refused>(IntegerModel.Create(descriptor!, [layer])).Fault);
    }

    [Fact]
    public void Refuses_descriptors_out_of_bounds()
    {
        LayerTerms good = new(2, 1, 1, 0, 0, 1);
        (int FoldRows, int Inputs, int Bytes, ImmutableArray<LayerTerms> Layers)[] bad =
        [
            (0, 1, 2, [good]), (3, 1, 2, [good]), (1, 0, 2, [good]), (1, 65536, 2, [good]), (1, 1, 1, [good]), (1, 1, 5, [good]), (1, 1, 2, []),
            (1, 1, 2, [.. Enumerable.Repeat(good, 256)]), (1, 1, 2, [good with { Outputs = 0 }]), (1, 1, 2, [good with { Shift = 0 }]),
            (1, 1, 2, [good with { Shift = 63 }]), (1, 1, 2, [good with { Multiplier = 1u << 31 }]), (1, 1, 2, [good with { Low = 2 }]),
        ];

        Assert.Null(IntegerDescriptor.TryCreate(2, 1, 2, [good], out _));
        Assert.All(bad, item => Assert.NotNull(IntegerDescriptor.TryCreate(item.FoldRows, item.Inputs, item.Bytes, item.Layers, out _)));
    }

    [Theory]
    [InlineData(3, 1, 1, 2)]
    [InlineData(-3, 1, 1, -1)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(-1, 1, 1, 0)]
    [InlineData(int.MaxValue, int.MaxValue, 62, 1)]
    [InlineData(int.MinValue, int.MaxValue, 62, -1)]
    [InlineData(int.MinValue, int.MaxValue, 1, -100)]
    public void Rounds_halves_up_and_saturates(int accumulator, uint multiplier, byte shift, short expected) =>
        Assert.Equal(expected, new LayerTerms(1, multiplier, shift, 0, -100, 100).Requantise(accumulator));

    private static IntegerModel Published()
    {
        Assert.Null(IntegerDescriptor.TryRead(Hex.Decode(Descriptor), out var descriptor));
        ImmutableArray<IntegerLayer> layers =
            [.. Weights.Zip(Biases, (weights, biases) => new IntegerLayer(Array.ConvertAll(weights, weight => (short)weight), biases))];
        return Assert.IsType<IntegerReading.Accepted>(IntegerModel.Create(descriptor!, layers)).Model;
    }

    private static IntegerModel Draw(Random random)
    {
        var inputs = random.Next(1, 70);
        var isWide = random.Next(3) == 0;
        var terms = ImmutableArray.CreateBuilder<LayerTerms>();
        var layers = ImmutableArray.CreateBuilder<IntegerLayer>();
        var width = inputs;
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var outputs = random.Next(1, 20);
            var low = (short)random.Next(-300, 100);
            terms.Add(new LayerTerms(
                outputs, (uint)random.Next(), (byte)random.Next(30, 50), (sbyte)random.Next(-128, 128), low, (short)random.Next(low, 600)));
            var most = isWide ? 20_000 : 128;
            layers.Add(new IntegerLayer(
                Enumerable.Range(0, outputs * width).Select(_ => (short)random.Next(-most, most)).ToArray(),
                Enumerable.Range(0, outputs).Select(_ => random.Next(-100_000, 100_000)).ToArray()));
            width = outputs;
        }

        Assert.Null(IntegerDescriptor.TryCreate(1, inputs, 4, terms.ToImmutable(), out var descriptor));
        return Assert.IsType<IntegerReading.Accepted>(IntegerModel.Create(descriptor!, layers.ToImmutable())).Model;
    }

    private static BigInteger[] Plain(IntegerModel model, byte[] input)
    {
        BigInteger[] values = [.. input.Select(value => (BigInteger)value)];
        for (var i = 0; i < model.Layers.Length; i++)
        {
            var (layer, terms) = (model.Layers[i], model.Descriptor.Layers[i]);
            var weights = layer.Weights.ToArray();
            BigInteger[] accumulators = [.. Enumerable.Range(0, terms.Outputs).Select(row =>
                values.Select((value, column) => value * weights[(row * values.Length) + column]).Aggregate((BigInteger)layer.Biases.Span[row], (a, b) => a + b))];
            if (i == model.Layers.Length - 1)
                return accumulators;
            // Division towards minus infinity, written without a shift.
            var unit = BigInteger.Pow(2, terms.Shift);
            values = [.. accumulators.Select(accumulator =>
            {
                var scaled = (accumulator * terms.Multiplier) + (unit / 2);
                var floor = (scaled - (((scaled % unit) + unit) % unit)) / unit;
                return BigInteger.Max(terms.Low, BigInteger.Min(terms.High, floor + terms.ZeroPoint));
            })];
        }

        throw new InvalidOperationException("A model has a layer.");
    }

    private static ArtifactFault FaultOf(byte[] artifact, ArtifactLimits? limits = null) =>
        Assert.IsType<IntegerReading.Refused>(IntegerModel.Read(artifact, limits ?? ArtifactLimits.Default)).Fault;
}
