using System.Security.Cryptography;
using OpenGradient.Client.Tests.World;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Chunked;
using OpenGradient.PrivateRequests.Messages;
using OpenGradient.PrivateRequests.Oblivious;
using OpenGradient.PrivateService.Answering;
using OpenGradient.Support;

namespace OpenGradient.Client.Tests.Service;

/// <summary>Each request that is not opened is refused for its own reason; whoever sent it learns none of them.</summary>
public sealed class RequestGatewayTests : IDisposable
{
    private readonly ManualTime _clock = new();
    private readonly RequestGateway _gateway;
    private readonly PrivateWorld _world;

    public RequestGatewayTests() => (_gateway, _world) = PrivateWorld.Bare(new ScriptedModels(), _clock, options => options with { RememberedRequests = 3 });

    private PrivateEnvelope Envelope => new()
    {
        Node = PrivateWorld.Node,
        VersionId = ScriptedModels.Version,
        PriceCap = 100,
        RequestId = new Hash32(RandomNumberGenerator.GetBytes(32)),
        KeyEpoch = 1,
        SentAt = (ulong)_clock.GetUtcNow().ToUnixTimeSeconds(),
    };

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public void A_request_is_opened_once()
    {
        var body = Seal(Envelope);

        Assert.IsType<GatewayOpening.Opened>(_gateway.Open(body)).Request.Dispose();
        Assert.Equal(GatewayRefusal.Replayed, Refused(body));
    }

    [Fact]
    public void An_id_that_was_answered_is_not_answered_under_a_fresh_seal_either()
    {
        var envelope = Envelope;
        Assert.IsType<GatewayOpening.Opened>(_gateway.Open(Seal(envelope)));
        Assert.Equal(GatewayRefusal.Replayed, Refused(Seal(envelope)));
    }

    [Fact]
    public void What_is_refused_leaves_no_trace_by_which_others_could_be_kept_out()
    {
        var envelope = Envelope;
        for (var i = 0; i < 10; i++)
            Assert.Equal(GatewayRefusal.NotAuthentic, Refused([.. Seal(Envelope)[..^1], 7]));
        Assert.IsType<GatewayOpening.Opened>(_gateway.Open(Seal(envelope)));
    }

    [Fact]
    public void A_gateway_that_can_remember_no_more_takes_no_more()
    {
        for (var i = 0; i < 3; i++)
            Assert.IsType<GatewayOpening.Opened>(_gateway.Open(Seal(Envelope)));
        Assert.Equal(GatewayRefusal.Full, Refused(Seal(Envelope)));

        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.IsType<GatewayOpening.Opened>(_gateway.Open(Seal(Envelope)));
    }

    [Fact]
    public void Each_part_of_the_envelope_is_held_to()
    {
        var envelope = Envelope;
        Assert.Equal(GatewayRefusal.NotForThisNode, Refused(Seal(envelope with { Node = PrivateWorld.Payee })));
        Assert.Equal(GatewayRefusal.KeyNotCurrent, Refused(Seal(envelope with { KeyEpoch = 2 })));
        Assert.Equal(GatewayRefusal.KeyNotCurrent, Refused(Seal(envelope with { KeyEpoch = 257 })));
        Assert.Equal(GatewayRefusal.OutsideWindow, Refused(Seal(envelope with { SentAt = envelope.SentAt - 301 })));
        Assert.Equal(GatewayRefusal.OutsideWindow, Refused(Seal(envelope with { SentAt = envelope.SentAt + 301 })));
        // What the envelope says behind the seal's back.
        foreach (var changed in (PrivateEnvelope[])[envelope with { VersionId = Hash32.Zero }, envelope with { PriceCap = 101 }, envelope with { RequestId = Hash32.Zero }, envelope with { SentAt = envelope.SentAt - 1 }])
            Assert.Equal(GatewayRefusal.NotAuthentic, Refused([.. changed.ToBytes(), .. Seal(envelope)[PrivateEnvelope.Bytes..]]));
    }

