using OpenGradient.Prover.Proving;

namespace OpenGradient.Prover.Tests.Proving;

public sealed class RowFoldTests
{
    [Theory]
    [InlineData(4, 5)]
    [InlineData(8, 1)]
    [InlineData(8, 3)]
    [InlineData(256, 64)]
    [InlineData(1024, 2)]
    public void Rows_fold_eight_side_by_side_as_they_do_one_by_one(int columns, int rows)
    {
        var random = new Random(columns);
        int[] w = [.. Enumerable.Range(0, columns * rows).Select(i => (i % 11) switch
        {
            0 => int.MinValue,
            1 => int.MaxValue,
            2 => 0,
            _ => random.Next(-128, 128),
        })];
        foreach (var r in new[] { -Fr.One, Fr.Zero, Fr.One, Fr.FromInt64(random.NextInt64()).Squared().Squared() })
        {
            var expected = new Fr[columns];
            RowFold.FoldOnes(w, columns, r, expected, 0, columns);
            Assert.Equal(expected, RowFold.Fold(w, columns, r, TestWork.Here));
        }
    }
}
