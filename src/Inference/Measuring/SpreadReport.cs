using System.Collections.Immutable;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Measuring;

/// <summary>How far one way of running a model strayed from another.</summary>
/// <param name="Way">Which: device, threads, optimisation, rows in a run.</param>
/// <param name="Absolute">The greatest |a − b|.</param>
/// <param name="Relative">The greatest |a − b| / |b|, of numbers that are not small beside the greatest.</param>
public sealed record WaySpread(string Way, double Absolute, double Relative)
{
    /// <summary>On what it ran.</summary>
    public ExecutionProvider Device { get; init; } = ExecutionProvider.Cpu;

    /// <summary>How much of the tolerance that was named the numbers that are furthest apart use up: 1 is all of it. Zero where none was named.</summary>
    public double Share { get; init; }
}

/// <summary>What was measured of a Float model.</summary>
/// <param name="Questions">How many inputs were run, in each way.</param>
/// <param name="Greatest">The greatest output.</param>
/// <param name="Ways">All ways but the first, which the others are compared with.</param>
/// <param name="LeftOut">Ways that were not to be had here, and why.</param>
public sealed record SpreadReport(int Questions, double Greatest, ImmutableArray<WaySpread> Ways, ImmutableArray<string> LeftOut)
{
    /// <summary>Ways on CUDA, each beside the first one there: other sessions, and more rows in a run.</summary>
    public ImmutableArray<WaySpread> WithinCuda { get; init; } = [];

    /// <summary>A tolerance is so many times the spread at least: other machines stray further than this one shows.</summary>
    public const double Margin = 10;

    // Sums of floats in another order differ by some units in the last place, of which there are 2^24, on machines that were not measured.
    private const double LeastRelative = 1e-6;

    public double Absolute => Ways.Concat(WithinCuda).Max(way => way.Absolute);

    public double Relative => Ways.Concat(WithinCuda).Max(way => way.Relative);

    /// <summary>The tolerance to publish.</summary>
    public Tolerance Suggested => new(
        ToFixedPoint(Margin * Math.Max(Absolute, LeastRelative * Greatest)), ToFixedPoint(Margin * Math.Max(Relative, LeastRelative)));

    // To two digits, upwards: a tolerance is read by people. The least is one unit: zero would mean that floats are compared like integers.
    private static UInt128 ToFixedPoint(double value)
    {
        const double Unit = 1e-18;
        if (value <= Unit)
            return UInt128.One;
        var digit = Math.Pow(10, Math.Floor(Math.Log10(value)) - 1);
        return (UInt128)(Math.Ceiling(value / digit) * digit * 1e18);
    }
}
