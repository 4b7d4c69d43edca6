using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;

namespace OpenGradient.Prover.Tests.Layout;

public sealed class WeightLayoutTests
{
    [Fact]
    public void Coefficients_beyond_32_bits_are_counted_and_not_committed_to()
    {
        // 2^13 rows of 2^20 columns would be 2^33, which wraps to nothing.
        LayerTerms[] terms = [new(1 << 13, 1, 31, 0, 0, 127), new(1, 1, 31, 0, 0, 127)];
        Assert.Null(IntegerDescriptor.TryCreate(1 << 13, ushort.MaxValue, IntegerDescriptor.MaxAccumulatorBytes, [.. terms], out var first));
        Assert.Equal((1L << 13) << 17, WeightLayout.Of(first!)!.Coefficients);

        LayerTerms[] many = [.. Enumerable.Repeat(new LayerTerms(1 << 15, 1, 31, 0, 0, 127), 20)];
        Assert.Null(IntegerDescriptor.TryCreate(1 << 15, ushort.MaxValue, IntegerDescriptor.MaxAccumulatorBytes, [.. many], out var second));
        var layout = WeightLayout.Of(second!)!;
        Assert.Equal(1L << 35, layout.Coefficients);
        Assert.InRange(ProvingMemory.OfModel(layout), 1L << 37, long.MaxValue);
    }
}