    [Fact]
    public void A_request_that_is_cut_off_anywhere_is_refused()
    {
        var body = Seal(Envelope);
        for (var length = 0; length < body.Length; length += length < 240 ? 1 : 50)
        {
            var expected = length < PrivateEnvelope.Bytes ? GatewayRefusal.EnvelopeMalformed : length < PrivateEnvelope.Bytes + 73 + 16 ? GatewayRefusal.Truncated : GatewayRefusal.NotAuthentic;
            Assert.Equal(expected, Refused(body[..length]));
        }
    }

    [Fact]
    public void Other_keys_other_algorithms_and_other_kinds_of_messages_are_refused()
    {
        using var stranger = PrivateRequests.Hpke.HpkeKeyPair.Generate();
        var envelope = Envelope;
        var body = Seal(envelope);
        Assert.Equal(GatewayRefusal.NotAuthentic, Refused(Seal(envelope, key: new KeyConfiguration(1, stranger.PublicKey))));
        Assert.Equal(GatewayRefusal.NotAuthentic, Refused(Seal(envelope, labels: ChunkLabels.BinaryHttp)));
        Assert.Equal(GatewayRefusal.KeyNotCurrent, Refused(Seal(envelope, key: new KeyConfiguration(9, Key.PublicKey.Span))));
        // AES-128-GCM for AES-256-GCM.
        Assert.Equal(GatewayRefusal.AlgorithmRefused, Refused([.. body[..(PrivateEnvelope.Bytes + 6)], 1, .. body[(PrivateEnvelope.Bytes + 7)..]]));
        using var whole = ObliviousRequest.TryEncrypt(Key, "not in chunks"u8)!;
        Assert.IsType<GatewayOpening.Refused>(_gateway.Open([.. envelope.ToBytes(), .. whole.Message]));
    }

    [Fact]
    public void More_than_the_largest_question_is_refused()
    {
        Assert.Equal(GatewayRefusal.TooLarge, Refused(Seal(Envelope, content: new byte[PrivateQuestion.MostBytes + 1])));
    }

