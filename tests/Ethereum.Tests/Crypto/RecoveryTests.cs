using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Crypto;

public sealed class RecoveryTests : IDisposable
{
    private static readonly UInt256 N = Secp256k1.Order;
    private static readonly Hash32 Digest = Keccak256.Hash("signed"u8);

    private readonly PrivateKey _key = PrivateKey.FromSecret(Keccak256.Hash("secret"u8).Bytes);
    private readonly Signature _signature;

    public RecoveryTests() => _signature = _key.Sign(Digest);

    public void Dispose() => _key.Dispose();

    public static TheoryData<string> OutOfRange => ["0", "n", "n + 1", "p", "p + 1", "2^256 - 1"];

    [Fact]
    public void Recovers_the_key_and_the_address_that_signed()
    {
        Assert.True(Secp256k1.TryRecover(Digest, _signature, out var key));
        Assert.Equal(_key.PublicKey, key);
        Assert.True(Secp256k1.TryRecoverAddress(Digest, _signature, out var address));
        Assert.Equal(_key.Address, address);
    }

    // The transaction of EIP-155's example, whose signing hash and signature the proposal gives.
    [Fact]
    public void Recovers_the_sender_of_the_example_in_eip_155()
    {
        var signature = new Signature(
            UInt256.Parse("18515461264373351373200002665853028612451056578545711640558177340181847433846"),
            UInt256.Parse("46948507304638947509940763649030358759909902576025900602547168820602576006531"),
            YParity: false);

        Assert.True(Secp256k1.TryRecoverAddress(
            Hash32.Parse("0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53"), signature, out var address));
        Assert.Equal(Address.Parse("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F"), address);
    }

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Refuses_r_and_s_out_of_range(string number)
    {
        var value = Named(number);
        AssertRefused(Digest, _signature with { R = value });
        AssertRefused(Digest, _signature with { S = value });
        AssertRefused(Digest, _signature with { R = value, S = value });
    }

    [Fact]
    public void Refuses_the_upper_form_unless_it_is_allowed()
    {
        var upper = new Signature(_signature.R, N - _signature.S, !_signature.YParity);

        Assert.False(Secp256k1.TryRecover(Digest, upper, out _));
        Assert.False(Secp256k1.TryRecoverAddress(Digest, upper, out _));
        Assert.False(Secp256k1.Verify(_key.PublicKey, Digest, upper));

        Assert.True(Secp256k1.TryRecover(Digest, upper, out var key, HighS.Allowed));
        Assert.Equal(_key.PublicKey, key);
        Assert.True(Secp256k1.TryRecoverAddress(Digest, upper, out var address, HighS.Allowed));
        Assert.Equal(_key.Address, address);
        Assert.True(Secp256k1.Verify(_key.PublicKey, Digest, upper, HighS.Allowed));
    }

    [Fact]
    public void Draws_the_line_of_the_low_form_at_half_the_order()
    {
        Assert.Equal((N - UInt256.One) / 2UL, Secp256k1.GreatestLowS);
        var greatest = _signature with { S = Secp256k1.GreatestLowS };
        Assert.True(Secp256k1.TryRecover(Digest, greatest, out _));
        var least = _signature with { S = Secp256k1.GreatestLowS + UInt256.One };
        Assert.False(Secp256k1.TryRecover(Digest, least, out _));
        Assert.True(Secp256k1.TryRecover(Digest, least, out _, HighS.Allowed));
    }

    [Fact]
    public void Recovers_another_key_from_the_wrong_parity()
    {
        Assert.True(Secp256k1.TryRecover(Digest, _signature with { YParity = !_signature.YParity }, out var other));
        Assert.NotEqual(_key.PublicKey, other);
    }

    [Fact]
    public void Refuses_an_r_that_is_no_points_x()
    {
        // 5³ + 7 is no square modulo p.
        Assert.False(AffinePoint.TryFromX(5, yIsOdd: false, out _));
        AssertRefused(Digest, _signature with { R = 5, YParity = false });
        AssertRefused(Digest, _signature with { R = 5, YParity = true });
    }

    [Fact]
    public void Refuses_a_result_at_infinity()
    {
        // With R = G and s = z the key would be (s·R − z·G) / r = 0.
        var g = AffinePoint.Generator;
        var z = (UInt256)12345UL;
        var signature = new Signature(g.X.ToUInt256(), z, g.Y.IsOdd);

        AssertRefused(Hash32.FromUInt256(z), signature);
        // The digest counts modulo n.
        AssertRefused(Hash32.FromUInt256(N + z), signature);
        Assert.True(Secp256k1.TryRecover(Hash32.FromUInt256(z + UInt256.One), signature, out _));
    }

    [Fact]
    public void Takes_a_digest_modulo_the_order()
    {
        foreach (var digest in new[] { UInt256.Zero, UInt256.One, N - UInt256.One, N, N + UInt256.One, UInt256.MaxValue })
        {
            var signature = _key.Sign(Hash32.FromUInt256(digest));
            Assert.True(Secp256k1.TryRecover(Hash32.FromUInt256(digest), signature, out var key));
            Assert.Equal(_key.PublicKey, key);
            Assert.True(Secp256k1.Verify(key, Hash32.FromUInt256(digest % N), signature));
        }
    }

