using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using OpenGradient.PrivateRequests.Chunked;
using OpenGradient.PrivateRequests.Hpke;
using OpenGradient.PrivateRequests.Oblivious;

namespace OpenGradient.PrivateRequests.Tests.Chunked;

public sealed class ChunkedTests : IDisposable
{
    private const int Most = 1 << 20;
    private static readonly byte[] With = "associated"u8.ToArray();

    private readonly HpkeKeyPair _key = HpkeKeyPair.Generate();

    private ChunkedGateway Gateway => new(7, _key, ChunkLabels.Private);

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(16384, 1)]
    [InlineData(16385, 2)]
    [InlineData(100_000, 7)]
    public void A_request_of_any_length_is_read_as_a_whole(int length, int chunks)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        using var request = ChunkedRequest.TrySeal(Gateway.Configuration, ChunkLabels.Private, With, content)!;

        using var exchange = Opened(Gateway.Open(request.Message, With, Most));

        Assert.Equal(content, exchange.Content);
        Assert.Equal(chunks, PiecesOf(request.Message.AsSpan(72)).Count);
    }

    [Fact]
    public void Responses_are_read_in_whatever_pieces_they_come()
    {
        using var request = Seal("what is it"u8);
        using var exchange = Opened(Gateway.Open(request.Message, With, Most));
        Prop.ForAll(ArbMap.Default.ArbFor<(byte[][] Chunks, int Seed)>(), drawn =>
        {
            var chunks = (drawn.Chunks ?? []).Select(chunk => chunk ?? []).ToArray();
            var random = new Random(drawn.Seed);
            using var writer = exchange.Respond();
            byte[] sent = [.. writer.Start, .. chunks.SelectMany(chunk => writer.Seal(chunk)), .. writer.SealFinal("end"u8)];
            using var reader = request.Read(Most);
            List<byte[]> read = [];
            for (var at = 0; at < sent.Length;)
            {
                var size = Math.Min(random.Next(1, 60), sent.Length - at);
                reader.Push(sent.AsSpan(at, size));
                at += size;
                while (reader.TryNext() is { } chunk)
                    read.Add(chunk);
            }

            return reader.Finish() is { } last && last.AsSpan().SequenceEqual("end"u8) && read.Count == chunks.Length
                && read.Zip(chunks).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_request_that_is_cut_off_anywhere_is_refused()
    {
        using var small = Seal("what is it"u8);
        for (var length = 0; length < small.Message.Length; length++)
        {
            var fault = Refused(Gateway.Open(small.Message.AsSpan(0, length), With, Most));
            Assert.True(fault is ChunkFault.Truncated or ChunkFault.NotAuthentic, $"{length}: {fault}");
        }

        // At the end of a chunk, where nothing but the missing final one tells.
        using var request = Seal(new byte[20_000]);
        Assert.Equal(ChunkFault.Truncated, Refused(Gateway.Open(request.Message.AsSpan(0, 72 + 4 + 16400), With, Most)));
    }

    [Fact]
    public void A_response_that_is_cut_off_anywhere_is_not_whole()
    {
        using var request = Seal("?"u8);
        using var exchange = Opened(Gateway.Open(request.Message, With, Most));
        using var writer = exchange.Respond();
        byte[] sent = [.. writer.Start, .. writer.Seal("one"u8), .. writer.Seal("two"u8), .. writer.SealFinal("three"u8)];

        for (var length = 0; length < sent.Length; length++)
        {
            var (_, last, fault) = Read(request, sent.AsSpan(0, length));
            Assert.Null(last);
            Assert.True(fault is ChunkFault.Truncated or ChunkFault.NotAuthentic, $"{length}: {fault}");
        }

        Assert.Equal("three"u8.ToArray(), Read(request, sent).Last);
    }

    [Fact]
    public void Whatever_byte_is_changed_nothing_opens()
    {
        using var request = Seal("what is it"u8);
        for (var i = 0; i < request.Message.Length; i++)
        {
            byte[] changed = [.. request.Message];
            changed[i] ^= 1;
            var expected = i == 0 ? ChunkFault.KeyUnknown : i < 7 ? ChunkFault.AlgorithmRefused : i == 72 ? ChunkFault.Truncated : ChunkFault.NotAuthentic;
            var fault = Refused(Gateway.Open(changed, With, Most));
            // A length that was changed makes other chunks, which are not authentic or not there.
            Assert.True(fault == expected || (i == 72 && fault == ChunkFault.NotAuthentic), $"{i}: {fault}");
        }
    }

    [Fact]
    public void Chunks_in_another_order_left_out_or_sent_twice_are_not_opened()
    {
        using var request = Seal("?"u8);
        using var exchange = Opened(Gateway.Open(request.Message, With, Most));
        using var writer = exchange.Respond();
        var (start, one, two, end) = (writer.Start, writer.Seal("one"u8), writer.Seal("two"u8), writer.SealFinal("end"u8));

        Assert.Equal(2, Read(request, [.. start, .. one, .. two, .. end]).Chunks.Count);
        foreach (var order in (byte[][])[[.. start, .. two, .. one, .. end], [.. start, .. one, .. end], [.. start, .. one, .. one, .. two, .. end], [.. start, .. end]])
        {
            var (_, last, fault) = Read(request, order);
            Assert.Null(last);
            Assert.Equal(ChunkFault.NotAuthentic, fault);
        }
    }

    [Fact]
    public void A_chunk_is_not_made_the_last_one_nor_the_last_one_a_chunk()
    {
        using var request = Seal("?"u8);
        using var exchange = Opened(Gateway.Open(request.Message, With, Most));
        using var writer = exchange.Respond();
        var (one, end) = (writer.Seal("one"u8), writer.SealFinal("end"u8));

        Assert.Equal(ChunkFault.NotAuthentic, Read(request, [.. writer.Start, 0, .. one[1..]]).Fault);
        Assert.Equal(ChunkFault.NotAuthentic, Read(request, [.. writer.Start, .. one, (byte)(end.Length - 1), .. end[1..], 0]).Fault);
    }

    [Fact]
    public void Other_associated_data_opens_neither_request_nor_response()
    {
        using var request = Seal("?"u8);
        Assert.Equal(ChunkFault.NotAuthentic, Refused(Gateway.Open(request.Message, "associatee"u8, Most)));
        Assert.Equal(ChunkFault.NotAuthentic, Refused(Gateway.Open(request.Message, [], Most)));
        Assert.Equal(ChunkFault.NotAuthentic, Refused(Gateway.Open(request.Message, [.. With, .. "final"u8], Most)));
    }

    [Fact]
    public void A_request_to_another_key_under_the_same_id_is_not_opened()
    {
        using var stranger = HpkeKeyPair.Generate();
        using var request = ChunkedRequest.TrySeal(new KeyConfiguration(7, stranger.PublicKey), ChunkLabels.Private, With, "secret"u8)!;

        Assert.Equal(ChunkFault.NotAuthentic, Refused(Gateway.Open(request.Message, With, Most)));
        Assert.Null(ChunkedRequest.TrySeal(new KeyConfiguration(7, [4, .. Enumerable.Repeat((byte)1, 64)]), ChunkLabels.Private, With, "secret"u8));
    }

    [Fact]
    public void A_message_of_another_kind_is_not_taken_for_one_in_chunks_nor_the_other_way_round()
    {
        using var whole = ObliviousRequest.TryEncrypt(Gateway.Configuration, "?"u8)!;
        using var binary = ChunkedRequest.TrySeal(Gateway.Configuration, ChunkLabels.BinaryHttp, With, "?"u8)!;
        using var chunked = Seal("?"u8);

        Assert.IsType<ChunkedOpening.Refused>(Gateway.Open(whole.Message, With, Most));
        Assert.IsType<ChunkedOpening.Refused>(Gateway.Open([.. whole.Message.AsSpan(0, 72), 0, .. whole.Message.AsSpan(72)], [], Most));
        Assert.Equal(ChunkFault.NotAuthentic, Refused(Gateway.Open(binary.Message, With, Most)));
        Assert.Null(new ObliviousGateway(7, _key).TryOpen(chunked.Message));
        Assert.Null(new ObliviousGateway(7, _key).TryOpen([.. chunked.Message.AsSpan(0, 72), .. chunked.Message.AsSpan(73)]));
    }

    [Fact]
    public void A_response_to_another_request_is_not_opened()
    {
        using var one = Seal("one"u8);
        using var other = Seal("one"u8);
        using var exchange = Opened(Gateway.Open(one.Message, With, Most));
        using var writer = exchange.Respond();
        byte[] sent = [.. writer.Start, .. writer.SealFinal("to one"u8)];

        Assert.NotEqual(one.Message, other.Message);
        Assert.Equal(ChunkFault.NotAuthentic, Read(other, sent).Fault);
        Assert.Equal("to one"u8.ToArray(), Read(one, sent).Last);
    }

    [Fact]
    public void No_more_is_taken_than_was_agreed()
    {
        using var request = Seal(new byte[50_000]);
        Assert.Equal(ChunkFault.TooLarge, Refused(Gateway.Open(request.Message, With, 49_999)));
        Opened(Gateway.Open(request.Message, With, 50_000)).Dispose();

        using var exchange = Opened(Gateway.Open(request.Message, With, Most));
        using var writer = exchange.Respond();
        Assert.Throws<ArgumentException>(() => writer.Seal(new byte[16385]));
        // A length that announces more than any chunk has, before any of it is there.
        Assert.Equal(ChunkFault.TooLarge, Read(request, [.. writer.Start, 0x80, 0, 0x40, 0x11]).Fault);
        Assert.Equal(ChunkFault.TooLarge, Read(request, [.. writer.Start, 0, .. new byte[16384 + 17]]).Fault);
    }

    [Fact]
    public void Nothing_is_sealed_behind_the_final_chunk()
    {
        using var request = Seal("?"u8);
        using var exchange = Opened(Gateway.Open(request.Message, With, Most));
        using var writer = exchange.Respond();
        writer.SealFinal([]);

        Assert.Throws<InvalidOperationException>(() => writer.Seal("more"u8));
    }

    // The example of the draft (draft-ietf-ohai-chunked-ohttp-06, appendix A). Its request is from X25519, which .NET does not have; its response needs only what that led to.
    [Fact]
    public void The_response_of_the_drafts_example_is_opened_and_made_again()
    {
        var encapsulated = Convert.FromHexString("8811eb457e100811c40a0aa71340a1b81d804bb986f736f2f566a7199761a032");
        var secret = Convert.FromHexString("1d4484834ae36102a6ac42a5523454d9");
        var nonce = Convert.FromHexString("bcce7f4cb921309ba5d62edf1769ef09");
        var chunks = Convert.FromHexString("1179bf1cc87fa0e2c02de4546945aa3d1e4812b348b5bd4c594c16b6170b07b475845d1f3200ed9d8a796617a5b27265f4d73247f639");
        Assert.Equal(nonce.Length, ResponseKeys.NonceBytes(HpkeAead.Aes128Gcm));

        using var keys = ResponseKeys.Derive(HpkeAead.Aes128Gcm, secret, encapsulated, nonce);
        var reader = new ChunkReader([], Most, keys.TryOpen);
        reader.Push(chunks);
        Assert.Equal("01", Convert.ToHexString(reader.TryNext()!));
        Assert.Equal("40C8", Convert.ToHexString(reader.TryNext()!));
        Assert.Null(reader.TryNext());
        Assert.Empty(reader.Finish()!);

        using var again = ResponseKeys.Derive(HpkeAead.Aes128Gcm, secret, encapsulated, nonce);
        byte[] made = [.. ChunkFraming.Frame(again.Seal([], [0x01])), .. ChunkFraming.Frame(again.Seal([], [0x40, 0xc8])), .. ChunkFraming.FrameFinal(again.Seal("final"u8, []))];
        Assert.Equal(chunks, made);
    }

    // RFC 9000, appendix A.1.
    [Theory]
    [InlineData("c2197c5eff14e88c", 8, 151288809941952652)]
    [InlineData("9d7f3e7d", 4, 494878333)]
    [InlineData("7bbd", 2, 15293)]
    [InlineData("25", 1, 37)]
    [InlineData("4025", 2, 37)]
    public void Lengths_are_read_as_in_the_standard(string hex, int size, ulong length)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.True(ChunkFraming.TryReadLength(bytes, out var readSize, out var read));
        Assert.Equal((size, length), (readSize, read));
        for (var cut = 0; cut < bytes.Length; cut++)
            Assert.False(ChunkFraming.TryReadLength(bytes.AsSpan(0, cut), out _, out _));
    }

    private static ChunkedExchange Opened(ChunkedOpening opening) => Assert.IsType<ChunkedOpening.Opened>(opening).Exchange;

    private static ChunkFault Refused(ChunkedOpening opening) => Assert.IsType<ChunkedOpening.Refused>(opening).Fault;

    private static (List<byte[]> Chunks, byte[]? Last, ChunkFault Fault) Read(ChunkedRequest request, ReadOnlySpan<byte> sent)
    {
        using var reader = request.Read(Most);
        List<byte[]> chunks = [];
        reader.Push(sent);
        while (reader.TryNext() is { } chunk)
            chunks.Add(chunk);
        return (chunks, reader.Finish(), reader.Fault);
    }

    private static List<int> PiecesOf(ReadOnlySpan<byte> framed)
    {
        List<int> pieces = [];
        while (ChunkFraming.TryReadLength(framed, out var size, out var length))
        {
            pieces.Add((int)length);
            if (length == 0)
                break;
            framed = framed[(size + (int)length)..];
        }

        return pieces;
    }

    private ChunkedRequest Seal(ReadOnlySpan<byte> content) => ChunkedRequest.TrySeal(Gateway.Configuration, ChunkLabels.Private, With, content)!;
}
