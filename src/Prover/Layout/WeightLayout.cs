using System.Collections.Immutable;
using System.Numerics;
using OpenGradient.Inference.Integer;

namespace OpenGradient.Prover.Layout;

/// <summary>
/// Where each weight of an integer model stands in the polynomial that is committed to: a matrix of R rows and C columns in which every layer has
/// blocks of columns side by side. It follows from the descriptor alone; docs/proofs.md says how.
/// </summary>
public sealed class WeightLayout
{
    /// <summary>The most columns: a verifier's table ends there.</summary>
    public const int MaxColumns = 1 << 20;

    /// <summary>The most coefficients that this prover works on; 2^26 of them take 4 GiB as points of a setup.</summary>
    public const int MaxCoefficients = 1 << 26;

    private WeightLayout(IntegerDescriptor descriptor, ImmutableArray<int> blocks, ImmutableArray<int> starts, int columns)
    {
        Descriptor = descriptor;
        Blocks = blocks;
        Starts = starts;
        Columns = columns;
    }

    public IntegerDescriptor Descriptor { get; }

    /// <summary>R.</summary>
    public int Rows => Descriptor.FoldRows;

    /// <summary>C, a power of two.</summary>
    public int Columns { get; }

    /// <summary>R·C: how many powers a setup must hold. A descriptor may ask for more than any prover works on (<see cref="MaxCoefficients"/>), and proofs of it be verified all the same.</summary>
    public long Coefficients => (long)Rows * Columns;

    /// <summary>m_l: how many blocks each layer has.</summary>
    internal ImmutableArray<int> Blocks { get; }

    /// <summary>c_l: at which column a layer's first block begins.</summary>
    internal ImmutableArray<int> Starts { get; }

    /// <summary>The layout, or null where the descriptor asks for more columns than there may be.</summary>
    public static WeightLayout? Of(IntegerDescriptor descriptor)
    {
        var layers = descriptor.Layers.Length;
        var blocks = ImmutableArray.CreateBuilder<int>(layers);
        blocks.Count = layers;
        var starts = ImmutableArray.CreateBuilder<int>(layers);
        starts.Count = layers;
        var used = 0L;
        for (var layer = layers - 1; layer >= 0; layer--)
        {
            blocks[layer] = (descriptor.Layers[layer].Outputs + descriptor.FoldRows - 1) / descriptor.FoldRows;
            starts[layer] = (int)used;
            used += (long)blocks[layer] * (descriptor.InputsOf(layer) + 1);
            if (used > MaxColumns)
                return null;
        }

        return new WeightLayout(descriptor, blocks.MoveToImmutable(), starts.MoveToImmutable(), (int)BitOperations.RoundUpToPowerOf2((uint)used));
    }

    /// <summary>The coefficients, row by row: weights and biases at their places, zeros elsewhere.</summary>
    internal int[] Fill(IntegerModel model)
    {
        var coefficients = new int[checked((int)Coefficients)];
        for (var layer = 0; layer < model.Layers.Length; layer++)
        {
            var inputs = Descriptor.InputsOf(layer);
            var outputs = Descriptor.Layers[layer].Outputs;
            var weights = model.Layers[layer].Weights.Span;
            var biases = model.Layers[layer].Biases.Span;
            for (var output = 0; output < outputs; output++)
            {
                var (block, row) = Math.DivRem(outputs - 1 - output, Rows);
                // Backwards: the bias, which is the last column, is at the lowest power.
                var place = coefficients.AsSpan((row * Columns) + Starts[layer] + (block * (inputs + 1)), inputs + 1);
                place[0] = biases[output];
                for (var input = 0; input < inputs; input++)
                    place[inputs - input] = weights[(output * inputs) + input];
            }
        }

        return coefficients;
    }
}
