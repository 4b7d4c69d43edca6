using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OpenGradient.Inference.Integer;

/// <summary>All that a run of an integer model computed: the accumulators of each layer. They are what a proof reveals.</summary>
public sealed record IntegerTrace(ImmutableArray<ImmutableArray<int>> Accumulators)
{
    /// <summary>The answer.</summary>
    public ImmutableArray<int> Outputs => Accumulators[^1];
}

/// <summary>Runs integer models, exactly. The same input gives the same numbers on every machine.</summary>
public static class IntegerExecutor
{
    /// <param name="model">The model.</param>
    /// <param name="input">As many bytes as the model has inputs.</param>
    public static IntegerTrace Trace(IntegerModel model, ReadOnlySpan<byte> input)
    {
        var traced = ImmutableArray.CreateBuilder<ImmutableArray<int>>(model.Layers.Length);
        Run(model, input, Avx2.IsSupported, accumulators => traced.Add([.. accumulators]));
        return new IntegerTrace(traced.MoveToImmutable());
    }

    /// <summary>The answer alone.</summary>
    public static ImmutableArray<int> Run(IntegerModel model, ReadOnlySpan<byte> input) =>
        [.. Run(model, input, Avx2.IsSupported, _ => { })];

    /// <summary>For the test that holds both ways of counting together.</summary>
    internal static ImmutableArray<int> Run(IntegerModel model, ReadOnlySpan<byte> input, bool isVectorised) =>
        [.. Run(model, input, isVectorised, _ => { })];

    private static int[] Run(IntegerModel model, ReadOnlySpan<byte> input, bool isVectorised, Action<int[]> onLayer)
    {
        var descriptor = model.Descriptor;
        ArgumentOutOfRangeException.ThrowIfNotEqual(input.Length, descriptor.Inputs, nameof(input));
        var values = new short[descriptor.Inputs];
        for (var i = 0; i < values.Length; i++)
            values[i] = input[i];

        for (var i = 0; ; i++)
        {
            var accumulators = Multiply(model.Layers[i], values, isVectorised);
            onLayer(accumulators);
            if (i == model.Layers.Length - 1)
                return accumulators;
            values = Array.ConvertAll(accumulators, descriptor.Layers[i].Requantise);
        }
    }

    // No sum of some of the products is above the sum of all their absolute values, which the model's bound keeps within 32 bits: the order
    // of adding does not matter, and nothing overflows.
    private static int[] Multiply(IntegerLayer layer, ReadOnlySpan<short> values, bool isVectorised)
    {
        var accumulators = layer.Biases.ToArray();
        var weights = layer.Weights.Span;
        for (var row = 0; row < accumulators.Length; row++)
        {
            var rowWeights = weights.Slice(row * values.Length, values.Length);
            accumulators[row] += isVectorised ? DotVectorised(rowWeights, values) : Dot(rowWeights, values);
        }

        return accumulators;
    }

    private static int Dot(ReadOnlySpan<short> weights, ReadOnlySpan<short> values)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++)
            sum += weights[i] * values[i];
        return sum;
    }

    private static int DotVectorised(ReadOnlySpan<short> weights, ReadOnlySpan<short> values)
    {
        var width = Vector256<short>.Count;
        var sums = Vector256<int>.Zero;
        var i = 0;
        for (; i <= weights.Length - width; i += width)
            sums += Avx2.MultiplyAddAdjacent(Vector256.Create(weights[i..]), Vector256.Create(values[i..]));
        return Vector256.Sum(sums) + Dot(weights[i..], values[i..]);
    }
}
