using OpenGradient.Inference.Integer;

namespace OpenGradient.Inference.Tests.Integer;

public sealed class QuantiserTests
{
    private const int Seed = 3;

    private static readonly ByteInputs Inputs = new(Scale: 0.05, ZeroPoint: 100);

    [Fact]
    public void The_integer_form_answers_as_the_network_does_within_its_steps()
    {
        var random = new Random(Seed);
        FloatLayer[] layers = [Draw(random, 12, 20), Draw(random, 20, 8), Draw(random, 8, 3)];
        var calibration = Samples(random, 12, 200);
        var options = new QuantiserOptions { WeightBits = 12, ActivationLevels = 2000 };

        var quantised = Quantiser.Quantise(layers, Inputs, calibration, options);

        var greatest = calibration.Max(sample => Run(layers, sample).Max(Math.Abs));
        foreach (var sample in calibration)
        {
            var expected = Run(layers, sample);
            var answer = IntegerExecutor.Run(quantised.Model, sample.Span);
            for (var i = 0; i < expected.Length; i++)
                Assert.InRange((answer[i] * quantised.Model.Descriptor.OutputScale) - expected[i], -0.005 * greatest, 0.005 * greatest);
        }

        // Scales are those of these inputs: only rounding can be cut off.
        Assert.InRange(quantised.Saturated, 0, 0.001);
    }

    [Fact]
    public void The_same_network_gives_the_same_bytes()
    {
        byte[] Make()
        {
            var random = new Random(Seed);
            FloatLayer[] layers = [Draw(random, 12, 20), Draw(random, 20, 3)];
            return Quantiser.Quantise(layers, Inputs, Samples(random, 12, 50), new QuantiserOptions()).Model.Write();
        }

        Assert.Equal(Make(), Make());
    }

    [Fact]
    public void Accumulators_are_no_wider_than_they_need_to_be()
    {
        var random = new Random(Seed);
        var narrow = Quantiser.Quantise([Draw(random, 4, 2)], Inputs, Samples(random, 4, 5), new QuantiserOptions { WeightBits = 4 });
        var wide = Quantiser.Quantise([Draw(random, 4, 2)], Inputs, Samples(random, 4, 5), new QuantiserOptions { WeightBits = 16 });

        Assert.Equal(2, narrow.Model.Descriptor.AccumulatorBytes);
        Assert.Equal(4, wide.Model.Descriptor.AccumulatorBytes);
    }

    [Fact]
    public void A_hidden_value_above_the_calibrated_ones_saturates()
    {
        // One weight of 1: the hidden value is the input. It was calibrated up to 10 steps, and is then given 100.
        FloatLayer[] layers = [new(1, 1, new float[] { 1 }, new float[1]), new(1, 1, new float[] { 1 }, new float[1])];
        var model = Quantiser.Quantise(layers, new ByteInputs(1, 0), [new byte[] { 10 }], new QuantiserOptions()).Model;

        Assert.Equal(10, IntegerExecutor.Run(model, [10])[0] * model.Descriptor.OutputScale, 1e-6);
        Assert.Equal(10, IntegerExecutor.Run(model, [100])[0] * model.Descriptor.OutputScale, 1e-6);
    }

    [Fact]
    public void Says_what_has_no_integer_form()
    {
        FloatLayer zero = new(1, 1, new float[1], new float[1]);
        FloatLayer huge = new(1, 1, new float[] { 1e-3f }, new float[] { 1e9f });
        FloatLayer odd = new(1, 1, new float[] { float.NaN }, new float[1]);
        ReadOnlyMemory<byte>[] calibration = [new byte[] { 1 }];

        foreach (var layer in (FloatLayer[])[zero, huge, odd])
            Assert.Throws<QuantisationException>(() => Quantiser.Quantise([layer], Inputs, calibration, new QuantiserOptions()));
        Assert.Throws<QuantisationException>(() => Quantiser.Quantise([zero], Inputs, [], new QuantiserOptions()));
    }

    private static FloatLayer Draw(Random random, int inputs, int outputs) => new(
        inputs, outputs, Enumerable.Range(0, inputs * outputs).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray(),
        Enumerable.Range(0, outputs).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray());

    private static ReadOnlyMemory<byte>[] Samples(Random random, int inputs, int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var sample = new byte[inputs];
        random.NextBytes(sample);
        return (ReadOnlyMemory<byte>)sample;
    })];

    private static double[] Run(FloatLayer[] layers, ReadOnlyMemory<byte> sample)
    {
        double[] values = [.. sample.ToArray().Select(Inputs.Dequantise)];
        for (var i = 0; i < layers.Length; i++)
        {
            var (layer, before, isLast) = (layers[i], values, i == layers.Length - 1);
            values = [.. Enumerable.Range(0, layer.Outputs).Select(output =>
                layer.Biases.Span[output] + before.Select((value, input) => value * layer.Weights.Span[(input * layer.Outputs) + output]).Sum())];
            values = isLast ? values : Array.ConvertAll(values, value => Math.Max(0, value));
        }

        return values;
    }
}
