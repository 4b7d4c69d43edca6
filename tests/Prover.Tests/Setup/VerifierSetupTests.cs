using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Setup;

namespace OpenGradient.Prover.Tests.Setup;

/// <summary>What of a verifier's setup is taken that a stranger wrote.</summary>
public sealed class VerifierSetupTests
{
    private const int Count = 5;

    private static readonly Fr Tau = DevelopmentSetup.TauOf("golden");

    private readonly List<ReadOnlyMemory<byte>> _powers = [.. Enumerable.Range(1, Count).Select(k => InSecond(TauTo(1 << k)))];
    private readonly List<ReadOnlyMemory<byte>> _witnesses = [.. Enumerable.Range(0, Count).Select(k => InFirst(TauTo(1 << k)))];
    private ReadOnlyMemory<byte> _tau = InSecond(Tau);

    [Fact]
    public void Powers_of_one_number_are_taken_and_kept_as_they_are()
    {
        Assert.Null(Fault(out var setup));
        Assert.Equal(_tau.ToArray(), setup!.Tau.ToArray());
        Assert.Equal(_powers.Select(power => Convert.ToHexString(power.Span)), setup.Powers.Select(power => Convert.ToHexString(power.AsSpan())), StringComparer.Ordinal);
        Assert.Equal("whose", setup.Origin.Label);
    }

    [Fact]
    public void A_setup_without_powers_is_taken()
    {
        _powers.Clear();
        _witnesses.Clear();
        Assert.Null(Fault(out var setup));
        Assert.Empty(setup!.Powers);
    }

    // Whose author knows the logarithm of: a long proof with that many columns would hold of any answer.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_power_of_another_number_is_refused(int k)
    {
        _powers[k - 1] = InSecond(Fr.FromInt64(12_345));
        Assert.Contains($"[τ^{1 << k}]₂", Fault(out var setup), StringComparison.Ordinal);
        Assert.Null(setup);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_power_of_another_number_with_the_witness_that_fits_it_is_refused(int k)
    {
        _powers[k - 1] = InSecond(Fr.FromInt64(12_345));
        if (k < Count)
            _witnesses[k] = InFirst(Fr.FromInt64(12_345));
        Assert.Contains($"[τ^{1 << k}]₂", Fault(out _), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_witness_of_another_number_is_refused(int k)
    {
        foreach (var wrong in new[] { InFirst(Fr.FromInt64(12_345)), new byte[G1Affine.ByteLength] })
        {
            _witnesses[k] = wrong;
            Assert.Contains($"[τ^{1 << k}]₁", Fault(out _), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Powers_and_witnesses_of_another_number_than_tau_are_refused()
    {
        _tau = InSecond(Tau + Fr.One);
        Assert.Contains("[τ^1]₁", Fault(out _), StringComparison.Ordinal);
    }

    [Fact]
    public void More_powers_than_their_witnesses_show_are_refused()
    {
        _witnesses.RemoveAt(Count - 1);
        Assert.Contains("as many", Fault(out _), StringComparison.Ordinal);
        _witnesses.Clear();
        Assert.Contains("as many", Fault(out _), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_tau_that_everybody_knows_is_refused(int tau)
    {
        _powers.Clear();
        _witnesses.Clear();
        _tau = InSecond(Fr.FromInt64(tau));
        Assert.Contains("everybody knows", Fault(out _), StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_of_one_is_refused_where_the_powers_come_to_one()
    {
        var root = Fr.FromInt64(5).Power((Fr.Modulus - UInt256.One) / new UInt256(8));
        _tau = InSecond(root);
        for (var k = 0; k < Count; k++)
        {
            _witnesses[k] = InFirst(root.Power(new UInt256(1UL << k)));
            _powers[k] = InSecond(root.Power(new UInt256(2UL << k)));
        }

        Assert.Contains("τ^8 is 1", Fault(out _), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_point_and_more_than_a_verifier_holds_is_refused()
    {
        _powers[2] = new byte[G2Affine.ByteLength];
        Assert.Contains("G₂", Fault(out _), StringComparison.Ordinal);
        _powers[2] = _powers[1][..^1];
        Assert.Contains("G₂", Fault(out _), StringComparison.Ordinal);
        _powers[2] = InSecond(TauTo(8));
        byte[] off = [.. _witnesses[2].Span];
        off[^1] ^= 1;
        _witnesses[2] = off;
        Assert.Contains("G₁", Fault(out _), StringComparison.Ordinal);
        _witnesses.AddRange(Enumerable.Repeat(_witnesses[0], VerifierSetup.MaxPowers));
        Assert.Contains("more than 20", Fault(out _), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_does_not_say_whose_it_is_is_refused() => Assert.Contains("no label", Fault(out _, label: ""), StringComparison.Ordinal);

    private string? Fault(out VerifierSetup? setup, string label = "whose") => VerifierSetup.TryCreate(label, _tau.Span, _powers, _witnesses, out setup);

    private static Fr TauTo(int exponent) => Tau.Power(new UInt256((ulong)exponent));

    private static byte[] InFirst(Fr factor) => ((G1)G1Affine.Generator * factor).ToAffine().ToBytes();

    private static byte[] InSecond(Fr factor) => G2Affine.Generator.Times(factor.ToUInt256()).ToBytes();
}
