using OpenGradient.Attestation.Nitro;

namespace OpenGradient.Attestation.Tests.Parsing;

/// <summary>What goes to the Nitro Security Module and comes back, byte for byte.</summary>
public sealed class NsmMessagesTests
{
    // {"Attestation": {"document": h'010203'}}, as RFC 8949 writes it.
    private static readonly byte[] Answer = Convert.FromHexString("A16B4174746573746174696F6EA168646F63756D656E7443010203");

    [Fact]
    public void A_request_is_written_as_the_module_reads_it()
    {
        // {"Attestation": {"user_data": h'0102', "nonce": h'03', "public_key": null}}
        Assert.Equal(
            "A16B4174746573746174696F6EA369757365725F64617461420102656E6F6E636541036A7075626C69635F6B6579F6",
            Convert.ToHexString(NsmMessages.EncodeRequest([1, 2], [3], [])));
    }

    [Fact]
    public void The_longest_request_fits_and_longer_parts_are_refused()
    {
        var longest = NsmMessages.EncodeRequest(new byte[NsmMessages.MaxUserBytes], new byte[NsmMessages.MaxUserBytes], new byte[NsmMessages.MaxKeyBytes]);
        Assert.InRange(longest.Length, NsmMessages.MaxUserBytes, NsmMessages.MaxRequestBytes);

        var reader = new CborReader(longest);
        Assert.Equal((1, "Attestation", 3), (reader.Map(1), reader.Text(64), reader.Map(3)));
        foreach (var (name, length) in (ReadOnlySpan<(string, int)>)[("user_data", 512), ("nonce", 512), ("public_key", 1024)])
            Assert.Equal((name, length), (reader.Text(64), reader.Bytes(2048).Length));
        Assert.True(!reader.Failed && reader.Rest.IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => NsmMessages.EncodeRequest(new byte[NsmMessages.MaxUserBytes + 1], [], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => NsmMessages.EncodeRequest([], new byte[NsmMessages.MaxUserBytes + 1], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => NsmMessages.EncodeRequest([], [], new byte[NsmMessages.MaxKeyBytes + 1]));
    }

    [Fact]
    public void A_document_is_taken_out_of_its_answer()
    {
        Assert.True(NsmMessages.TryReadResponse(Answer, out var document, out var fault), fault);
        Assert.Equal([1, 2, 3], document);
    }

    [Fact]
    public void An_answer_cut_at_any_byte_or_with_more_behind_it_is_none()
    {
        for (var length = 0; length < Answer.Length; length++)
            Assert.False(NsmMessages.TryReadResponse(Answer.AsMemory(0, length), out _, out _), $"{length} bytes were read.");
        Assert.False(NsmMessages.TryReadResponse((byte[])[.. Answer, 0], out _, out _));
        Assert.False(NsmMessages.TryReadResponse(new byte[NsmMessages.MaxResponseBytes + 1], out _, out _));
    }

    [Theory]
    [InlineData("A1654572726F726F496E76616C6964417267756D656E74", "The module refuses: InvalidArgument.")]
    [InlineData("A1654572726F72653C62723E0A", "none that is known")]
    [InlineData("A1654572726F7260", "none that is known")]
    [InlineData("A1664C6F636B506380", "none that is known")]
    [InlineData("A16B4174746573746174696F6EA16464617461430102", "none that is known")]
    [InlineData("A16B4174746573746174696F6EA168646F63756D656E7440", "none that is known")]
    public void What_the_module_refuses_is_told_and_what_is_strange_is_not_repeated(string hex, string told)
    {
        Assert.False(NsmMessages.TryReadResponse(Convert.FromHexString(hex), out var document, out var fault));
        Assert.Null(document);
        Assert.Contains(told, fault, StringComparison.Ordinal);
    }
}