    [Fact]
    public async Task What_is_sealed_and_is_no_question_is_told_to_who_sealed_it()
    {
        var envelope = Envelope;
        using var request = ChunkedRequest.TrySeal(Key, ChunkLabels.Private, envelope.ToBytes(), "no question"u8)!;
        using var opened = Assert.IsType<GatewayOpening.Opened>(_gateway.Open([.. envelope.ToBytes(), .. request.Message])).Request;
        using var reader = request.Read(1 << 20);

        Assert.False(await _gateway.AnswerAsync(
            opened, (bytes, _) =>
            {
                reader.Push(bytes.Span);
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken));

        Assert.Null(reader.TryNext());
        Assert.Equal(new AnswerFrame.Refused(AnswerRefusal.QuestionMalformed), AnswerFrame.TryRead(reader.Finish()!, isLast: true));
    }

    [Theory]
    [InlineData(0, 1, 1, 60, 60)]
    [InlineData(300, 0, 1, 60, 60)]
    [InlineData(300, 1, 0, 60, 60)]
    [InlineData(300, 1, 1, 0, 60)]
    [InlineData(300, 1, 1, 60, 59)]
    public void Options_outside_their_ranges_start_nothing(int window, int remembered, int atOnce, int answer, int lifetime) =>
        Assert.Throws<ArgumentException>(() => PrivateWorld.Bare(new ScriptedModels(), _clock, options => options with
        {
            Window = TimeSpan.FromSeconds(window),
            RememberedRequests = remembered,
            MostAtOnce = atOnce,
            AnswerTime = TimeSpan.FromSeconds(answer),
            ReceiptLifetime = TimeSpan.FromSeconds(lifetime),
        }));

    [Fact]
    public void A_gateway_that_is_closed_opens_nothing_until_it_is_opened_again()
    {
        var body = Seal(Envelope);
        _gateway.Close(isClosed: true);
        Assert.Equal(GatewayRefusal.KeyNotCurrent, Refused(body));
        Assert.Null(_gateway.Keys);

        _gateway.Close(isClosed: false);
        Assert.IsType<GatewayOpening.Opened>(_gateway.Open(body)).Request.Dispose();
    }

    [Fact]
    public void A_former_key_is_wiped_when_it_has_drained()
    {
        var (former, body) = (_gateway.Keys!, Seal(Envelope));
        _gateway.Rotate(_world.MakeKeys(2));
        Assert.IsType<GatewayOpening.Opened>(_gateway.Open(body)).Request.Dispose();
        Assert.False(former.IsOver);

        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((2UL, true), (_gateway.Keys!.KeyEpoch, former.IsOver));
        var second = _gateway.Keys!;
        _gateway.Rotate(_world.MakeKeys(3));
        _gateway.Rotate(_world.MakeKeys(4));
        Assert.True(second.IsOver);
    }

    [Fact]
    public void A_key_that_opens_something_is_wiped_when_that_is_done_and_not_before()
    {
        var clock = new Interrupting();
        var (gateway, world) = PrivateWorld.Bare(new ScriptedModels(), clock);
        using var owned = gateway;
        var (envelope, first) = (Envelope with { SentAt = (ulong)clock.GetUtcNow().ToUnixTimeSeconds() }, gateway.Keys!);
        var body = Seal(envelope, key: new KeyConfiguration(1, first.Evidence.Binding.HpkeKey.Span));
        bool? wasWiped = null;
        // Its time is over while the request is in the middle: the guard is asked once before it is opened, and once after.
        clock.Before(look: 3, () =>
        {
            gateway.Rotate(world.MakeKeys(2));
            gateway.Rotate(world.MakeKeys(3));
            wasWiped = first.IsOver;
        });

        Assert.IsType<GatewayOpening.Opened>(gateway.Open(body)).Request.Dispose();

        Assert.False(wasWiped);
        Assert.True(first.IsOver);
    }

    [Fact]
    public async Task Who_chose_a_messages_id_did_not_choose_what_its_receipt_is_of()
    {
        var id = new Hash32(RandomNumberGenerator.GetBytes(32));
        var end = Assert.IsType<AnswerFrame.Receipted>(await EndAsync(() => { }, id: id));

        Assert.True(ReceiptBytes.TryRead(end.Receipt.Span, out var receipt));
        Assert.Equal(RequestHash.OffChainIdOf(PrivateWorld.Chain, PrivateWorld.Hub, id), receipt.RequestId);
        Assert.NotEqual(id, receipt.RequestId);
    }

    [Fact]
    public void A_former_key_that_was_taken_away_opens_nothing_more()
    {
        var (former, first, second) = (_gateway.Keys!, Seal(Envelope), Seal(Envelope));
        _gateway.Rotate(_world.MakeKeys(2));
        _gateway.EndFormerUnless(signer => signer == _world.Signer);
        Assert.IsType<GatewayOpening.Opened>(_gateway.Open(first)).Request.Dispose();

        _gateway.EndFormerUnless(_ => false);

        Assert.Equal(GatewayRefusal.KeyNotCurrent, Refused(second));
        Assert.True(former.IsOver);
        Assert.Equal(2UL, _gateway.Keys!.KeyEpoch);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_opened_by_a_key_that_was_taken_away_meanwhile_gets_no_receipt(bool isCurrent)
    {
        Assert.Equal(new AnswerFrame.Refused(AnswerRefusal.Unavailable), await EndAsync(() =>
        {
            if (isCurrent)
            {
                _gateway.Close(isClosed: true);
                return;
            }

            _gateway.Rotate(_world.MakeKeys(2));
            _gateway.EndFormerUnless(_ => false);
        }));
    }

    [Fact]
    public async Task Who_is_paid_is_asked_when_a_receipt_is_signed()
    {
        var payee = PrivateWorld.Payee;
        var (gateway, _) = PrivateWorld.Bare(new ScriptedModels(), _clock, options => options with { Payee = () => payee });
        using var owned = gateway;

        var end = Assert.IsType<AnswerFrame.Receipted>(await EndAsync(() => payee = PrivateWorld.Hub, gateway));
        Assert.True(ReceiptBytes.TryRead(end.Receipt.Span, out var receipt));
        Assert.Equal(PrivateWorld.Hub, receipt.Payee);
    }

    [Fact]
    public async Task An_answer_that_would_be_cut_off_on_the_way_is_refused_by_the_gateway()
    {
        // As many parts of one byte as are too long when they are padded, and not by themselves.
        var models = new ScriptedModels { Script = _ => [.. Enumerable.Repeat(new ModelPart.Content(new byte[1]), 70_000)] };
        var (gateway, world) = PrivateWorld.Bare(models, _clock);
        using var owned = gateway;
        var envelope = Envelope;
        using var request = ChunkedRequest.TrySeal(
            new KeyConfiguration(1, gateway.Keys!.Evidence.Binding.HpkeKey.Span), ChunkLabels.Private, envelope.ToBytes(), new PrivateQuestion(Hash32.Zero, new byte[1]).TryWrite()!)!;
        using var opened = Assert.IsType<GatewayOpening.Opened>(gateway.Open([.. envelope.ToBytes(), .. request.Message])).Request;
        using var reader = request.Read(PrivateMedia.MaxAnswerBytes);
        var sent = 0;

        await gateway.AnswerAsync(
            opened, (bytes, _) =>
            {
                sent += bytes.Length;
                reader.Push(bytes.Span);
                while (reader.TryNext() is not null)
                {
                    // Parts of the answer.
                }

                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        Assert.InRange(sent, PrivateMedia.MaxAnswerBytes * 9 / 10, PrivateMedia.MaxAnswerBytes);
        Assert.Equal(new AnswerFrame.Refused(AnswerRefusal.AnswerTooLarge), AnswerFrame.TryRead(reader.Finish()!, isLast: true));
        Assert.Equal(PrivateWorld.Node, world.Core.Options.Node);
    }

    [Fact]
    public void Keys_whose_evidence_is_of_others_are_not_taken()
    {
        using var mine = _world.MakeKeys(2);
        using var hpke = PrivateRequests.Hpke.HpkeKeyPair.Generate();
        Assert.Throws<ArgumentException>(() => new GatewayKeys(mine.Evidence, hpke, mine.Signer));
    }

    // How an answer ends, where something happens between its opening and its being answered.
    private async Task<AnswerFrame?> EndAsync(Action meanwhile, RequestGateway? gateway = null, Hash32? id = null)
    {
        var (asked, envelope) = (gateway ?? _gateway, id is { } chosen ? Envelope with { RequestId = chosen } : Envelope);
        using var request = ChunkedRequest.TrySeal(
            new KeyConfiguration(1, asked.Keys!.Evidence.Binding.HpkeKey.Span), ChunkLabels.Private, envelope.ToBytes(), new PrivateQuestion(Hash32.Zero, new byte[1]).TryWrite()!)!;
        using var opened = Assert.IsType<GatewayOpening.Opened>(asked.Open([.. envelope.ToBytes(), .. request.Message])).Request;
        using var reader = request.Read(PrivateMedia.MaxAnswerBytes);
        meanwhile();
        await asked.AnswerAsync(
            opened, (bytes, _) =>
            {
                reader.Push(bytes.Span);
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        while (reader.TryNext() is not null)
        {
            // Parts of the answer.
        }

        return AnswerFrame.TryRead(reader.Finish()!, isLast: true);
    }

    private KeyConfiguration Key => new(1, _gateway.Keys!.Evidence.Binding.HpkeKey.Span);

    private GatewayRefusal Refused(byte[] body) => Assert.IsType<GatewayOpening.Refused>(_gateway.Open(body)).Refusal;

    private byte[] Seal(PrivateEnvelope envelope, KeyConfiguration? key = null, ChunkLabels? labels = null, byte[]? content = null)
    {
        var associated = envelope.ToBytes();
        using var request = ChunkedRequest.TrySeal(
            key ?? Key, labels ?? ChunkLabels.Private, associated, content ?? new PrivateQuestion(Hash32.Zero, "a question"u8.ToArray()).TryWrite()!)!;
        return [.. associated, .. request.Message];
    }

    /// <summary>Does something before the time is told for the third time, say.</summary>
    private sealed class Interrupting : TimeProvider
    {
        private readonly DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private int _left;
        private Action? _interruption;

        public void Before(int look, Action interruption) => (_left, _interruption) = (look, interruption);

        public override DateTimeOffset GetUtcNow()
        {
            if (_interruption is { } interruption && --_left == 0)
            {
                _interruption = null;
                interruption();
            }

            return _now;
        }
    }
}
