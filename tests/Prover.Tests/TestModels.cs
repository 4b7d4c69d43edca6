using System.Collections.Immutable;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Setup;

namespace OpenGradient.Prover.Tests;

/// <summary>Integer models of any shape, drawn from a seed, and one setup for all tests.</summary>
internal static class TestModels
{
    public const int SetupLength = 1 << 12;

    private static readonly Lazy<ProvingSetup> SharedSetup = new(() => DevelopmentSetup.FromSeed("golden", SetupLength, new Work(2, default)));

    public static ProvingSetup Setup => SharedSetup.Value;

    /// <param name="seed">Where weights come from.</param>
    /// <param name="foldRows">R, or none for the best of the short form.</param>
    /// <param name="sizes">The inputs and each layer's outputs.</param>
    public static IntegerModel Random(int seed, int? foldRows, params int[] sizes)
    {
        var random = new Random(seed);
        return Create(foldRows, sizes, (_, _) => (short)random.Next(-128, 128), _ => random.Next(-9000, 9000));
    }

    public static IntegerModel Create(int? foldRows, int[] sizes, Func<int, int, short> weight, Func<int, int> bias)
    {
        var terms = ImmutableArray.CreateBuilder<LayerTerms>();
        var layers = ImmutableArray.CreateBuilder<IntegerLayer>();
        for (var i = 1; i < sizes.Length; i++)
        {
            // About what keeps hidden values within their clamp, some of them cut off.
            var multiplier = (uint)(Math.ScaleB(60, 31) / (Math.Sqrt(sizes[i - 1]) * 74 * 74));
            terms.Add(new LayerTerms(sizes[i], multiplier, 31, (sbyte)(i - 3), (short)(i % 2 == 0 ? -128 : 0), 127));
            var (inputs, layer) = (sizes[i - 1], i);
            short[] weights = [.. Enumerable.Range(0, inputs * sizes[i]).Select(place => weight(layer, place))];
            int[] biases = [.. Enumerable.Range(0, sizes[i]).Select(_ => bias(layer))];
            layers.Add(new IntegerLayer(weights, biases));
        }

        var rows = foldRows ?? FoldRows.Choose(sizes[0], terms.ToImmutable(), ProofForm.Short)!.Value;
        for (var width = IntegerDescriptor.MinAccumulatorBytes; width <= IntegerDescriptor.MaxAccumulatorBytes; width++)
        {
            Assert.Null(IntegerDescriptor.TryCreate(rows, sizes[0], width, terms.ToImmutable(), out var descriptor));
            if (IntegerModel.Create(descriptor!, layers.ToImmutable()) is IntegerReading.Accepted(var model))
                return model;
        }

        throw new InvalidOperationException("The model's accumulators do not fit.");
    }

    public static byte[] Input(int seed, int length)
    {
        var input = new byte[length];
        new Random(seed).NextBytes(input);
        return input;
    }
}
