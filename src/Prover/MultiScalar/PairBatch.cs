using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Lanes;

namespace OpenGradient.Prover.MultiScalar;

/// <summary>
/// Adds pairs of points, many at a time: a sum in affine coordinates needs an inverse, and many inverses share one. Six products a sum, where projective
/// coordinates take eleven; and all sums are alike, so that vectors make eight of them at once.
/// </summary>
internal sealed class PairBatch
{
    /// <summary>Enough that the one inversion is a small part, and few enough to stay in the second cache.</summary>
    public const int Capacity = 1024;

    private readonly int[] _targets = new int[Capacity];
    private readonly LaneAddition? _lanes;
    private readonly G1Affine[] _left = [];
    private readonly G1Affine[] _right = [];
    private readonly Fq[] _products = [];
    private int _count;

    public PairBatch()
        : this(Lanes8.IsSupported)
    {
    }

    /// <summary>For the test that holds both ways together.</summary>
    internal PairBatch(bool isVectorised)
    {
        if (isVectorised)
        {
            _lanes = new LaneAddition();
            return;
        }

        _left = new G1Affine[Capacity];
        _right = new G1Affine[Capacity];
        _products = new Fq[Capacity];
    }

    /// <summary>Notes that the sum of two points is to stand at a target. Their values are taken now, so that their places are free.</summary>
    public void Add(in G1Affine left, in G1Affine right, int target, Span<G1Affine> sums)
    {
        // Equal and opposite points, and infinity, have no slope between them. They do not come up but by chance, or by design of a stranger.
        if (left.X == right.X || left.IsInfinity || right.IsInfinity)
        {
            sums[target] = ((G1)left + right).ToAffine();
            return;
        }

        if (_lanes is not null)
        {
            _lanes.Set(_count, left, right);
        }
        else
        {
            _left[_count] = left;
            _right[_count] = right;
        }

        _targets[_count] = target;
        if (++_count == Capacity)
            Flush(sums);
    }

    /// <summary>Writes all sums that are outstanding.</summary>
    public void Flush(Span<G1Affine> sums)
    {
        if (_count == 0)
            return;
        if (_lanes is null)
        {
            FlushOneByOne(sums);
        }
        else
        {
            _lanes.Add(_count);
            for (var i = 0; i < _count; i++)
                sums[_targets[i]] = _lanes.SumAt(i);
        }

        _count = 0;
    }

    private void FlushOneByOne(Span<G1Affine> sums)
    {
        var product = Fq.One;
        for (var i = 0; i < _count; i++)
        {
            _products[i] = product;
            product *= _right[i].X - _left[i].X;
        }

        var inverse = product.Inverted();
        for (var i = _count - 1; i >= 0; i--)
        {
            ref readonly var left = ref _left[i];
            ref readonly var right = ref _right[i];
            var slope = (right.Y - left.Y) * (inverse * _products[i]);
            inverse *= right.X - left.X;
            var x = slope.Squared() - left.X - right.X;
            sums[_targets[i]] = new G1Affine(x, (slope * (left.X - x)) - left.Y);
        }
    }
}
