using OpenGradient.Prover.Lanes;
using OpenGradient.Prover.Transforms;

namespace OpenGradient.Prover.Tests.Transforms;

public sealed class NumberTransformTests
{
    [Theory]
    [InlineData(2, false)]
    [InlineData(4, false)]
    [InlineData(16, false)]
    [InlineData(128, false)]
    [InlineData(1024, false)]
    [InlineData(8, true)]
    [InlineData(16, true)]
    [InlineData(32, true)]
    [InlineData(128, true)]
    [InlineData(1024, true)]
    public void There_and_back_is_the_same_and_products_are_products_of_polynomials(int length, bool isVectorised)
    {
        if (isVectorised && !Lanes8.IsSupported)
            Assert.Skip("This machine has neither AVX-512 nor AVX2.");
        var transform = new NumberTransform(length, isVectorised);
        var left = Draw(length / 2, 1);
        var right = Draw(length / 2, 2);
        var expected = new Fr[length];
        for (var i = 0; i < left.Length; i++)
        {
            for (var j = 0; j < right.Length; j++)
                expected[i + j] += left[i] * right[j];
        }

        Fr[] a = [.. left, .. new Fr[length / 2]];
        Fr[] b = [.. right, .. new Fr[length / 2]];
        Fr[] original = [.. a];
        transform.Forward(a);
        transform.Forward(b);
        Assert.NotEqual(original, a);
        Fr[] plain = [.. original];
        new NumberTransform(length, isVectorised: false).Forward(plain);
        Assert.Equal(plain, a);
        Fr[] product = [.. a.Zip(b, (x, y) => x * y)];
        transform.Backward(a);
        transform.Backward(product);
        Assert.Equal(original, a);
        Assert.Equal(expected, product);
    }

    [Fact]
    public void Lengths_that_are_no_power_of_two_or_too_great_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NumberTransform(12));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NumberTransform(1 << 29));
        Assert.Throws<ArgumentException>(() => new NumberTransform(8).Forward(new Fr[4]));
    }

    private static Fr[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Fr.FromInt64(random.NextInt64()).Squared() - Fr.One)];
    }
}
