using System.Numerics;
using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Fields;

namespace OpenGradient.Prover.Pairings;

/// <summary>
/// A point of G₂ with the lines that the pairing's loop draws through it. They depend on this point alone, and those of a setup never change: so they
/// are drawn once.
/// </summary>
internal sealed class PreparedG2
{
    /// <summary>6u + 2, the loop's length without its top bit (it has 65), u being the curve's parameter.</summary>
    internal const ulong LoopBits = 0x9D797039BE763BA8;

    // What the Frobenius map of the curve becomes on the twist.
    private static readonly Fq2 XTwist = Fq2.Xi.Power((Fq.Modulus - UInt256.One) / new UInt256(3));
    private static readonly Fq2 YTwist = Fq2.Xi.Power((Fq.Modulus - UInt256.One) / new UInt256(2));

    private readonly Line[] _lines;

    public PreparedG2(in G2Affine point)
    {
        Point = point;
        if (point.IsInfinity)
            throw new ArgumentException("Infinity has no lines: its pairing is 1.", nameof(point));
        var lines = new List<Line>();
        var current = point;
        for (var mask = 1UL << 63; mask != 0; mask >>= 1)
        {
            lines.Add(Step(ref current, current));
            if ((LoopBits & mask) != 0)
                lines.Add(Step(ref current, point));
        }

        var first = Frobenius(point);
        lines.Add(Step(ref current, first));
        lines.Add(Step(ref current, -Frobenius(first)));
        _lines = [.. lines];
    }

    public G2Affine Point { get; }

    internal ReadOnlySpan<Line> Lines => _lines;

    /// <summary>How many lines there are of any point.</summary>
    internal static int LineCount => 64 + BitOperations.PopCount(LoopBits) + 2;

    private static G2Affine Frobenius(in G2Affine point) => new(point.X.Conjugated() * XTwist, point.Y.Conjugated() * YTwist);

    private static Line Step(ref G2Affine current, in G2Affine other)
    {
        // The group's order is prime and larger than all multiples on the way: never is the sum infinity, nor the points the same unless they are meant to be.
        var slope = current.Equals(other) ? current.TangentSlope() : (other.Y - current.Y) * (other.X - current.X).Inverted();
        var line = new Line(slope, (slope * current.X) - current.Y);
        var x = slope.Squared() - current.X - other.X;
        current = new G2Affine(x, (slope * (current.X - x)) - current.Y);
        return line;
    }
}

/// <summary>The line y = Slope·x − Intercept on the twist. At a point (x, y) of the curve it is y − Slope·x·w + Intercept·v·w.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Line(Fq2 Slope, Fq2 Intercept);
