using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Chunked;
using OpenGradient.PrivateRequests.Messages;

namespace OpenGradient.PrivateService.Answering;

/// <summary>Why a request is not opened. Whoever sent it learns no more than what it says in the open.</summary>
public enum GatewayRefusal
{
    None = 0,

    /// <summary>It starts with no envelope.</summary>
    EnvelopeMalformed,

    /// <summary>It is for another node.</summary>
    NotForThisNode,

    /// <summary>Its key is not ours, or not any more.</summary>
    KeyNotCurrent,

    /// <summary>It was sealed too long ago, or in the future.</summary>
    OutsideWindow,

    /// <summary>Of other algorithms than ours.</summary>
    AlgorithmRefused,

    /// <summary>It ends too early.</summary>
    Truncated,

    TooLarge,

    /// <summary>It was not sealed to our key with this envelope, or was changed.</summary>
    NotAuthentic,

    /// <summary>Its id was answered before.</summary>
    Replayed,

    /// <summary>No more can be remembered now, or held.</summary>
    Full,
}

/// <summary>What came of opening a request.</summary>
public abstract record GatewayOpening
{
    private GatewayOpening()
    {
    }

    public sealed record Opened(OpenedRequest Request) : GatewayOpening;

    public sealed record Refused(GatewayRefusal Refusal) : GatewayOpening;
}

/// <summary>A request that was opened. It counts: its id opens nothing any more.</summary>
public sealed class OpenedRequest : IDisposable
{
    internal OpenedRequest(PrivateEnvelope envelope, GatewayKeys keys, ChunkedExchange exchange) => (Envelope, Keys, Exchange) = (envelope, keys, exchange);

    public PrivateEnvelope Envelope { get; }

    internal GatewayKeys Keys { get; }

    internal ChunkedExchange Exchange { get; }

    public void Dispose() => Exchange.Dispose();
}

/// <summary>Opens private requests, has them answered, and seals the answers with receipts. It asks no network and logs nothing.</summary>
public sealed class RequestGateway : IDisposable
{
    // The last part with all around it: 1 KiB of content at most.
    private const int LastFrameBytes = 2 * 1024;

    // The length before a sealed part, and what seals it.
    private const int MostFramingBytes = 32;

    private readonly Lock _gate = new();
    private readonly GatewayOptions _options;
    private readonly IPrivateModels _models;
    private readonly TimeProvider _clock;
    private readonly IHubRequests? _hub;
    private readonly ReplayGuard _guard;
    private GatewayKeys? _keys;
    private GatewayKeys? _former;
    private DateTimeOffset _formerUntil;
    private bool _isClosed;

    /// <param name="options">Whom it answers for.</param>
    /// <param name="keys">The keys to begin with; null where there are none yet. They are taken over.</param>
    /// <param name="models">Who answers.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="hub">Who answers what is asked through the hub; null where nothing is.</param>
    public RequestGateway(GatewayOptions options, GatewayKeys? keys, IPrivateModels models, TimeProvider clock, IHubRequests? hub = null)
    {
        if (options.FindFault() is { } fault)
            throw new ArgumentException($"{fault} is outside its range.", nameof(options));
        (_options, _keys, _models, _clock, _hub) = (options, keys, models, clock, hub);
        _guard = new ReplayGuard(options.Window, options.RememberedRequests, clock);
    }

    public GatewayOptions Options => _options;

    /// <summary>The keys that new requests are sealed to; null where there are none that may be used now.</summary>
    public GatewayKeys? Keys
    {
        get
        {
            lock (_gate)
            {
                EndFormer(isReplaced: false);
                return _isClosed ? null : _keys;
            }
        }
    }

    /// <summary>Changes over to the keys of a newer epoch. The former ones still open what was sealed to them for a while, and are wiped then.</summary>
    public void Rotate(GatewayKeys next)
    {
        lock (_gate)
        {
            if (next.KeyEpoch <= _keys?.KeyEpoch)
                throw new ArgumentException("A key epoch never repeats.", nameof(next));
            EndFormer(isReplaced: true);
            (_former, _formerUntil, _keys) = (_keys, _clock.GetUtcNow() + _options.Drain, next);
        }
    }

    /// <summary>Ends the former keys at once, where they may not be used any more: they open nothing then, and what was opened by them is not signed for.</summary>
    /// <param name="mayDrain">Whether the key of a signer may still be used.</param>
    public void EndFormerUnless(Func<Address, bool> mayDrain)
    {
        lock (_gate)
        {
            if (_former is not { } former || mayDrain(former.Signer.Address))
                return;
            former.IsRevoked = true;
            EndFormer(isReplaced: true);
        }
    }

    /// <summary>
    /// Opens nothing and signs nothing from now on, by any key, or does again: what the keys rest on was revoked, or nobody knows whether it was.
    /// </summary>
    public void Close(bool isClosed)
    {
        lock (_gate)
            _isClosed = isClosed;
    }

