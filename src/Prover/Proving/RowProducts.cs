using OpenGradient.Prover.Transforms;

namespace OpenGradient.Prover.Proving;

/// <summary>
/// Divides w·X̃ by Z^C − r, row by row of w: the product of each row takes one transform forth and one back of length 2C, and only a few rows are in memory
/// at a time.
/// </summary>
internal sealed class RowProducts
{
    private readonly NumberTransform _transform;
    private readonly int _columns;

    public RowProducts(int columns)
    {
        _columns = columns;
        _transform = new NumberTransform(2 * columns);
    }

    /// <summary>The product of X̃, which stands transformed, and one row, which is replaced: 2C coefficients, the last of them zero.</summary>
    public void Multiply(Span<Fr> row, ReadOnlySpan<Fr> transformed)
    {
        _transform.Forward(row);
        for (var i = 0; i < row.Length; i++)
            row[i] *= transformed[i];
        _transform.Backward(row);
    }

    /// <summary>X̃ = Z^(C−1)·X(1/Z), transformed.</summary>
    public Fr[] TransformReversed(ReadOnlySpan<Fr> x)
    {
        var reversed = new Fr[2 * _columns];
        x.CopyTo(reversed);
        reversed.AsSpan(0, _columns).Reverse();
        _transform.Forward(reversed);
        return reversed;
    }

    /// <summary>Quotient, of as many coefficients as w, and remainder, of C.</summary>
    public (Fr[] Quotient, Fr[] Remainder) Divide(ReadOnlyMemory<int> w, Fr[] transformed, Fr r, Work work, IProgress<double>? progress = null)
    {
        // With w·X̃ = Σ Z^(iC)·(lowᵢ + Z^C·highᵢ) the blocks of the quotient are qᵢ = highᵢ + lowᵢ₊₁ + r·qᵢ₊₁, and the remainder is low₀ + r·q₀.
        var quotient = new Fr[w.Length];
        var remainder = new Fr[_columns];
        var rows = w.Length / _columns;
        var products = new Fr[Math.Min(rows, work.Threads)][];
        for (var i = 0; i < products.Length; i++)
            products[i] = new Fr[2 * _columns];
        for (var top = rows; top > 0; top -= products.Length)
        {
            var count = Math.Min(top, products.Length);
            var first = top;
            work.ForEach(count, i =>
            {
                var product = products[i].AsSpan();
                var row = w.Span.Slice((first - 1 - i) * _columns, _columns);
                for (var j = 0; j < row.Length; j++)
                    product[j] = Fr.FromInt64(row[j]);
                product[_columns..].Clear();
                Multiply(product, transformed);
            });
            work.ForRanges(_columns, 1024, (from, to) =>
            {
                for (var i = 0; i < count; i++)
                {
                    var row = first - 1 - i;
                    var block = quotient.AsSpan(row * _columns, _columns);
                    var above = row + 1 < rows ? quotient.AsSpan((row + 1) * _columns, _columns) : default;
                    var below = row > 0 ? quotient.AsSpan((row - 1) * _columns, _columns) : remainder;
                    for (var j = from; j < to; j++)
                    {
                        block[j] += products[i][_columns + j];
                        if (!above.IsEmpty)
                            block[j] += above[j] * r;
                        below[j] = products[i][j];
                    }
                }
            });
            progress?.Report((double)(rows - top + count) / rows);
        }

        for (var j = 0; j < remainder.Length; j++)
            remainder[j] += quotient[j] * r;
        return (quotient, remainder);
    }
}
