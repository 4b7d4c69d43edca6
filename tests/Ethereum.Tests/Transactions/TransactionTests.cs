using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;
using OpenGradient.Ethereum.Tests.Rlp;
using OpenGradient.Ethereum.Transactions;

namespace OpenGradient.Ethereum.Tests.Transactions;

public sealed class TransactionTests
{
    private const int Seed = 20_260_401;

    // The example of EIP-155, whose key is 32 times 0x46.
    private const string ExampleSigned =
        "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe5375678660"
        + "03e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83";

    private static readonly LegacyTransaction Example = new()
    {
        ChainId = new ChainId(1),
        Nonce = 9,
        GasPrice = Wei.FromGwei("20"),
        GasLimit = 21_000,
        To = Address.Parse("0x3535353535353535353535353535353535353535"),
        Value = Wei.FromEther("1"),
    };

    public static TheoryData<TransactionType> Types => new(Enum.GetValues<TransactionType>());

    [Fact]
    public void Has_the_digest_the_bytes_and_the_sender_of_the_standards_example()
    {
        Assert.Equal("0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53", Example.SigningDigest().ToString());

        var decoded = SignedTransaction.Decode(Hex.Decode(ExampleSigned));
        Assert.Equal(Example, decoded.Transaction);
        Assert.True(decoded.TryRecoverSender(out var sender));
        Assert.Equal("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F", sender.ToString());

        using var key = PrivateKey.FromSecret(Hex.Decode("0x" + string.Concat(Enumerable.Repeat("46", 32))));
        Assert.True(Example.Sign(key).TryRecoverSender(out sender));
        Assert.Equal(key.Address, sender);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Reads_back_what_it_wrote(TransactionType type)
    {
        var random = new Random(Seed + (int)type);
        for (var run = 0; run < 200; run++)
        {
            var transaction = RandomTransactions.Next(random, type);
            var signature = new Signature(RandomTransactions.Scalar(random), RandomTransactions.Scalar(random), random.Next(2) == 0);
            var signed = transaction.WithSignature(signature);

            var decoded = SignedTransaction.Decode(signed.Encoding.Span);

            Assert.Equal(transaction, decoded.Transaction);
            Assert.Equal(type, decoded.Transaction.Type);
            Assert.Equal(signature, decoded.Signature);
            Assert.Equal(signed, decoded);
            Assert.Equal(Keccak256.Hash(signed.Encoding.Span), decoded.Hash);
            Assert.Equal(transaction, Transaction.DecodeUnsigned(transaction.EncodeUnsigned()));
            Assert.Equal(Keccak256.Hash(transaction.EncodeUnsigned()), transaction.SigningDigest());
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Recovers_the_sender_of_what_was_signed_here(TransactionType type)
    {
        using var key = PrivateKey.Generate();
        var transaction = RandomTransactions.Next(new Random(Seed), type);

        Assert.True(transaction.Sign(key).TryRecoverSender(out var sender));
        Assert.Equal(key.Address, sender);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Refuses_every_truncation_and_anything_behind(TransactionType type)
    {
        var random = new Random(Seed);
        for (var run = 0; run < 5; run++)
        {
            var transaction = RandomTransactions.Next(random, type);
            var signed = transaction.WithSignature(new Signature(1UL, 2UL, true)).Encoding.ToArray();
            var unsigned = transaction.EncodeUnsigned();
            for (var length = 0; length < signed.Length; length++)
                Assert.False(SignedTransaction.TryDecode(signed.AsSpan(0, length), out _));
            for (var length = 0; length < unsigned.Length; length++)
                Assert.Throws<RlpException>(() => Transaction.DecodeUnsigned(unsigned.AsSpan(0, length)));

            Assert.True(SignedTransaction.TryDecode(signed, out _));
            Assert.False(SignedTransaction.TryDecode([.. signed, 0], out _));
            Assert.Throws<RlpException>(() => Transaction.DecodeUnsigned([.. unsigned, 0]));
            Assert.Throws<RlpException>(() => SignedTransaction.Decode(unsigned));
            Assert.Throws<RlpException>(() => Transaction.DecodeUnsigned(signed));
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Throws_nothing_else_at_changed_bytes_and_takes_only_what_it_would_write(TransactionType type)
    {
        var random = new Random(Seed);
        var taken = 0;
        for (var run = 0; run < 3_000; run++)
        {
            var bytes = RandomTransactions.Next(random, type).WithSignature(new Signature(1UL, 2UL, true)).Encoding.ToArray();
            for (var i = 0; i <= run % 3; i++)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (!SignedTransaction.TryDecode(bytes, out var signed))
                continue;

            Assert.Equal(bytes, signed.Transaction.WithSignature(signed.Signature).Encoding.ToArray());
            signed.TryRecoverSender(out _);
            taken++;
        }

        Assert.InRange(taken, 300, 2_990);
    }

    [Fact]
    public void Throws_nothing_else_at_random_bytes()
    {
        var random = new Random(Seed);
        for (var run = 0; run < 20_000; run++)
        {
            var bytes = new byte[random.Next(120)];
            random.NextBytes(bytes);
            if (bytes.Length > 1 && run % 2 == 0)
                (bytes[0], bytes[1]) = ((byte)random.Next(6), (byte)(0xC0 + Math.Min(bytes.Length - 2, 0x37)));

            Assert.False(SignedTransaction.TryDecode(bytes, out _));
        }
    }

    [Theory]
    [InlineData("0x00", RlpFault.InvalidValue)]
    [InlineData("0x05c0", RlpFault.InvalidValue)]
    [InlineData("0x7fc0", RlpFault.InvalidValue)]
    [InlineData("0x8102", RlpFault.ExpectedList)]
    [InlineData("0xb87002f86d", RlpFault.ExpectedList)]
    [InlineData("0x02", RlpFault.Truncated)]
    [InlineData("0x0280", RlpFault.ExpectedList)]
    [InlineData("0x02c0", RlpFault.Truncated)]
    [InlineData("0xc0", RlpFault.Truncated)]
    [InlineData("0xcac0808080808080808080", RlpFault.ExpectedBytes)]
    public void Refuses_what_is_no_transaction(string encoding, RlpFault fault) =>
        Assert.Equal(fault, Assert.Throws<RlpException>(() => SignedTransaction.Decode(Hex.Decode(encoding))).Fault);

    [Theory]
    [InlineData("00", false)]
    [InlineData("01", false)]
    [InlineData("1a", false)]
    [InlineData("1b", true)]
    [InlineData("1c", true)]
    [InlineData("1d", false)]
    [InlineData("22", false)]
    [InlineData("23", true)]
    [InlineData("25", true)]
    public void Takes_a_v_of_27_and_28_and_from_35_on(string v, bool taken)
    {
        var encoding = Hex.Decode(ExampleSigned.Replace("8025a0", "80" + v + "a0", StringComparison.Ordinal));

        Assert.Equal(taken, SignedTransaction.TryDecode(encoding, out var transaction));
        if (taken)
            Assert.Equal(encoding, transaction!.Transaction.WithSignature(transaction.Signature).Encoding.ToArray());
    }

    [Fact]
    public void Takes_the_largest_chain_id_in_v_and_refuses_a_larger_one()
    {
        var largest = (Example with { ChainId = new ChainId(ulong.MaxValue) }).WithSignature(new Signature(1UL, 1UL, true));
        Assert.Equal(largest, SignedTransaction.Decode(largest.Encoding.Span));
        Assert.Contains("890200000000000000220101", Hex.Encode(largest.Encoding.Span), StringComparison.Ordinal);

        var larger = Hex.Encode(largest.Encoding.Span).Replace("890200000000000000220101", "890200000000000000230101", StringComparison.Ordinal);
        var error = Assert.Throws<RlpException>(() => SignedTransaction.Decode(Hex.Decode(larger)));
        Assert.Equal(RlpFault.NumberTooLarge, error.Fault);
    }

    [Fact]
    public void Refuses_the_nonce_that_no_account_may_reach()
    {
        var last = Example with { Nonce = ulong.MaxValue - 1 };
        Assert.Equal(last, Transaction.DecodeUnsigned(last.EncodeUnsigned()));

        var beyond = Example with { Nonce = ulong.MaxValue };
        Assert.Contains(
            "EIP-2681", Assert.Throws<RlpException>(() => Transaction.DecodeUnsigned(beyond.EncodeUnsigned())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_zeros_in_place_of_the_signature_that_are_none()
    {
        var unsigned = Hex.Encode(Example.EncodeUnsigned());
        Assert.EndsWith("018080", unsigned, StringComparison.Ordinal);

        Assert.Throws<RlpException>(() => Transaction.DecodeUnsigned(Hex.Decode(unsigned[..^4] + "0180")));
        Assert.Throws<RlpException>(() => Transaction.DecodeUnsigned(Hex.Decode(unsigned[..^4] + "8001")));
    }

    [Fact]
    public void A_signature_in_its_upper_form_recovers_only_where_that_is_allowed()
    {
        var signed = SignedTransaction.Decode(Hex.Decode(ExampleSigned));
        var upper = new Signature(signed.Signature.R, Secp256k1.Order - signed.Signature.S, !signed.Signature.YParity);
        var malleated = Example.WithSignature(upper);

        Assert.True(signed.TryRecoverSender(out var sender));
        Assert.False(malleated.TryRecoverSender(out _));
        Assert.True(malleated.TryRecoverSender(out var same, HighS.Allowed));
        Assert.Equal(sender, same);
        Assert.NotEqual(signed.Hash, malleated.Hash);
    }

    [Fact]
    public void Refuses_an_unsigned_transaction_although_its_chain_id_passes_for_a_v()
    {
        var unsigned = (Example with { ChainId = new ChainId(137) }).EncodeUnsigned();

        Assert.Contains("not signed", Assert.Throws<RlpException>(() => SignedTransaction.Decode(unsigned)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_signature_of_zeros_or_beyond_the_order_is_of_no_one(int which)
    {
        var signature = which == 0 ? new Signature(UInt256.Zero, UInt256.Zero, false) : new Signature(UInt256.MaxValue, UInt256.MaxValue, false);

        Assert.False(Example.WithSignature(signature).TryRecoverSender(out _));
    }

    [Fact]
    public void Is_equal_to_what_signs_the_same()
    {
        var random = new Random(Seed);
        foreach (var type in Enum.GetValues<TransactionType>())
        {
            var transaction = RandomTransactions.Next(random, type);
            var same = Transaction.DecodeUnsigned(transaction.EncodeUnsigned());

            Assert.Equal(transaction, same);
            Assert.Equal(transaction.GetHashCode(), same.GetHashCode());
            Assert.NotEqual(transaction, transaction with { Nonce = transaction.Nonce + 1 });
            Assert.NotEqual(transaction, RandomTransactions.Next(random, type));
        }
    }

    [Theory]
    [InlineData(TransactionType.AccessList, 7)]
    [InlineData(TransactionType.FeeMarket, 8)]
    [InlineData(TransactionType.Blob, 8)]
    [InlineData(TransactionType.SetCode, 8)]
    public void Refuses_access_lists_of_another_shape(TransactionType type, int index)
    {
        var account = RlpTree.Bytes(new byte[20]);
        var key = RlpTree.Bytes(new byte[32]);
        (string What, RlpTree List)[] wrong =
        [
            ("bytes for a list", RlpTree.Bytes([])),
            ("bytes for an entry", RlpTree.List(RlpTree.Bytes([]))),
            ("an empty entry", RlpTree.List(RlpTree.List())),
            ("no list of keys", RlpTree.List(RlpTree.List(account))),
            ("bytes for a list of keys", RlpTree.List(RlpTree.List(account, RlpTree.Bytes([])))),
            ("an empty key", RlpTree.List(RlpTree.List(account, RlpTree.List(RlpTree.Bytes([]))))),
            ("a key of 31 bytes", RlpTree.List(RlpTree.List(account, RlpTree.List(RlpTree.Bytes(new byte[31]))))),
            ("a key of 33 bytes", RlpTree.List(RlpTree.List(account, RlpTree.List(key, RlpTree.Bytes(new byte[33]))))),
            ("a list for a key", RlpTree.List(RlpTree.List(account, RlpTree.List(RlpTree.List())))),
            ("a third item", RlpTree.List(RlpTree.List(account, RlpTree.List(key), RlpTree.List()))),
            ("an address of 19 bytes", RlpTree.List(RlpTree.List(RlpTree.Bytes(new byte[19]), RlpTree.List()))),
            ("no address", RlpTree.List(RlpTree.List(RlpTree.Bytes([]), RlpTree.List()))),
        ];

        foreach (var (what, list) in wrong)
            Assert.False(SignedTransaction.TryDecode(WithField(type, index, Convert.ToHexString(list.Encode())), out _), what);
        Assert.True(SignedTransaction.TryDecode(WithField(type, index, "c0"), out _));
        Assert.True(SignedTransaction.TryDecode(
            WithField(type, index, Convert.ToHexString(RlpTree.List(RlpTree.List(account, RlpTree.List(key, key))).Encode())), out _));
    }

    [Theory]
    [InlineData(TransactionType.Blob, 5)]
    [InlineData(TransactionType.SetCode, 5)]
    public void Refuses_a_creation_by_a_kind_that_creates_nothing(TransactionType type, int index) =>
        Assert.False(SignedTransaction.TryDecode(WithField(type, index, "80"), out _));

    [Theory]
    [InlineData(TransactionType.AccessList, 8)]
    [InlineData(TransactionType.FeeMarket, 9)]
    [InlineData(TransactionType.Blob, 11)]
    [InlineData(TransactionType.SetCode, 10)]
    public void Refuses_a_parity_that_is_neither_0_nor_1(TransactionType type, int index)
    {
        Assert.True(SignedTransaction.TryDecode(WithField(type, index, "80"), out _));
        Assert.True(SignedTransaction.TryDecode(WithField(type, index, "01"), out _));
        Assert.False(SignedTransaction.TryDecode(WithField(type, index, "02"), out _));
        Assert.False(SignedTransaction.TryDecode(WithField(type, index, "00"), out _));
        Assert.False(SignedTransaction.TryDecode(WithField(type, index, "1b"), out _));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Refuses_a_list_for_any_number_and_a_leading_zero_in_it(TransactionType type)
    {
        // All fields up to the gas limit are numbers.
        var numbers = type switch { TransactionType.Legacy => 3, TransactionType.AccessList => 4, _ => 5 };
        for (var index = 0; index < numbers; index++)
        {
            Assert.False(SignedTransaction.TryDecode(WithField(type, index, "c0"), out _));
            Assert.False(SignedTransaction.TryDecode(WithField(type, index, "820001"), out _));
            Assert.False(SignedTransaction.TryDecode(WithField(type, index, "a1" + new string('1', 66)), out _));
            Assert.True(SignedTransaction.TryDecode(WithField(type, index, "820101"), out _));
        }
    }

    private static byte[] WithField(TransactionType type, int index, string item)
    {
        var encoding = RandomTransactions.Next(new Random(Seed), type).WithSignature(new Signature(1UL, 2UL, true)).Encoding.ToArray();
        var typeLength = type == TransactionType.Legacy ? 0 : 1;
        var fields = new RlpReader(encoding, typeLength).ReadList();
        using var writer = new RlpWriter();
        writer.StartList();
        for (var i = 0; !fields.IsAtEnd; i++)
        {
            var field = fields.ReadItem();
            writer.WriteEncoded(i == index ? Hex.Decode("0x" + item) : field);
        }

        writer.EndList();
        return [.. encoding[..typeLength], .. writer.ToArray()];
    }
}
