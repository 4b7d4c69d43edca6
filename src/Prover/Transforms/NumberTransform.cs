using System.Numerics;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Lanes;

namespace OpenGradient.Prover.Transforms;

/// <summary>
/// The discrete Fourier transform over the scalar field, of one length, a power of two. Forward it leaves values in bit-reversed order, and backward it
/// takes them so: between the two stands only what is done value by value, and nothing needs reordering.
/// </summary>
internal sealed class NumberTransform
{
    /// <summary>2^28 divides p − 1.</summary>
    public const int MaxLog = 28;

    // Two vectors of values.
    private const int FewestForLanes = 2 * Lanes8.Count;

    // Powers of the root for the widest layer of butterflies; the narrower ones take every second, fourth, … of them.
    private readonly Fr[] _roots;
    private readonly Fr[] _inverseRoots;
    private readonly Fr _inverseLength;
    private readonly LaneButterflies? _lanes;

    public NumberTransform(int length)
        : this(length, Lanes8.IsSupported)
    {
    }

    /// <summary>For the test that holds both ways together.</summary>
    internal NumberTransform(int length, bool isVectorised)
    {
        if (!BitOperations.IsPow2(length) || BitOperations.Log2((uint)length) > MaxLog)
            throw new ArgumentOutOfRangeException(nameof(length), length, "A power of two up to 2^28.");
        Length = length;
        // 5 generates the field's multiplicative group.
        var root = Fr.FromInt64(5).Power((Fr.Modulus - UInt256.One) / new UInt256((ulong)length));
        _roots = PowersInBitReversedOrder(root, length / 2);
        _inverseRoots = PowersInBitReversedOrder(root.Inverted(), length / 2);
        _inverseLength = Fr.FromInt64(length).Inverted();
        if (isVectorised && length >= FewestForLanes)
            _lanes = new LaneButterflies(_roots, _inverseRoots);
    }

    public int Length { get; }

    public void Forward(Span<Fr> values)
    {
        CheckLength(values);
        if (_lanes is not null)
        {
            _lanes.Forward(values);
            return;
        }

        // Decimation in frequency over roots in bit-reversed order: each block of a layer has one root for all its butterflies.
        for (var half = Length / 2; half >= 1; half /= 2)
        {
            for (var (start, block) = (0, 0); start < Length; start += 2 * half, block++)
            {
                var root = _roots[block];
                var low = values.Slice(start, half);
                var high = values.Slice(start + half, half);
                for (var i = 0; i < half; i++)
                {
                    var product = high[i] * root;
                    high[i] = low[i] - product;
                    low[i] += product;
                }
            }
        }
    }

    public void Backward(Span<Fr> values)
    {
        CheckLength(values);
        if (_lanes is not null)
            _lanes.Backward(values);
        else
            BackwardOneByOne(values);
        foreach (ref var value in values)
            value *= _inverseLength;
    }

    private void BackwardOneByOne(Span<Fr> values)
    {
        for (var half = 1; half < Length; half *= 2)
        {
            for (var (start, block) = (0, 0); start < Length; start += 2 * half, block++)
            {
                var root = _inverseRoots[block];
                var low = values.Slice(start, half);
                var high = values.Slice(start + half, half);
                for (var i = 0; i < half; i++)
                {
                    var difference = low[i] - high[i];
                    low[i] += high[i];
                    high[i] = difference * root;
                }
            }
        }
    }

    private void CheckLength(Span<Fr> values)
    {
        if (values.Length != Length)
            throw new ArgumentException($"{values.Length} values; the transform is of {Length}.", nameof(values));
    }

    private static Fr[] PowersInBitReversedOrder(in Fr root, int count)
    {
        var powers = new Fr[count];
        powers.AsSpan().Fill(Fr.One);
        // Bit by bit: the entries with a bit set have the power of that bit more. The lowest bit of an index is the highest of the exponent.
        var factor = root;
        for (var bit = count / 2; bit >= 1; bit /= 2)
        {
            for (var i = 0; i < count; i++)
            {
                if ((i & bit) != 0)
                    powers[i] *= factor;
            }

            factor = factor.Squared();
        }

        return powers;
    }
}
