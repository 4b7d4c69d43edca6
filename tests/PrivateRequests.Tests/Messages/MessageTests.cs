using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Messages;

namespace OpenGradient.PrivateRequests.Tests.Messages;

public sealed class MessageTests
{
    private static readonly Hash32 Salt = Hash32.Parse("0x11111111111111111111111111111111111111111111111111111111111111ff");

    private static readonly PrivateEnvelope Envelope = new()
    {
        Node = Address.Parse("0x00000000000000000000000000000000000000aa"),
        VersionId = Hash32.Parse("0x22222222222222222222222222222222222222222222222222222222222222ff"),
        PriceCap = 12_345,
        RequestId = Salt,
        KeyEpoch = 9,
        SentAt = 1_800_000_000,
    };

    [Fact]
    public void An_envelope_comes_back_from_its_bytes_and_every_one_of_them_counts()
    {
        var bytes = Envelope.ToBytes();

        Assert.Equal(PrivateEnvelope.Bytes, bytes.Length);
        Assert.Equal(Envelope, PrivateEnvelope.TryRead([.. bytes, 1, 2, 3]));
        for (var length = 0; length < bytes.Length; length++)
            Assert.Null(PrivateEnvelope.TryRead(bytes.AsSpan(0, length)));
        for (var i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 1;
            Assert.NotEqual(Envelope, PrivateEnvelope.TryRead(changed));
        }
    }

    [Fact]
    public void What_is_padded_comes_back_from_one_of_a_few_sizes()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), content =>
        {
            var padded = Padding.TryPad(content, Padding.Frames)!;
            return Padding.Frames.Contains(padded.Length) && Padding.TryUnpad(padded, Padding.Frames)!.AsSpan().SequenceEqual(content);
        }).QuickCheckThrowOnFailure();
        Assert.Equal(256, Padding.TryPad(new byte[252], Padding.Frames)!.Length);
        Assert.Equal(1024, Padding.TryPad(new byte[253], Padding.Frames)!.Length);
        Assert.NotNull(Padding.TryPad(new byte[Padding.MostOf(Padding.Frames)], Padding.Frames));
        Assert.Null(Padding.TryPad(new byte[Padding.MostOf(Padding.Frames) + 1], Padding.Frames));
    }

    [Fact]
    public void There_is_one_padded_form_of_each_content()
    {
        var padded = Padding.TryPad("abc"u8, Padding.Frames)!;
        for (var length = 0; length < padded.Length; length++)
            Assert.Null(Padding.TryUnpad(padded.AsSpan(0, length), Padding.Frames));
        Assert.Null(Padding.TryUnpad([.. padded, .. new byte[768]], Padding.Frames));
        for (var i = 7; i < padded.Length; i++)
        {
            byte[] changed = [.. padded];
            changed[i] = 1;
            Assert.Null(Padding.TryUnpad(changed, Padding.Frames));
        }

        byte[] tooLong = [.. padded];
        tooLong[0] = 0x80;
        Assert.Null(Padding.TryUnpad(tooLong, Padding.Frames));
    }

    [Fact]
    public void A_question_comes_back_from_its_bytes_and_from_no_part_of_them()
    {
        var question = new PrivateQuestion(Salt, "tensors"u8.ToArray());
        var bytes = question.TryWrite()!;

        var read = PrivateQuestion.TryRead(bytes)!;
        Assert.Equal((Salt, "tensors"), (read.InputSalt, System.Text.Encoding.ASCII.GetString(read.Input.Span)));
        for (var length = 0; length < bytes.Length; length++)
            Assert.Null(PrivateQuestion.TryRead(bytes.AsSpan(0, length)));
        Assert.Null(read.HubRequest);
        Assert.Equal(Salt, PrivateQuestion.TryRead((question with { HubRequest = Salt }).TryWrite()!)!.HubRequest);
        // One that would not be read as it was meant.
        bytes[4] = 1;
        Assert.Null(PrivateQuestion.TryRead(bytes));
        Assert.Equal(Padding.Questions[^1], new PrivateQuestion(Salt, new byte[PrivateQuestion.MostInputBytes]).TryWrite()!.Length);
        Assert.Null(new PrivateQuestion(Salt, new byte[PrivateQuestion.MostInputBytes + 1]).TryWrite());
    }

    [Fact]
    public void Every_frame_comes_back_from_its_bytes_in_its_place_only()
    {
        var receipt = new AnswerFrame.Receipted(Salt, new byte[352], new byte[65], "because");
        foreach (var (frame, isLast) in ((AnswerFrame, bool)[])[(new AnswerFrame.Content("part"u8.ToArray()), false), (receipt, true), (new AnswerFrame.Refused(AnswerRefusal.Busy), true)])
        {
            var bytes = frame.ToBytes();
            Assert.Equal(bytes, AnswerFrame.TryRead(bytes, isLast)!.ToBytes());
            Assert.Null(AnswerFrame.TryRead(bytes, !isLast));
            for (var length = 0; length < bytes.Length; length++)
                Assert.Null(AnswerFrame.TryRead(bytes.AsSpan(0, length), isLast));
            byte[] changed = [.. bytes];
            changed[4] = 9;
            Assert.Null(AnswerFrame.TryRead(changed, isLast));
        }

        Assert.Equal(receipt.ToBytes().Length, new AnswerFrame.Refused(AnswerRefusal.Busy).ToBytes().Length);
        Assert.Equal("because", Assert.IsType<AnswerFrame.Receipted>(AnswerFrame.TryRead(receipt.ToBytes(), isLast: true)).Detail);
        Assert.Equal(16384, new AnswerFrame.Content(new byte[AnswerFrame.MostContentBytes]).ToBytes().Length);
        Assert.Throws<InvalidOperationException>(() => new AnswerFrame.Content(new byte[AnswerFrame.MostContentBytes + 1]).ToBytes());
        Assert.Throws<InvalidOperationException>(() => (receipt with { Detail = new string('x', 257) }).ToBytes());
    }

    [Fact]
    public void A_receipts_lengths_are_believed_only_as_far_as_they_go()
    {
        var bytes = new AnswerFrame.Receipted(Salt, new byte[10], new byte[5], "").ToBytes();
        bytes[4 + 1 + 32] = 0xff;

        Assert.Null(AnswerFrame.TryRead(bytes, isLast: true));
    }
}
