using System.Buffers;
using System.Buffers.Binary;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;
using static OpenGradient.BindingGenerator.Tests.Generated.AbiProbeContract;

namespace OpenGradient.BindingGenerator.Tests;

/// <summary>Generated decoders and the codec of run-time types: two ways to read the same bytes, which must never differ.</summary>
public sealed class GeneratedDecoderTests
{
    private static readonly Address Someone = Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");

    private static readonly OrderedEvent Sample = new(Hash32.Zero, new Order(
        Hash32.FromUInt256(5),
        Someone,
        [1, 2],
        new byte[] { 1, 2, 3 },
        [new Line(new Point(-1, 2), new Point(3, 4), "first"), new Line(new Point(5, 6), new Point(7, 8), string.Empty)],
        [new Point(9, 10), new Point(11, 12)],
        1));

    private static readonly AbiEvent Dynamic = AbiEvent.Parse(OrderedEvent.Declaration);

    [Fact]
    public void A_log_cut_at_any_byte_is_refused_by_both()
    {
        var log = Sample.ToLog(Someone);
        for (var length = 0; length < log.Data.Length; length++)
        {
            var cut = log with { Data = log.Data[..length] };
            Assert.False(OrderedEvent.TryDecode(cut, out _), $"{length} bytes");
            Assert.False(Dynamic.TryDecode(cut, out _), $"{length} bytes");
        }
    }

    [Fact]
    public void What_one_of_both_reads_from_changed_data_the_other_reads_too()
    {
        const int Seed = 90_125;
        var random = new Random(Seed);
        var log = Sample.ToLog(Someone);
        var accepted = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var data = log.Data.ToArray();
            for (var changes = random.Next(1, 3); changes > 0; changes--)
            {
                var word = random.Next(data.Length / 32) * 32;
                if (random.Next(2) == 0)
                    BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(word + 30), (ushort)(random.Next(20) * 32));
                else
                    data[word + random.Next(32)] = (byte)random.Next(256);
            }

            var changed = log with { Data = data };
            var isRead = OrderedEvent.TryDecode(changed, out var typed);

            Assert.True(isRead == Dynamic.TryDecode(changed, out _), $"Seed {Seed}, round {i}");
            if (!isRead)
                continue;

            // Text that is not UTF-8 is read, but does not come back.
            accepted++;
            if (!typed!.Order.Lines.Any(line => line.Label.Contains('\ufffd', StringComparison.Ordinal)))
                Assert.True(typed.ToLog(Someone).Data.Span.SequenceEqual(data), $"Seed {Seed}, round {i}");
        }

        Assert.InRange(accepted, 1, 9_999);
    }

    [Fact]
    public void Says_where_a_log_is_malformed()
    {
        var log = Sample.ToLog(Someone);
        var data = log.Data.ToArray();
        var place = data.AsSpan().IndexOf(new UInt256(6).ToBigEndian());
        data[place] = 1;

        var error = Assert.Throws<AbiException>(() => OrderedEvent.Decode(log with { Data = data }));

        Assert.Equal("order.lines[1].from.y", error.Path);
        Assert.Equal(AbiFault.ValueOutOfRange, error.Fault);
        Assert.Equal(place, error.Position);
        Assert.Throws<AbiException>(() => PingedEvent.Decode(log));
    }

    [Fact]
    public void Says_where_returned_data_are_malformed()
    {
        var error = Assert.Throws<AbiException>(() => EchoSmallCall.DecodeReturn(new byte[96]));
        var second = new byte[128];
        second[32] = 1;

        Assert.Equal(AbiFault.DataTooShort, error.Fault);
        Assert.Equal("1", Assert.Throws<AbiException>(() => EchoSmallCall.DecodeReturn(second)).Path);
    }

    [Fact]
    public void Says_which_argument_does_not_fit_its_type()
    {
        var large = Sample.Order with { Lines = [Sample.Order.Lines[0], new Line(new Point(1 << 23, 0), new Point(0, 0), string.Empty)] };

        Assert.Equal("C", PathOf(() => new EchoSmallCall(0, 0, 1 << 24, 0).Encode()));
        Assert.Equal("Order.Lines[1].From.X", PathOf(() => new EchoOrderCall(large).Encode()));
        Assert.Equal("Order.Corners", PathOf(() => new EchoOrderCall(Sample.Order with { Corners = [new Point(0, 0)] }).Encode()));
        Assert.Equal("B", PathOf(() => new EchoFixedBytesCall(
            FixedBytes.Parse("0x01"), FixedBytes.Parse("0x01"), default, default, Hash32.Zero).Encode()));
        Assert.Equal("E[1]", PathOf(() => new EchoListsCall(
            [], [], [], [Hash32.Zero, Hash32.Zero], [FixedBytes.Parse("0x010203"), default]).Encode()));
        Assert.Equal("B[0]", PathOf(() => new EchoNestedCall([[], []], ["\ud800"], [], [], ["", ""]).Encode()));
    }

    [Fact]
    public void Both_ways_to_encode_give_the_same_bytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var call = new EchoOrderCall(Sample.Order);

        call.EncodeTo(buffer);

        Assert.Equal(call.Encode(), buffer.WrittenSpan.ToArray());
    }

    [Fact]
    public void Events_of_another_number_of_topics_are_not_read()
    {
        var transfer = new TransferAddressAddressUint256Event(Someone, Someone, 1).ToLog(Someone);

        Assert.False(TransferAddressAddressUint256Event.TryDecode(transfer with { Topics = [.. transfer.Topics, Hash32.Zero] }, out _));
        Assert.False(TransferAddressAddressUint256Event.TryDecode(transfer with { Topics = [] }, out _));
        Assert.Null(EventOf(transfer with { Topics = [] }));
    }

    private static string PathOf(Action encode) => Assert.Throws<AbiException>(encode).Path;
}
