using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Fields;
using OpenGradient.Prover.Layout;

namespace OpenGradient.Prover.Statements;

/// <summary>
/// All items and layers in one relation: v, the accumulators' side, and X, the inputs' side. The challenges r, γ and δ keep rows, layers and items apart.
/// </summary>
internal sealed class PublicFold
{
    // So many products are worth a thread.
    private const int ProductsInPart = 4096;

    private readonly WeightLayout _layout;
    private readonly IReadOnlyList<RevealedItem> _items;
    // δ^(B−1−b) and γ^(L−1−l).
    private readonly Fr[] _itemFactors;
    private readonly Fr[] _layerFactors;

    public PublicFold(WeightLayout layout, IReadOnlyList<RevealedItem> items, Hash32 hash)
    {
        _layout = layout;
        _items = items;
        R = Transcript.Challenge(hash, 1);
        Gamma = Transcript.Challenge(hash, 2);
        Delta = Transcript.Challenge(hash, 3);
        _itemFactors = PowersDown(Delta, items.Count);
        _layerFactors = PowersDown(Gamma, layout.Descriptor.Layers.Length);
        foreach (var item in items)
        {
            var sum = Fr.Zero;
            foreach (var layer in item.Accumulators)
            {
                var value = Fr.Zero;
                foreach (var accumulator in layer)
                    value = (value * R) + Fr.FromInt64(accumulator);
                sum = (sum * Gamma) + value;
            }

            V = (V * Delta) + sum;
        }
    }

    public Fr R { get; }

    public Fr Gamma { get; }

    public Fr Delta { get; }

    public Fr V { get; }

    /// <summary>X(ζ), as a verifier computes it: Horner's rule in each layer, and a geometric sum for its blocks.</summary>
    public Fr XAt(in Fr zeta)
    {
        var descriptor = _layout.Descriptor;
        var foldPower = R.Power(new UInt256((ulong)_layout.Rows));
        var sum = Fr.Zero;
        for (var layer = 0; layer < _layerFactors.Length; layer++)
        {
            var step = foldPower * zeta.Power(new UInt256((ulong)descriptor.InputsOf(layer) + 1));
            var blocks = Fr.Zero;
            for (var k = 0; k < _layout.Blocks[layer]; k++)
                blocks = (blocks * step) + Fr.One;
            var inputs = Fr.Zero;
            for (var b = 0; b < _items.Count; b++)
            {
                var value = Fr.Zero;
                foreach (var input in _items[b].Inputs[layer])
                    value = (value * zeta) + Fr.FromInt64(input);
                inputs += _itemFactors[b] * ((value * zeta) + Fr.One);
            }

            sum += _layerFactors[layer] * zeta.Power(new UInt256((ulong)_layout.Starts[layer])) * blocks * inputs;
        }

        return sum;
    }

    /// <summary>The coefficients of X, as a prover needs them.</summary>
    public Fr[] X(Work work)
    {
        var x = new Fr[_layout.Columns];
        var foldPower = R.Power(new UInt256((ulong)_layout.Rows));
        for (var layer = 0; layer < _layerFactors.Length; layer++)
        {
            var columns = _layout.Descriptor.InputsOf(layer) + 1;
            var start = _layout.Starts[layer];
            var factor = _layerFactors[layer];
            var current = layer;
            var least = Math.Max(1, ProductsInPart / _items.Count);
            work.ForRanges(columns, least, (from, to) => FoldColumns(x.AsSpan(start, columns), current, factor, from, to));
            for (var block = 1; block < _layout.Blocks[layer]; block++)
            {
                var previous = start + ((block - 1) * columns);
                for (var i = 0; i < columns; i++)
                    x[previous + columns + i] = x[previous + i] * foldPower;
            }
        }

        return x;
    }

    // Column j' = columns − 1 − j; the last input is the constant 1.
    private void FoldColumns(Span<Fr> block, int layer, Fr layerFactor, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var j = block.Length - 1 - i;
            SmallMultiples<ScalarModulus> added = default, taken = default;
            for (var b = 0; b < _items.Count; b++)
            {
                int input = i == 0 ? 1 : _items[b].Inputs[layer][j];
                if (input > 0)
                    added.Add(_itemFactors[b], (uint)input);
                else if (input < 0)
                    taken.Add(_itemFactors[b], (uint)-input);
            }

            block[i] = (added.ToElement() - taken.ToElement()) * layerFactor;
        }
    }

    private static Fr[] PowersDown(Fr value, int count)
    {
        var powers = new Fr[count];
        var power = Fr.One;
        for (var i = count - 1; i >= 0; i--)
        {
            powers[i] = power;
            power *= value;
        }

        return powers;
    }
}