    /// <summary>Opens a request as it came over the wire.</summary>
    public GatewayOpening Open(ReadOnlySpan<byte> body)
    {
        if (PrivateEnvelope.TryRead(body) is not { } envelope)
            return Refuse(GatewayRefusal.EnvelopeMalformed);
        if (envelope.Node != _options.Node)
            return Refuse(GatewayRefusal.NotForThisNode);
        // Cheap, and said of the envelope alone; the guard looks once more when it notes the request.
        if (!_guard.IsInside(envelope.SentAt))
            return Refuse(GatewayRefusal.OutsideWindow);
        if (TakeKeys(envelope.KeyEpoch) is not { } keys)
            return Refuse(GatewayRefusal.KeyNotCurrent);
        try
        {
            return Open(body, envelope, keys);
        }
        finally
        {
            GiveBack(keys);
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The caller disposes of what it is given.")]
    private GatewayOpening Open(ReadOnlySpan<byte> body, PrivateEnvelope envelope, GatewayKeys keys)
    {
        switch (keys.Gateway.Open(body[PrivateEnvelope.Bytes..], body[..PrivateEnvelope.Bytes], PrivateQuestion.MostBytes))
        {
            case ChunkedOpening.Refused(var fault):
                return Refuse(Of(fault));
            case ChunkedOpening.Opened(var exchange):
                var refusal = Of(_guard.Note(envelope.RequestId, envelope.SentAt));
                if (refusal == GatewayRefusal.None)
                    return new GatewayOpening.Opened(new OpenedRequest(envelope, keys, exchange));
                exchange.Dispose();
                return Refuse(refusal);
            case var other:
                throw new InvalidOperationException($"There is no opening {other}.");
        }
    }

    /// <summary>Answers a request: writes the sealed answer, part by part.</summary>
    /// <param name="request">What was opened.</param>
    /// <param name="write">Sends bytes on; called once for each part.</param>
    /// <param name="cancellationToken">Ends it: then the answer stays without its last part, and nobody takes it for whole.</param>
    /// <returns>Whether a receipt was signed.</returns>
    public async Task<bool> AnswerAsync(OpenedRequest request, Func<ReadOnlyMemory<byte>, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        using var writer = request.Exchange.Respond();
        await write(writer.Start, cancellationToken);
        var room = PrivateMedia.MaxAnswerBytes - writer.Start.Length - LastFrameBytes;
        var last = await AnswerAsync(request, SendAsync, cancellationToken);
        await write(writer.SealFinal(last.ToBytes()), cancellationToken);
        return last is AnswerFrame.Receipted;

        // Many small parts are far longer sealed than they are: false where the whole would not get through.
        async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
        {
            var frame = new AnswerFrame.Content(bytes).ToBytes();
            // Before it is sealed: what is sealed has its place, and must be sent.
            if ((room -= frame.Length + MostFramingBytes) < 0)
                return false;
            await write(writer.Seal(frame), cancellationToken);
            return true;
        }
    }

    public void Dispose()
    {
        _former?.Dispose();
        _keys?.Dispose();
    }

    private async Task<AnswerFrame> AnswerAsync(OpenedRequest request, Func<ReadOnlyMemory<byte>, Task<bool>> send, CancellationToken cancellationToken)
    {
        var envelope = request.Envelope;
        if (PrivateQuestion.TryRead(request.Exchange.Content) is not { } question)
            return Refuse(AnswerRefusal.QuestionMalformed);
        // What is asked through the hub is paid there.
        if (question.HubRequest is null && _models.PriceOf(envelope.VersionId) is var price && (price is null || price > envelope.PriceCap))
            return Refuse(price is null ? AnswerRefusal.VersionUnknown : AnswerRefusal.PriceCapTooLow);

        using var output = new MemoryStream();
        await foreach (var part in PartsAsync(envelope.VersionId, question, cancellationToken))
        {
            switch (part)
            {
                case ModelPart.Content(var bytes) when output.Length + bytes.Length > _options.MostAnswerBytes:
                    return Refuse(AnswerRefusal.AnswerTooLarge);
                case ModelPart.Content(var bytes):
                    output.Write(bytes.Span);
                    for (; !bytes.IsEmpty; bytes = bytes[Math.Min(bytes.Length, AnswerFrame.MostContentBytes)..])
                    {
                        if (!await send(bytes[..Math.Min(bytes.Length, AnswerFrame.MostContentBytes)]))
                            return Refuse(AnswerRefusal.AnswerTooLarge);
                    }

                    break;
                case ModelPart.CannotRun(var detail) when output.Length == 0:
                    return await SignAsync(request, question, output: null, detail, cancellationToken);
                case ModelPart.Unavailable(var reason):
                    return Refuse(reason);
                default:
                    return Refuse(AnswerRefusal.Unavailable);
            }
        }

        return await SignAsync(request, question, output.GetBuffer().AsMemory(0, (int)output.Length), string.Empty, cancellationToken);
    }

    /// <summary>What a request beside the chain is called. The caller chose its message's id; derived from that, it can be the id of no request at the hub.</summary>
    internal Hash32 IdOf(PrivateEnvelope envelope) => RequestHash.OffChainIdOf(_options.Hub.ChainId, _options.Hub.Hub, envelope.RequestId);

    private async Task<AnswerFrame> SignAsync(
        OpenedRequest request, PrivateQuestion question, ReadOnlyMemory<byte>? output, string detail, CancellationToken cancellationToken)
    {
        var salt = question.HubRequest is { } asked
            ? PrivateCommitment.OutputSaltOf(question.InputSalt, asked)
            : new Hash32(RandomNumberGenerator.GetBytes(Hash32.ByteLength));
        // It may have been taken away while the model ran.
        if (!MaySign(request.Keys))
            return Refuse(AnswerRefusal.Unavailable);
        var now = _clock.GetUtcNow();
        var receipt = new IHubContract.Receipt(
            question.HubRequest ?? IdOf(request.Envelope), request.Envelope.VersionId, PrivateCommitment.Of(question.InputSalt, question.Input.Span),
            output is { } answer ? PrivateCommitment.Of(salt, answer.Span) : HubDomain.Failure, (byte)Assurance.Attested, _options.Node, _options.Payee(),
            request.Keys.KeyEpoch, (ulong)now.ToUnixTimeSeconds(), (ulong)(now + _options.ReceiptLifetime).ToUnixTimeSeconds(), request.Keys.Evidence.EvidenceHash);
        var signature = await request.Keys.Signer.SignAsync(_options.Hub.DigestOf(receipt), cancellationToken);
        return new AnswerFrame.Receipted(salt, ReceiptBytes.Write(receipt), signature, Shorten(detail));
    }

    private IAsyncEnumerable<ModelPart> PartsAsync(Hash32 versionId, PrivateQuestion question, CancellationToken cancellationToken) =>
        question.HubRequest is { } asked ? HubPartAsync(asked, versionId, question, cancellationToken) : _models.AnswerAsync(versionId, question.Input, cancellationToken);

    private async IAsyncEnumerable<ModelPart> HubPartAsync(Hash32 asked, Hash32 versionId, PrivateQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return _hub is null
            ? new ModelPart.Unavailable(AnswerRefusal.HubRequestUnknown)
            : await _hub.AnswerAsync(asked, versionId, question.InputSalt, question.Input, cancellationToken);
    }

    private GatewayKeys? TakeKeys(ulong epoch)
    {
        lock (_gate)
        {
            EndFormer(isReplaced: false);
            var keys = _isClosed ? null : epoch == _keys?.KeyEpoch ? _keys : epoch == _former?.KeyEpoch ? _former : null;
            if (keys is not null)
                keys.Openings++;
            return keys;
        }
    }

    private bool MaySign(GatewayKeys keys)
    {
        lock (_gate)
            return !_isClosed && !keys.IsRevoked;
    }

    private void GiveBack(GatewayKeys keys)
    {
        lock (_gate)
        {
            keys.Openings--;
            if (keys.Openings == 0 && keys != _keys && keys != _former)
                keys.Dispose();
        }
    }

    // Under the lock. A key that a request is being opened by is wiped when that is done.
    private void EndFormer(bool isReplaced)
    {
        if (_former is not { } former || (!isReplaced && _clock.GetUtcNow() < _formerUntil))
            return;
        _former = null;
        if (former.Openings == 0)
            former.Dispose();
    }

    private static string Shorten(string detail)
    {
        while (Encoding.UTF8.GetByteCount(detail) > AnswerFrame.MaxDetailBytes)
            detail = detail[..(detail.Length * 3 / 4)];
        return detail;
    }

    private static GatewayOpening.Refused Refuse(GatewayRefusal refusal) => new(refusal);

    private static AnswerFrame.Refused Refuse(AnswerRefusal reason) => new(reason);

    private static GatewayRefusal Of(ChunkFault fault) => fault switch
    {
        ChunkFault.KeyUnknown => GatewayRefusal.KeyNotCurrent,
        ChunkFault.AlgorithmRefused => GatewayRefusal.AlgorithmRefused,
        ChunkFault.Truncated => GatewayRefusal.Truncated,
        ChunkFault.TooLarge => GatewayRefusal.TooLarge,
        _ => GatewayRefusal.NotAuthentic,
    };

    private static GatewayRefusal Of(Freshness freshness) => freshness switch
    {
        Freshness.Fresh => GatewayRefusal.None,
        Freshness.Replayed => GatewayRefusal.Replayed,
        Freshness.OutsideWindow => GatewayRefusal.OutsideWindow,
        _ => GatewayRefusal.Full,
    };
}