    [Fact]
    public void Verifies_no_signature_with_a_bit_changed()
    {
        Assert.True(Secp256k1.Verify(_key.PublicKey, Digest, _signature));
        for (var bit = 0; bit < 256; bit += 5)
        {
            var flipped = UInt256.One << bit;
            var digest = Hash32.FromUInt256(Digest.ToUInt256() ^ flipped);
            Assert.False(Secp256k1.Verify(_key.PublicKey, digest, _signature));
            Assert.False(Secp256k1.Verify(_key.PublicKey, Digest, _signature with { R = _signature.R ^ flipped }));
            Assert.False(Secp256k1.Verify(_key.PublicKey, Digest, _signature with { S = _signature.S ^ flipped }));

            // Recovery gives nothing, or someone else.
            foreach (var (changed, signature) in new[]
            {
                (digest, _signature),
                (Digest, _signature with { R = _signature.R ^ flipped }),
                (Digest, _signature with { S = _signature.S ^ flipped }),
            })
            {
                if (Secp256k1.TryRecover(changed, signature, out var key, HighS.Allowed))
                    Assert.NotEqual(_key.PublicKey, key);
            }
        }
    }

    [Fact]
    public void Verifies_for_the_right_key_only()
    {
        using var other = PrivateKey.FromSecret(Keccak256.Hash("another"u8).Bytes);

        Assert.False(Secp256k1.Verify(other.PublicKey, Digest, _signature));
        Assert.True(PublicKey.TryCreate(_key.PublicKey.X, FieldElement.Modulus - _key.PublicKey.Y, out var opposite));
        Assert.False(Secp256k1.Verify(opposite, Digest, _signature));
        Assert.Throws<InvalidOperationException>(() => Secp256k1.Verify(default, Digest, _signature));
    }

    [Fact]
    public void Verifies_a_commitment_at_infinity_for_no_one()
    {
        // For the key G, r = −z makes (z + r) / s · G = 0.
        Assert.True(PublicKey.TryCreate(AffinePoint.Generator.X.ToUInt256(), AffinePoint.Generator.Y.ToUInt256(), out var key));
        var z = (UInt256)99UL;

        Assert.False(Secp256k1.Verify(key, Hash32.FromUInt256(z), new Signature(N - z, 7, YParity: false)));
        Assert.False(Secp256k1.TryFindParity(key, Hash32.FromUInt256(z), N - z, 7, out _));
    }

    // Recovery bits 2 and 3 of other systems: an ephemeral x of n or more, whose residue r is tiny. Such a signature verifies, but its r
    // and parity name another point, so it cannot be recovered from, and signing must not give it.
    [Fact]
    public void Knows_a_commitment_whose_x_exceeds_the_order()
    {
        var r = UInt256.One;
        AffinePoint ephemeral;
        while (!AffinePoint.TryFromX(N + r, yIsOdd: false, out ephemeral))
            r += UInt256.One;
        UInt256 s = 1234567;
        var inverse = GroupOrder.Invert(r);
        var z = GroupOrder.Reduce(Digest.ToUInt256());
        var key = new PublicKey(LinearCombination.Compute(
            GroupOrder.Negate(GroupOrder.Multiply(z, inverse)), ephemeral, GroupOrder.Multiply(s, inverse)).ToAffine());

        Assert.True(Secp256k1.Verify(key, Digest, new Signature(r, s, YParity: false)));
        Assert.False(Secp256k1.TryFindParity(key, Digest, r, s, out _));
        foreach (var parity in new[] { false, true })
        {
            if (Secp256k1.TryRecover(Digest, new Signature(r, s, parity), out var recovered))
                Assert.NotEqual(key, recovered);
        }

        AssertRefused(Digest, new Signature(N + r, s, YParity: false));
    }

    [Fact]
    public void Finds_no_parity_for_what_another_key_signed()
    {
        using var other = PrivateKey.Generate();

        Assert.True(Secp256k1.TryFindParity(_key.PublicKey, Digest, _signature.R, _signature.S, out var parity));
        Assert.Equal(_signature.YParity, parity);
        Assert.False(Secp256k1.TryFindParity(other.PublicKey, Digest, _signature.R, _signature.S, out _));
        Assert.False(Secp256k1.TryFindParity(_key.PublicKey, Digest, UInt256.Zero, _signature.S, out _));
        Assert.False(Secp256k1.TryFindParity(_key.PublicKey, Digest, _signature.R, N, out _));
    }

    private void AssertRefused(Hash32 digest, Signature signature)
    {
        foreach (var highS in new[] { HighS.Refused, HighS.Allowed })
        {
            Assert.False(Secp256k1.TryRecover(digest, signature, out var key, highS));
            Assert.Equal(default, key);
            Assert.False(Secp256k1.TryRecoverAddress(digest, signature, out var address, highS));
            Assert.Equal(Address.Zero, address);
            Assert.False(Secp256k1.Verify(_key.PublicKey, digest, signature, highS));
        }
    }

    private static UInt256 Named(string number) => number switch
    {
        "0" => UInt256.Zero,
        "n" => N,
        "n + 1" => N + UInt256.One,
        "p" => FieldElement.Modulus,
        "p + 1" => FieldElement.Modulus + UInt256.One,
        "2^256 - 1" => UInt256.MaxValue,
        _ => throw new ArgumentOutOfRangeException(nameof(number)),
    };
}
