using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Transactions;

namespace OpenGradient.Ethereum.Tests.Transactions;

public sealed class AuthorizationTests
{
    private static readonly Authorization Sample = new(1UL, Address.Parse("0x" + new string('7', 40)), 5);

    [Fact]
    public void Signs_the_magic_byte_and_the_three_fields()
    {
        var message = Hex.Decode("0x05" + "d70194" + new string('7', 40) + "05");

        Assert.Equal(Keccak256.Hash(message), Sample.SigningDigest());
    }

    [Fact]
    public void Recovers_the_authority_that_signed()
    {
        using var key = PrivateKey.Generate();
        var signed = Sample.Sign(key);

        Assert.True(signed.TryRecoverAuthority(out var authority));
        Assert.Equal(key.Address, authority);
        Assert.True((signed with { Authorization = Sample with { Nonce = 6 } }).TryRecoverAuthority(out var other));
        Assert.NotEqual(authority, other);
    }

    [Fact]
    public void Finds_no_authority_for_an_upper_s_or_a_parity_that_is_none()
    {
        using var key = PrivateKey.Generate();
        var signed = Sample.Sign(key);
        var upper = signed with { S = Secp256k1.Order - signed.S, YParity = (byte)(1 - signed.YParity) };

        Assert.False(upper.TryRecoverAuthority(out _));
        Assert.False((signed with { YParity = 2 }).TryRecoverAuthority(out _));
        Assert.False((signed with { R = UInt256.Zero }).TryRecoverAuthority(out _));
    }

    [Fact]
    public void A_transaction_keeps_authorisations_that_hold_for_no_one()
    {
        var random = new Random(20_260_402);
        SignedAuthorization[] odd =
        [
            new(new Authorization(UInt256.MaxValue, Address.Zero, ulong.MaxValue), byte.MaxValue, UInt256.MaxValue, UInt256.MaxValue),
            new(new Authorization(UInt256.Zero, Address.Zero, 0), 0, UInt256.Zero, UInt256.Zero),
        ];
        var transaction = (SetCodeTransaction)RandomTransactions.Next(random, TransactionType.SetCode) with { Authorizations = odd };

        var decoded = (SetCodeTransaction)Transaction.DecodeUnsigned(transaction.EncodeUnsigned());

        Assert.Equal(odd, decoded.Authorizations);
    }
}
