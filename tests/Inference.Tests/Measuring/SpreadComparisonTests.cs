using System.Buffers.Binary;
using System.Collections.Immutable;
using OpenGradient.Inference.Measuring;
using OpenGradient.Inference.Tensors;
using OpenGradient.Samples.Export;

namespace OpenGradient.Inference.Tests.Measuring;

public sealed class SpreadComparisonTests
{
    private static readonly UInt128 One = UInt128.Parse("1000000000000000000", provider: null);

    [Fact]
    public void Says_how_much_of_a_tolerance_the_numbers_that_are_furthest_apart_use_up()
    {
        var spread = SpreadComparison.Compare("other", [Floats(1, 2, 4)], [Floats(1, 2.5f, 4.25f)], new Tolerance(One / 4, One / 8));

        Assert.Equal((0.5, 0.25, 1.0), (spread.Absolute, spread.Relative, spread.Share));
        Assert.Equal(0, SpreadComparison.Compare("same", [Floats(1, 2)], [Floats(1, 2)], new Tolerance(0, 0)).Share);
        Assert.Equal(0, SpreadComparison.Compare("none", [Floats(1, 2)], [Floats(1, 3)], tolerance: null).Share);
        Assert.Equal(double.PositiveInfinity, SpreadComparison.Compare("no room", [Floats(1)], [Floats(2)], new Tolerance(0, 0)).Share);
    }

    [Fact]
    public void No_tolerance_makes_answers_of_other_shapes_agree()
    {
        // As many, fewer and more: by whichever of them is counted, nothing is looked for where nothing is.
        foreach (var other in (ImmutableArray<Tensor>[])[Floats(1, 2), Floats(1, 2, 3, 4), [Floats(1, 2, 3)[0] with { Dims = [3, 1] }]])
        {
            var wrong = Assert.Throws<MeasurementException>(() => SpreadComparison.Compare("Cpu, 2 threads", [Floats(1, 2, 3)], [other], tolerance: null));
            Assert.Contains("Cpu, 2 threads", wrong.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_no_float_is_the_same_or_does_not_agree()
    {
        ImmutableArray<Tensor> left = [Floats(1)[0], Label(7)];

        Assert.Equal(0.5, SpreadComparison.Compare("same", [left], [[Floats(1.5f)[0], Label(7)]], tolerance: null).Absolute);
        var wrong = Assert.Throws<MeasurementException>(() => SpreadComparison.Compare("other", [left], [[Floats(1)[0], Label(8)]], tolerance: null));
        Assert.Contains("label", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_finite_agrees_with_nothing() => Assert.Throws<MeasurementException>(() =>
        SpreadComparison.Compare("other", [Floats(float.NaN)], [Floats(float.NaN)], tolerance: null));

    private static ImmutableArray<Tensor> Floats(params float[] values) => [new Tensor("y", DataType.Float, [(uint)values.Length], ProtobufWriter.LittleEndian(values))];

    private static Tensor Label(long value)
    {
        var data = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(data, value);
        return new Tensor("label", DataType.Int64, [1], data);
    }
}
