using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Abi;

public sealed class RevertReasonTests
{
    private const string NotEnough =
        "0x08c379a0" +
        "0000000000000000000000000000000000000000000000000000000000000020" +
        "000000000000000000000000000000000000000000000000000000000000000a" +
        "6e6f7420656e6f75676800000000000000000000000000000000000000000000";

    [Fact]
    public void Says_nothing_where_nothing_was_returned() => Assert.IsType<RevertReason.None>(RevertReason.Decode([]));

    [Fact]
    public void Reads_a_message()
    {
        var reason = Assert.IsType<RevertReason.Message>(RevertReason.Decode(Hex.Decode(NotEnough)));

        Assert.Equal("not enough", reason.Text);
        Assert.Equal("reverted: not enough", reason.ToString());
    }

    [Theory]
    [InlineData(0x01, "assertion")]
    [InlineData(0x11, "overflowed")]
    [InlineData(0x12, "zero")]
    [InlineData(0x21, "enum")]
    [InlineData(0x22, "storage")]
    [InlineData(0x31, "pop")]
    [InlineData(0x32, "index")]
    [InlineData(0x41, "memory")]
    [InlineData(0x51, "function")]
    [InlineData(0x99, "does not define")]
    public void Says_what_a_panic_means(int code, string word)
    {
        byte[] data = [0x4e, 0x48, 0x7b, 0x71, .. ((UInt256)code).ToBigEndian()];

        var reason = Assert.IsType<RevertReason.Panic>(RevertReason.Decode(data));

        Assert.Equal((UInt256)code, reason.Code);
        Assert.Contains(word, reason.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_panic_code_beyond_64_bits_is_only_unknown()
    {
        byte[] data = [0x4e, 0x48, 0x7b, 0x71, .. UInt256.MaxValue.ToBigEndian()];

        Assert.Contains("does not define", RevertReason.Decode(data).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Keeps_the_selector_and_arguments_of_a_custom_error()
    {
        var reason = RevertReason.Decode([1, 2, 3, 4, 5, 6]);

        Assert.Equal(new RevertReason.Custom(new Selector(0x01020304), new byte[] { 5, 6 }), reason);
    }

    [Fact]
    public void A_message_cut_anywhere_before_its_last_letter_is_malformed_and_never_throws()
    {
        var whole = Hex.Decode(NotEnough);
        var text = whole.Length - 22;
        for (var length = 1; length < text; length++)
        {
            var reason = RevertReason.Decode(whole.AsSpan(0, length));
            Assert.True(reason is RevertReason.Malformed, $"{length} bytes gave {reason}");
        }

        Assert.IsType<RevertReason.Message>(RevertReason.Decode(whole.AsSpan(0, text)));
    }

    [Fact]
    public void A_message_that_promises_two_gigabytes_is_malformed()
    {
        var data = Hex.Decode(NotEnough);
        data[64] = 0x7f;

        Assert.IsType<RevertReason.Malformed>(RevertReason.Decode(data));
    }

    [Fact]
    public void Ill_formed_text_is_shown_with_replacement_characters()
    {
        var data = Hex.Decode(NotEnough);
        data[68] = 0xff;

        Assert.Equal(new RevertReason.Message("�ot enough"), RevertReason.Decode(data));
    }
}
