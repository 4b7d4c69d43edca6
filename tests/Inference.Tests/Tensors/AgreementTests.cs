using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Tensors;
using OpenGradient.Support;

namespace OpenGradient.Inference.Tests.Tensors;

/// <summary>When two answers count as the same, here and in Solidity.</summary>
public sealed class AgreementTests(AnvilFixture anvil) : IClassFixture<AnvilFixture>
{
    private const int Seed = 2_718;
    private const int Batches = 20;
    private const int PairsInABatch = 60;

    private static readonly Tolerance Widest = new(UInt128.MaxValue, UInt128.MaxValue);

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_agree_as_the_contract_has_it()
    {
        await using var chain = await ProbeChain.StartAsync(anvil.HttpUrl, Stop);
        var random = new Random(Seed);
        var agreed = 0;
        for (var i = 0; i < Batches; i++)
        {
            var tolerance = i % 8 == 0
                ? new Tolerance(UInt128.One << random.Next(128), UInt128.MaxValue >> random.Next(64))
                : new Tolerance(UInt128.One << random.Next(60), (UInt128)random.NextInt64() >> random.Next(8, 50));
            (byte[] Left, byte[] Right)[] pairs = [.. Enumerable.Range(0, PairsInABatch).Select(_ => Sample(random))];

            var theirs = await chain.Agreement.CallAgreeAllAsync(
                [.. pairs.Select(pair => (ReadOnlyMemory<byte>)pair.Left)],
                [.. pairs.Select(pair => (ReadOnlyMemory<byte>)pair.Right)],
                tolerance.Absolute,
                tolerance.Relative,
                cancellationToken: Stop);

            for (var j = 0; j < pairs.Length; j++)
            {
                var ours = Agreement.Agree(pairs[j].Left, pairs[j].Right, tolerance);
                Assert.True(theirs[j] == ours, $"{Hex.Encode(pairs[j].Left)} {Hex.Encode(pairs[j].Right)} {tolerance}: {ours}");
                agreed += ours ? 1 : 0;
            }
        }

        // Neither answer is rare.
        Assert.InRange(agreed, Batches * PairsInABatch / 5, Batches * PairsInABatch * 4 / 5);
    }

    [Fact]
    public void The_bound_itself_agrees()
    {
        var one = Singles(1);
        var next = Singles(MathF.BitIncrement(1));
        Assert.True(Agreement.Agree(next, one, new Tolerance(119_209_289_551, 0)));
        Assert.False(Agreement.Agree(next, one, new Tolerance(119_209_289_550, 0)));
        Assert.True(Agreement.Agree(next, one, new Tolerance(0, 119_209_289_551)));
    }

    [Fact]
    public void Nothing_agrees_with_what_is_not_finite_or_no_encoding()
    {
        byte[][] odd = [Singles(float.NaN), Singles(float.NegativeInfinity), [], [1], [.. Singles(1), 0]];
        foreach (var answer in odd)
        {
            Assert.False(Agreement.Agree(answer, answer, Widest));
            Assert.False(Agreement.Agree(answer, Singles(1), Widest));
            Assert.False(Agreement.Agree(Singles(1), answer, Widest));
        }
    }

    [Fact]
    public void Doubles_beyond_fixed_point_agree_by_their_bits_only()
    {
        var huge = AnswerSamples.Encode(DataType.Double, BitConverter.GetBytes(1e300));
        Assert.True(Agreement.Agree(huge, huge, default));
        Assert.False(Agreement.Agree(huge, AnswerSamples.Encode(DataType.Double, BitConverter.GetBytes(Math.BitIncrement(1e300))), Widest));
    }

    [Fact]
    public void Names_types_and_shapes_must_be_equal()
    {
        var zeros = new byte[8];
        var answer = AnswerSamples.Encode(DataType.Float, zeros);
        Assert.True(Agreement.Agree(answer, answer, default));
        Assert.False(Agreement.Agree(answer, AnswerSamples.Encode(DataType.Int32, zeros), Widest));
        Assert.False(Agreement.Agree(answer, AnswerSamples.Encode(DataType.Float, new byte[4]), Widest));
        Assert.Equal(TensorFault.None, TensorEncoding.TryEncode([new Tensor("z", DataType.Float, [2], zeros)], out var other));
        Assert.False(Agreement.Agree(answer, other, Widest));
    }

    [Fact]
    public void What_is_too_long_agrees_with_nothing()
    {
        // Seven bytes stand before the dims of a row, and four are these.
        var longest = AnswerSamples.Encode(DataType.Uint8, new byte[Agreement.MaxLength - 10]);
        Assert.True(Agreement.Agree(longest, longest, default));
        var longer = AnswerSamples.Encode(DataType.Uint8, new byte[Agreement.MaxLength - 9]);
        Assert.False(Agreement.Agree(longer, longer, Widest));
    }

    [Fact]
    public void Exact_answers_agree_if_they_are_equal()
    {
        Assert.True(Agreement.AgreeExactly(Singles(float.NaN), Singles(float.NaN)));
        Assert.False(Agreement.AgreeExactly(Singles(0), Singles(-0f)));
    }

    // One of ten is no encoding any more, or has another NaN.
    private static (byte[] Left, byte[] Right) Sample(Random random)
    {
        var (left, right) = AnswerSamples.Pair(random);
        if (random.Next(10) == 0)
            left[random.Next(left.Length)] ^= (byte)(1 << random.Next(8));
        return (left, random.Next(6) == 0 ? left : right);
    }

    private static byte[] Singles(float value) => AnswerSamples.Encode(DataType.Float, BitConverter.GetBytes(value));
}
