namespace OpenGradient.Ethereum.Crypto;

/// <summary>The multiples of points by digits of a <see cref="WindowedForm"/>: 1·P, 3·P, 5·P and so on, and λ times each.</summary>
internal static class OddMultiples
{
    /// <summary>The window of the generator, whose multiples are computed once for the process.</summary>
    public const int GeneratorWindow = 10;

    /// <summary>The window of a point that comes with the task.</summary>
    public const int PointWindow = 5;

    /// <summary>How many odd multiples the digits of a window take.</summary>
    public static int Count(int window) => 1 << (window - 2);

    /// <summary>Fills the table with 1·P, 3·P, 5·P ….</summary>
    public static void Write(in AffinePoint point, Span<AffinePoint> table)
    {
        Span<JacobianPoint> multiples = table.Length <= Count(PointWindow)
            ? stackalloc JacobianPoint[table.Length]
            : new JacobianPoint[table.Length];

        // 2·P has coordinates without a division on an isomorphic curve, where the formulas of addition are the same: (x, y) of the curve
        // is (x·z², y·z³) there, with the z of 2·P. Sums made there come back when their Z is multiplied by z.
        var twice = new JacobianPoint(point);
        twice.Double();
        var zz = twice.Z.Squared();
        var step = new AffinePoint(twice.X, twice.Y);
        var sum = new JacobianPoint(new AffinePoint(point.X * zz, point.Y * (zz * twice.Z)));
        for (var i = 0; i < multiples.Length; i++)
        {
            multiples[i] = sum;
            multiples[i].Z = sum.Z * twice.Z;
            sum.Add(step);
        }

        JacobianPoint.ToAffine(multiples, table);
    }

    /// <summary>Fills the table with λ times the points of another.</summary>
    public static void WriteMapped(ReadOnlySpan<AffinePoint> table, Span<AffinePoint> mapped)
    {
        for (var i = 0; i < table.Length; i++)
            mapped[i] = Endomorphism.Map(table[i]);
    }

    /// <summary>The generator's tables.</summary>
    internal static class Generator
    {
        public static readonly AffinePoint[] Plain = Compute();
        public static readonly AffinePoint[] Mapped = ComputeMapped();

        private static AffinePoint[] Compute()
        {
            var table = new AffinePoint[Count(GeneratorWindow)];
            Write(AffinePoint.Generator, table);
            return table;
        }

        private static AffinePoint[] ComputeMapped()
        {
            var mapped = new AffinePoint[Plain.Length];
            WriteMapped(Plain, mapped);
            return mapped;
        }
    }
}
