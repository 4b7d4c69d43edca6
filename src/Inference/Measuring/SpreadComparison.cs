using System.Collections.Immutable;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Measuring;

/// <summary>How far the answers of two ways of running a model are apart, by the rules by which answers of Float versions agree: pure functions.</summary>
internal static class SpreadComparison
{
    // Beside the greatest output, what is smaller has no relative spread worth the name: the absolute one covers it.
    private const double Small = 1e-3;

    private const double Unit = 1e-18;

    public static bool IsFloat(DataType dataType) => dataType is DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16;

    /// <exception cref="MeasurementException">No tolerance makes them agree.</exception>
    public static WaySpread Compare(
        string way, IReadOnlyList<ImmutableArray<Tensor>> first, IReadOnlyList<ImmutableArray<Tensor>> answers, Tolerance? tolerance)
    {
        var spread = new WaySpread(way, 0, 0);
        for (var i = 0; i < first.Count; i++)
        {
            foreach (var (left, right) in first[i].Zip(answers[i]))
                RequireAlike(way, left, right);
            spread = Widen(spread, NumbersOf(first[i]), NumbersOf(answers[i]), tolerance);
        }

        return spread;
    }

    public static double GreatestOf(IReadOnlyList<ImmutableArray<Tensor>> answers) => answers.SelectMany(NumbersOf).Max(Math.Abs);

    // Tolerances are of floats: everything else of an answer is the same, or the answers do not agree.
    private static void RequireAlike(string way, Tensor left, Tensor right)
    {
        var name = ModelSignature.Printable(left.Name);
        if (!left.Dims.AsSpan().SequenceEqual(right.Dims.AsSpan()))
        {
            throw new MeasurementException(
                $"The output {name} has the shape [{string.Join(", ", left.Dims)}] when it is run one way and [{string.Join(", ", right.Dims)}] another ({way}): "
                + "no tolerance makes these agree.");
        }

        if (!IsFloat(left.DataType) && !left.Data.Span.SequenceEqual(right.Data.Span))
            throw new MeasurementException($"The output {name}, {left.DataType}, is not the same in every way ({way}), and what is no float agrees only when it is equal.");
    }

    private static WaySpread Widen(WaySpread spread, double[] first, double[] numbers, Tolerance? tolerance)
    {
        var greatest = first.Max(Math.Abs);
        var (absolute, relative, share) = (spread.Absolute, spread.Relative, spread.Share);
        for (var j = 0; j < first.Length; j++)
        {
            var distance = Math.Abs(numbers[j] - first[j]);
            if (!double.IsFinite(distance))
                throw new MeasurementException("An output is not finite, so that it agrees with nothing.");
            absolute = Math.Max(absolute, distance);
            if (Math.Abs(first[j]) > Small * greatest)
                relative = Math.Max(relative, distance / Math.Abs(first[j]));
            if (distance > 0 && tolerance is { } allowed)
                share = Math.Max(share, distance / Allowed(allowed, first[j], numbers[j]));
        }

        return spread with { Absolute = absolute, Relative = relative, Share = share };
    }

    // Whichever of the two is measured against, they must agree.
    private static double Allowed(Tolerance tolerance, double left, double right) =>
        ((double)tolerance.Absolute * Unit) + ((double)tolerance.Relative * Unit * Math.Min(Math.Abs(left), Math.Abs(right)));

    private static double[] NumbersOf(ImmutableArray<Tensor> outputs) => [.. outputs.SelectMany(FloatReading.ToDoubles)];
}
