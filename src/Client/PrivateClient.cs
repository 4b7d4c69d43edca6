using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using OpenGradient.Client.Answers;
using OpenGradient.Client.Nodes;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Http;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Chunked;
using OpenGradient.PrivateRequests.Messages;

namespace OpenGradient.Client;

/// <summary>
/// Asks models privately. First look at the node (<see cref="ExamineAsync"/>): nothing is sent to one whose evidence was not accepted here. Then ask it
/// (<see cref="AskAsync"/>): what comes back counts once its receipt was checked, and only then.
/// </summary>
/// <param name="http">Sends; the caller keeps it. <see cref="OpenHttp"/> makes one; give another no default headers: whatever it sends besides tells who asks.</param>
/// <param name="options">Through whom, and what is asked of nodes.</param>
/// <param name="clock">Tells the time.</param>
public sealed class PrivateClient(HttpClient http, PrivateClientOptions options, TimeProvider clock)
{
    private const int PieceBytes = 32 * 1024;
    private const int MostProblemBytes = 4 * 1024;

    private readonly NodeExaminer _examiner = new(options, clock);

    /// <summary>What sends nothing of its own: no cookies, no trace, and nothing to where a relay would have it sent instead.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The client disposes of its handler.")]
    public static HttpClient OpenHttp() =>
        new(new ConnectionFailures(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null })) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Gets what a node says of its keys, through the relay, and decides whether to trust it: by its evidence, and by the register where that is asked.</summary>
    public async Task<NodeExamination> ExamineAsync(Address node, CancellationToken cancellationToken)
    {
        var examination = await LookAsync(node, cancellationToken);
        return examination is NodeExamination.Trusted(var trusted) && options.Register is { } register && await register(trusted, cancellationToken) is { } fault
            ? fault
            : examination;
    }

    private async Task<NodeExamination> LookAsync(Address node, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Time, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(options.Relay, PrivateMedia.NodesPath + node));
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return new NodeExamination.Refused(
                    NodeRefusal.Unreachable,
                    response.StatusCode == HttpStatusCode.ServiceUnavailable
                        ? "The node gives out no key now: none of its keys may sign, or too many ask. Try again in a minute."
                        : $"The relay answers {(int)response.StatusCode} about the node.");
            }

            return await ReadAsync(response, Attestation.Binding.KeyEvidence.MaxBytes, stop.Token) is { } document
                ? _examiner.Examine(node, document)
                : new NodeExamination.Refused(NodeRefusal.DocumentMalformed, "What the node says of its keys is too long.");
        }
        catch (Exception failure) when (IsUnreachable(failure, cancellationToken))
        {
            return new NodeExamination.Refused(NodeRefusal.Unreachable, Describe(failure));
        }
    }

    /// <summary>Asks a node, and checks what it answers.</summary>
    /// <param name="node">Whom <see cref="ExamineAsync"/> trusts.</param>
    /// <param name="order">What is asked.</param>
    /// <param name="arrived">Told each part of the answer as it comes. Until the outcome is there they may be cut off, or be what no receipt speaks for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<PrivateOutcome> AskAsync(
        TrustedNode node, PrivateOrder order, Action<ReadOnlyMemory<byte>>? arrived = null, CancellationToken cancellationToken = default)
    {
        var question = new PrivateQuestion(order.Hub?.InputSalt ?? Random(), order.Input) { HubRequest = order.Hub?.RequestId };
        if (question.TryWrite() is not { } content)
            return new PrivateOutcome.Refused(PrivateRefusal.InputTooLong, $"The input has {order.Input.Length} bytes; {PrivateQuestion.MostInputBytes} are the most.");
        var envelope = new PrivateEnvelope
        {
            Node = node.Address,
            VersionId = order.VersionId,
            PriceCap = order.PriceCap,
            // Of this message alone: asked again, a request at the hub has another.
            RequestId = Random(),
            KeyEpoch = node.KeyEpoch,
            SentAt = (ulong)clock.GetUtcNow().ToUnixTimeSeconds(),
        };
        var associated = envelope.ToBytes();
        // The examiner has seen that the key has a point's form, and evidence binds it: one that is no point is the node's own fault.
        if (ChunkedRequest.TrySeal(node.Key, ChunkLabels.Private, associated, content) is not { } sealing)
            return new PrivateOutcome.Refused(PrivateRefusal.KeyNotCurrent, "The node's key is no point of the curve.");
        using var request = sealing;
        CryptographicOperations.ZeroMemory(content);

        using var limit = new CancellationTokenSource(options.Time, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var body = new ByteArrayContent([.. associated, .. request.Message]);
            body.Headers.ContentType = new MediaTypeHeaderValue(PrivateMedia.Request);
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Relay, PrivateMedia.RequestsPath)) { Content = body };
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                return await ExplainAsync(response, stop.Token);
            if (response.Content.Headers.ContentType?.MediaType != PrivateMedia.Response)
                return new PrivateOutcome.Refused(PrivateRefusal.Rejected, "What came back is another kind of content.");
            return await ReadAnswerAsync(response, request, node, envelope, question, arrived, stop.Token);
        }
        catch (Exception failure) when (IsUnreachable(failure, cancellationToken))
        {
            return new PrivateOutcome.Refused(PrivateRefusal.Unreachable, Describe(failure));
        }
    }

    private async Task<PrivateOutcome> ReadAnswerAsync(
        HttpResponseMessage response, ChunkedRequest request, TrustedNode node, PrivateEnvelope envelope, PrivateQuestion question, Action<ReadOnlyMemory<byte>>? arrived,
        CancellationToken cancellationToken)
    {
        using var reader = request.Read(PrivateMedia.MaxAnswerBytes);
        using var output = new MemoryStream();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var piece = new byte[PieceBytes];
        for (int read; (read = await ReadPieceAsync(stream, piece, cancellationToken)) > 0;)
        {
            reader.Push(piece.AsSpan(0, read));
            while (reader.TryNext() is { } chunk)
            {
                if (AnswerFrame.TryRead(chunk, isLast: false) is not AnswerFrame.Content(var bytes))
                    return new PrivateOutcome.Refused(PrivateRefusal.AnswerMalformed, "A part of the answer is none.");
                if (output.Length + bytes.Length > options.MostAnswerBytes)
                    return new PrivateOutcome.Refused(PrivateRefusal.AnswerTooLarge, $"The answer is longer than {options.MostAnswerBytes} bytes.");
                output.Write(bytes.Span);
                arrived?.Invoke(bytes);
            }

            if (reader.Fault != ChunkFault.None)
                break;
        }

        return reader.Finish() is { } last ? Conclude(last, output, node, envelope, question) : Explain(reader.Fault);
    }

    private PrivateOutcome Conclude(byte[] last, MemoryStream output, TrustedNode node, PrivateEnvelope envelope, PrivateQuestion question)
    {
        switch (AnswerFrame.TryRead(last, isLast: true))
        {
            case AnswerFrame.Refused(var reason):
                return new PrivateOutcome.Refused(PrivateRefusal.NodeRefused, $"The node gives no answer: {reason}.", reason);
            case AnswerFrame.Receipted end:
                if (!ReceiptBytes.TryRead(end.Receipt.Span, out var receipt))
                    return new PrivateOutcome.Refused(PrivateRefusal.ReceiptMalformed, "The receipt cannot be read.");
                var isFailure = receipt.OutputCommit == HubDomain.Failure && output.Length == 0;
                var answer = new PrivateAnswer
                {
                    // Without the cast the null would be an array, and so an empty answer.
                    Output = isFailure ? (ReadOnlyMemory<byte>?)null : output.ToArray(),
                    Input = question.Input,
                    InputSalt = question.InputSalt,
                    OutputSalt = end.OutputSalt,
                    Receipt = receipt,
                    Signature = end.Signature.ToArray(),
                    Node = node,
                };
                return ReceiptReview.FindFault(answer, question.HubRequest ?? RequestHash.OffChainIdOf(options.ChainId, options.Hub, envelope.RequestId), envelope.VersionId, options, clock.GetUtcNow()) is var fault and not PrivateRefusal.None
                    ? new PrivateOutcome.Refused(fault, "The answer's receipt does not speak for it.")
                    : isFailure ? new PrivateOutcome.CannotRun(answer, end.Detail)
                    : new PrivateOutcome.Answered(answer);
            default:
                return new PrivateOutcome.Refused(PrivateRefusal.AnswerMalformed, "The answer ends with no receipt.");
        }
    }

    private static PrivateOutcome.Refused Explain(ChunkFault fault) => fault switch
    {
        ChunkFault.Truncated => new(PrivateRefusal.AnswerTruncated, "The answer ends before its end."),
        ChunkFault.TooLarge => new(PrivateRefusal.AnswerTooLarge, "The answer is longer than it may be."),
        _ => new(PrivateRefusal.AnswerNotAuthentic, "The answer was not sealed for this request, or was changed or cut off on the way."),
    };

    private static async Task<PrivateOutcome.Refused> ExplainAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Words of the relay, or of the gateway through it: they choose between messages of ours.
        var problem = Encoding.UTF8.GetString(await ReadAsync(response, MostProblemBytes, cancellationToken) ?? []);
        return problem.Contains(PrivateMedia.KeyProblem, StringComparison.Ordinal)
            ? new PrivateOutcome.Refused(PrivateRefusal.KeyNotCurrent, "The node has changed its key: look at it again.")
            : problem.Contains(PrivateMedia.DateProblem, StringComparison.Ordinal)
            ? new PrivateOutcome.Refused(PrivateRefusal.ClockWrong, "The node says that the clocks differ too much.")
            : response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests ? new PrivateOutcome.Refused(PrivateRefusal.Busy, "There is no room for the request now.")
            : response.StatusCode == HttpStatusCode.BadGateway ? new PrivateOutcome.Refused(PrivateRefusal.Unreachable, "The relay does not reach the node.")
            : new PrivateOutcome.Refused(PrivateRefusal.Rejected, $"The request was refused with status {(int)response.StatusCode}.");
    }

    // A connection that breaks ends the answer; whether that was its end is for the seals to say.
    private static async Task<int> ReadPieceAsync(Stream stream, byte[] piece, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(piece, cancellationToken);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            return 0;
        }
    }

    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var content = new MemoryStream();
        var piece = new byte[PieceBytes];
        for (int read; (read = await stream.ReadAsync(piece, cancellationToken)) > 0;)
        {
            content.Write(piece.AsSpan(0, read));
            if (content.Length > most)
                return null;
        }

        return content.ToArray();
    }

    // A client that others made may let out what a socket says, where a connection is reset while it is made.
    private static bool IsUnreachable(Exception failure, CancellationToken cancellationToken) =>
        failure is HttpRequestException or SocketException or IOException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static string Describe(Exception failure) =>
        failure is OperationCanceledException ? "The relay does not answer in time." : $"The relay does not answer ({failure.GetType().Name}).";

    private static Hash32 Random() => new(RandomNumberGenerator.GetBytes(Hash32.ByteLength));
}
