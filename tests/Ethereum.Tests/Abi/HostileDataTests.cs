using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Abi;

/// <summary>Data that somebody made to be misread, to be read twice, or to cost more than they are.</summary>
public sealed class HostileDataTests
{
    private static readonly AbiType.Tuple TwoBytes = Parameters("(bytes first, bytes second)");

    // An encoding with every kind of tail in it.
    private static readonly AbiType.Tuple Rich = Parameters(
        "(uint8 small, (address to, uint256[] amounts, string note)[] orders, bytes[2] pair, bool flag, int16[3] trio, (bytes3 tag, bool ok) flat)");

    private static readonly AbiValue[] RichValues =
    [
        7,
        AbiValue.ArrayOf(
            AbiValue.TupleOf(Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), AbiValue.ArrayOf(1, 2, 3), "first"),
            AbiValue.TupleOf(Address.Zero, AbiValue.ArrayOf(), new string('x', 40))),
        AbiValue.ArrayOf(new byte[] { 1, 2, 3 }, Array.Empty<byte>()),
        true,
        AbiValue.ArrayOf(-1, 0, 32767),
        AbiValue.TupleOf(new byte[] { 9, 9, 9 }, true),
    ];

    public static TheoryData<string, string, AbiFault, string> SingleFaults => new()
    {
        { "(uint8 a)", "100", AbiFault.ValueOutOfRange, "a" },
        { "(int8 a)", "80", AbiFault.ValueOutOfRange, "a" },
        { "(int64 a)", "8000000000000000", AbiFault.ValueOutOfRange, "a" },
        { "(int256 a, uint64 b)", "0 10000000000000000", AbiFault.ValueOutOfRange, "b" },
        { "(uint248 a)", "1" + "00000000000000000000000000000000000000000000000000000000000000", AbiFault.ValueOutOfRange, "a" },
        { "(bool a)", "2", AbiFault.NotABoolean, "a" },
        { "(bool a)", "10000000000000001", AbiFault.NotABoolean, "a" },
        { "(address a)", "1" + "0000000000000000000000000000000000000000", AbiFault.DirtyPadding, "a" },
        { "(bytes4 a)", "1", AbiFault.DirtyPadding, "a" },
        { "(function a)", "1", AbiFault.DirtyPadding, "a" },
        { "(uint256 a)", "1 2", AbiFault.TrailingData, "" },
        { "(uint256 a, uint256 b)", "1", AbiFault.DataTooShort, "" },
        { "(bytes a)", "40 0", AbiFault.OffsetNotCanonical, "a" },
        { "(bytes a)", "0 0", AbiFault.OffsetNotCanonical, "a" },
        { "(bytes a)", "20", AbiFault.DataTooShort, "a" },
        { "(bytes a)", "20 1", AbiFault.LengthOutOfRange, "a" },
        { "(bytes a)", "20 ffffffffffffffff", AbiFault.LengthOutOfRange, "a" },
        { "(bytes a)", "20 100000000000000000000000000000000", AbiFault.LengthOutOfRange, "a" },
        { "(bytes a)", "100000000 0", AbiFault.OffsetOutOfRange, "a" },
        { "(bytes a)", "1000000000000000000000000000000000000000000000020 0", AbiFault.OffsetOutOfRange, "a" },
        { "(bytes a)", "20 1 1", AbiFault.DirtyPadding, "a" },
        { "(uint256[] a)", "20 2 1", AbiFault.LengthOutOfRange, "a" },
        { "(uint256[] a)", "20 7fffffff 1", AbiFault.LengthOutOfRange, "a" },
        { "(uint256[] a)", "20 10000000000000001 1", AbiFault.LengthOutOfRange, "a" },
        { "(uint8[] a)", "20 2 1 100", AbiFault.ValueOutOfRange, "a[1]" },
        { "((bool ok, string text) a)", "20 1", AbiFault.DataTooShort, "a" },
        { "((bool ok, string text)[] orders)", "20 1 20 5 40 0", AbiFault.NotABoolean, "orders[0].ok" },
        { "(bytes[1] a)", "20 40 0", AbiFault.OffsetNotCanonical, "a[0]" },
        { "(uint8, bool)", "1 2", AbiFault.NotABoolean, "1" },
    };

    [Theory]
    [MemberData(nameof(SingleFaults))]
    public void Refuses_each_departure_from_the_canonical_encoding_and_says_where(string types, string words, AbiFault fault, string path)
    {
        var parameters = Parameters(types);
        var data = Words(words);

        var error = Assert.Throws<AbiException>(() => AbiCodec.DecodeParameters(parameters, data));

        Assert.Equal(fault, error.Fault);
        Assert.Equal(path, error.Path);
        Assert.InRange(error.Position!.Value, 0, data.Length);
        Assert.False(AbiCodec.TryDecodeParameters(parameters, data, out _));
    }

    [Theory]
    [InlineData("40 40 1 6100000000000000000000000000000000000000000000000000000000000000", "overlapping")]
    [InlineData("80 40 1 6100000000000000000000000000000000000000000000000000000000000000 0", "backwards")]
    [InlineData("60 80 0 0 0", "with a gap")]
    [InlineData("40 60 0 0 0", "with something behind")]
    [InlineData("40 60 0 1 61ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "with dirt behind the bytes")]
    public void What_solc_takes_is_refused_unless_asked_for(string words, string how)
    {
        var data = Words(words);

        Assert.False(AbiCodec.TryDecodeParameters(TwoBytes, data, out _), how);
        Assert.True(AbiCodec.TryDecodeParameters(TwoBytes, data, out var values, AbiDecoding.AsSolidity), how);
        Assert.Equal(2, values.Items.Length);
    }

    [Fact]
    public void Solc_takes_bytes_without_their_padding()
    {
        byte[] data = [.. Words("20 3"), 1, 2, 3];

        Assert.Equal(
            new AbiValue.Bytes(new byte[] { 1, 2, 3 }), AbiCodec.Decode(AbiType.Parse("bytes"), data, AbiDecoding.AsSolidity));
        Assert.Equal(AbiFault.LengthOutOfRange, Assert.Throws<AbiException>(() => AbiCodec.Decode(AbiType.Parse("bytes"), data)).Fault);
    }

    [Theory]
    [InlineData("(uint8 a)", "100", AbiFault.ValueOutOfRange)]
    [InlineData("(bool a)", "2", AbiFault.NotABoolean)]
    [InlineData("(address a)", "10000000000000000000000000000000000000000", AbiFault.DirtyPadding)]
    [InlineData("(bytes4 a)", "1", AbiFault.DirtyPadding)]
    [InlineData("(bytes a)", "21", AbiFault.OffsetOutOfRange)]
    [InlineData("(bytes a)", "20 1", AbiFault.LengthOutOfRange)]
    public void Solc_refuses_values_beyond_their_types_and_so_do_we(string types, string words, AbiFault fault)
    {
        var error = Assert.Throws<AbiException>(() =>
            AbiCodec.DecodeParameters(Parameters(types), Words(words), AbiDecoding.AsSolidity));

        Assert.Equal(fault, error.Fault);
    }

    [Theory]
    [InlineData(AbiDecoding.Canonical)]
    [InlineData(AbiDecoding.AsSolidity)]
    public void An_encoding_cut_at_any_byte_is_refused_and_nothing_else_happens(AbiDecoding decoding)
    {
        var whole = AbiCodec.EncodeParameters(Rich, RichValues);
        for (var length = 0; length < whole.Length; length++)
        {
            var read = AbiCodec.TryDecodeParameters(Rich, whole.AsSpan(0, length), out var values, decoding);

            // Only the padding of the last bytes may go missing, and only for solc.
            Assert.False(read && (decoding == AbiDecoding.Canonical || !RichValues.SequenceEqual(values!.Items)), $"{length} bytes");
        }

        Assert.True(AbiCodec.TryDecodeParameters(Rich, whole, out _, decoding));
    }

    [Fact]
    public void Whatever_decodes_canonically_is_the_very_encoding_of_what_it_decodes_to()
    {
        const int Seed = 20_260_611;
        var random = new Random(Seed);
        var whole = AbiCodec.EncodeParameters(Rich, RichValues);
        var accepted = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var data = (byte[])whole.Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                Mutate(random, data);

            if (AbiCodec.TryDecodeParameters(Rich, data, out var values))
            {
                accepted++;
                Assert.True(data.AsSpan().SequenceEqual(AbiCodec.EncodeParameters(Rich, values.Items.AsSpan())), $"Seed {Seed}, round {i}");
            }

            if (!AbiCodec.TryDecodeParameters(Rich, data, out _, AbiDecoding.AsSolidity))
                Assert.Throws<AbiException>(() => AbiCodec.DecodeParameters(Rich, data, AbiDecoding.AsSolidity));
        }

        Assert.InRange(accepted, 1, 19_999);
    }

    [Fact]
    public void Lists_that_share_one_tail_over_and_over_end_at_the_budget()
    {
        // Each of n elements points to the same list, and each of that list's to the next: n to the fourth values from 4n words.
        const int Count = 100;
        var words = new List<UInt256> { 0x20 };
        for (var level = 0; level < 3; level++)
        {
            words.Add(Count);
            for (var i = 0; i < Count; i++)
                words.Add((UInt256)(Count * 32));
        }

        words.Add(Count);
        words.AddRange(Enumerable.Repeat(UInt256.One, Count));
        var data = words.SelectMany(word => word.ToBigEndian()).ToArray();
        var type = AbiType.Parse("uint256[][][][]");

        var error = Assert.Throws<AbiException>(() => AbiCodec.Decode(type, data, AbiDecoding.AsSolidity));
        var allocated = AllocatedBy(() => AbiCodec.TryDecodeParameters(
            new AbiType.Tuple([new AbiParameter("a", type)]), data, out _, AbiDecoding.AsSolidity));

        Assert.Equal(AbiFault.TooMuchSharing, error.Fault);
        Assert.InRange(allocated, 0, AbiReader.SharingLimit * 4L * data.Length);
        Assert.False(AbiCodec.TryDecode(type, data, out _));
    }

    [Theory]
    [InlineData("uint8[]")]
    [InlineData("bool[]")]
    [InlineData("bytes1[]")]
    [InlineData("bytes[]")]
    [InlineData("(uint8,bool)[]")]
    [InlineData("uint8[][]")]
    public void Decoding_allocates_a_small_multiple_of_the_data(string name)
    {
        var type = AbiType.Parse(name);
        var data = AbiCodec.Encode(type, Filled(type, 1000));

        var allocated = AllocatedBy(() => AbiCodec.Decode(type, data));

        Assert.InRange(allocated, data.Length / 8, 4L * data.Length);
    }

    [Theory]
    [InlineData("uint256[]", "20 7ffffff")]
    [InlineData("bytes", "20 7fffffff")]
    [InlineData("(bytes,uint8[4])[]", "20 3fffffff")]
    [InlineData("string[][][]", "20 ffffffff 0 0 0")]
    public void A_promise_of_gigabytes_allocates_next_to_nothing(string name, string words)
    {
        var type = new AbiType.Tuple([new AbiParameter("a", AbiType.Parse(name))]);
        var data = Words(words);

        var allocated = AllocatedBy(() => AbiCodec.TryDecodeParameters(type, data, out _));

        Assert.InRange(allocated, 0, 1024);
    }

    // The least of a few times: what the runtime itself allocates along the way is not the decoder's.
    private static long AllocatedBy(Action work)
    {
        work();
        return Enumerable.Range(0, 3).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
    }

    private static AbiValue Filled(AbiType type, int count) => type switch
    {
        AbiType.Array array => AbiValue.ArrayOf([.. Enumerable.Range(0, count).Select(_ => Filled(array.Element, 1))]),
        AbiType.Tuple tuple => AbiValue.TupleOf([.. tuple.Components.Select(c => Filled(c.Type, 1))]),
        AbiType.Bool => true,
        AbiType.UInt => 1,
        AbiType.FixedBytes => new byte[] { 1 },
        AbiType.Bytes => new byte[] { 1 },
        _ => throw new InvalidOperationException(type.Name),
    };

    // Changes that hit the structure: small numbers where offsets and lengths stand, and single bits anywhere.
    private static void Mutate(Random random, byte[] data)
    {
        var word = random.Next(data.Length / 32) * 32;
        switch (random.Next(4))
        {
            case 0:
                data[random.Next(data.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                data[word + 31] = (byte)(random.Next(8) * 32);
                break;
            case 2:
                data[word + 31] = (byte)random.Next(4);
                break;
            default:
                data[word + random.Next(32)] = (byte)random.Next(256);
                break;
        }
    }

    private static AbiType.Tuple Parameters(string text) => Assert.IsType<AbiType.Tuple>(AbiType.Parse(text));

    // Hexadecimal words, filled up on the left; those of 64 digits stand as they are.
    private static byte[] Words(string words) =>
        [.. words.Split(' ').SelectMany(word => Convert.FromHexString(word.PadLeft(64, '0')))];
}
