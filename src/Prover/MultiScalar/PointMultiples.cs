using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;

namespace OpenGradient.Prover.MultiScalar;

/// <summary>
/// Points that are summed over again and again, each with its multiples by 2^(window·bits). A sum over them puts all windows into the same buckets: it sums buckets
/// once, where it did for each window, and so can have more of them and fewer windows. The sum is the same.
/// </summary>
internal sealed class PointMultiples
{
    /// <summary>More than this is not worth what it saves.</summary>
    public const long MaxBytes = 64L << 20;

    private const int SliceLength = 1 << 10;

    private readonly G1Affine[] _multiples;
    private readonly int _log;
    private readonly int _windowBits;

    private PointMultiples(G1Affine[] multiples, int log, int windowBits)
    {
        _multiples = multiples;
        _log = log;
        _windowBits = windowBits;
    }

    /// <summary>How many points there are: no sum may have more scalars.</summary>
    public int Count => 1 << _log;

    /// <summary>What the multiples of 2^log points take, or 0 where it would be too much and none are made.</summary>
    public static long BytesFor(int log)
    {
        var bytes = ((long)FieldDigits.WindowsOf(MultiScalarSum.JoinedWindowBitsOf(1 << log)) << log) * G1Affine.ByteLength;
        return bytes <= MaxBytes ? bytes : 0;
    }

    /// <summary>The multiples of the first 2^log points, or null where they would take too much.</summary>
    public static PointMultiples? TryCreate(ReadOnlyMemory<G1Affine> points, int log, Work work)
    {
        if (BytesFor(log) == 0)
            return null;
        var windowBits = MultiScalarSum.JoinedWindowBitsOf(1 << log);
        var windows = FieldDigits.WindowsOf(windowBits);
        var multiples = LastingPoints.Allocate(windows << log);
        points.Span[..(1 << log)].CopyTo(multiples);
        work.ForRanges(1 << log, 64, (from, to) =>
        {
            for (var first = from; first < to; first += SliceLength)
            {
                var slice = new G1[Math.Min(SliceLength, to - first)];
                for (var i = 0; i < slice.Length; i++)
                    slice[i] = multiples[first + i];
                for (var window = 1; window < windows; window++)
                {
                    work.CancellationToken.ThrowIfCancellationRequested();
                    foreach (ref var point in slice.AsSpan())
                    {
                        for (var bit = 0; bit < windowBits; bit++)
                            point = point.Doubled();
                    }

                    G1.ToAffine(slice).CopyTo(multiples.AsSpan((window << log) + first));
                }
            }
        });
        return new PointMultiples(multiples, log, windowBits);
    }

    /// <summary>Σ scalar·point over the first points.</summary>
    /// <param name="scalars">As many as there are points, or fewer.</param>
    /// <param name="buffer">At least as long as the scalars.</param>
    /// <param name="room">Buckets that several sums can use one after the other.</param>
    /// <param name="work">Cancellable.</param>
    public G1 Sum(ReadOnlySpan<Fr> scalars, Memory<UInt256> buffer, BucketRoom room, Work work)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scalars.Length, Count, nameof(scalars));
        return MultiScalarSum.Of(_multiples, new JoinedDigits(FieldDigits.Of(scalars, _windowBits, buffer), _log), room, work);
    }
}
