using System.Text;
using System.Text.Json;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Reads what came back for a message and settles each of its calls. Nothing is taken on trust: an id that was not asked or was answered
/// already, a missing answer and text that is not JSON become errors, never exceptions.
/// </summary>
internal static class AnswerReader
{
    private const int ReadBytes = 2000;
    private const int ShownCharacters = 80;

    /// <summary>Settles calls; gives an error when the answer as a whole is one, and then no call is settled.</summary>
    /// <param name="text">The answer.</param>
    /// <param name="calls">The calls of the message, with consecutive ids.</param>
    /// <param name="firstId">The id of the first.</param>
    /// <param name="endpoint">Whose secrets must not be repeated.</param>
    /// <param name="maxDepth">How deep the answer may be nested.</param>
    public static RpcError? Read(ReadOnlySpan<byte> text, IReadOnlyList<PendingCall> calls, long firstId, RpcEndpoint endpoint, int maxDepth)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = maxDepth });
        RpcError? fault;
        try
        {
            fault = ReadMessage(ref reader, new Asked(text, calls, firstId, endpoint));
            if (fault is null && reader.Read())
                fault = new RpcError.Malformed("something follows the answer");
        }
        catch (Exception error) when (IsFault(error))
        {
            fault = new RpcError.Malformed(Describe(text, error, endpoint));
        }

        if (fault is not null)
        {
            foreach (var call in calls)
                call.Forget();
        }

        return fault;
    }

    private static RpcError? ReadMessage(ref Utf8JsonReader reader, in Asked asked)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            return ReadAnswer(ref reader, asked, alone: true);
        if (asked.Calls.Count == 1)
            return new RpcError.Malformed("a batch answers a single request");

        while (reader.TryReadItem())
        {
            if (ReadAnswer(ref reader, asked, alone: false) is { } fault)
                return fault;
        }

        return null;
    }

    private static RpcError? ReadAnswer(ref Utf8JsonReader reader, in Asked asked, bool alone)
    {
        reader.ExpectObject("the answer");
        var single = alone && asked.Calls.Count == 1 ? asked.Calls[0] : null;
        var seen = Member.None;
        long? id = null;
        RpcError? error = null;
        PendingCall? settled = null;
        Utf8JsonReader result = default;
        while (reader.TryReadField(out var name))
        {
            var member = Identify(name);
            if ((seen & member) != Member.None)
                throw JsonRead.Twice("the answer", name);
            seen |= member;
            switch (member)
            {
                case Member.Id:
                    id = ReadId(ref reader);
                    break;
                case Member.Error:
                    if (reader.IsNull())
                        seen &= ~Member.Error;
                    else
                        error = ProviderErrors.Read(ref reader, asked.Endpoint);
                    break;
                case Member.Result when !reader.IsNull() && (single ?? asked.Find(id)) is { IsAnswered: false } call:
                    // Whose result this is, is known: most nodes write the id first. It is read where it stands, in one pass.
                    settled = call;
                    Settle(ref reader, call, asked);
                    break;
                case Member.Result:
                    result = reader;
                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return Conclude(asked, single, id, error, settled, (seen & Member.Result) != Member.None, ref result);
    }

    private static RpcError? Conclude(
        in Asked asked, PendingCall? single, long? id, RpcError? error, PendingCall? settled, bool hasResult, ref Utf8JsonReader result)
    {
        if (error is null && !hasResult)
            return new RpcError.Malformed("neither a result nor an error");

        // Who could not read a request cannot repeat its id. Of a batch, all of it was refused then; a batch is never answered by one object
        // in another case.
        var isRefusal = error is not null && single is null && (id is null || asked.Find(id) is null);
        if (isRefusal)
            return error;
        var owner = id is null && error is not null ? single : asked.Find(id);
        if (owner is null)
            return new RpcError.Malformed(id is null ? "an answer without an id" : $"an answer with the id {id}, which was not asked");
        if (owner.IsAnswered && owner != settled)
            return new RpcError.Malformed($"two answers with the id {id}");

        if (error is not null)
            owner.Fail(error);
        else if (settled is null)
            Settle(ref result, owner, asked);
        return null;
    }

    /// <summary>Reads a result. One that is not what its method returns is this call's fault only; the rest is read on behind it.</summary>
    private static void Settle(ref Utf8JsonReader reader, PendingCall call, in Asked asked)
    {
        var start = reader;
        try
        {
            call.Succeed(ref reader, asked.Text);
        }
        catch (Exception fault) when (IsFault(fault))
        {
            call.Fail(new RpcError.Malformed(asked.Endpoint.Redact(fault.Message)));
        }

        var isRead = reader.CurrentDepth == start.CurrentDepth
            && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
        if (isRead && call.Error is null)
            return;
        reader = start;
        reader.Skip();
    }

    private static long? ReadId(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.Number when reader.TryGetInt64(out var id) => id,
        _ => throw JsonRead.Malformed("the answer's id", "is not the number that was sent"),
    };

    private static bool IsFault(Exception error) => error is JsonException or InvalidOperationException or FormatException or OverflowException;

    private static string Describe(ReadOnlySpan<byte> text, Exception fault, RpcEndpoint endpoint)
    {
        var start = Encoding.UTF8.GetString(text[..Math.Min(text.Length, ReadBytes)]).TrimStart();
        if (start.Length == 0)
            return "an empty body";
        if (start[0] is '{' or '[')
            return endpoint.Redact(fault.Message);

        // Secrets first: one that is cut in half is not found any more.
        var shown = endpoint.Redact(start);
        return $"not JSON but '{shown[..Math.Min(shown.Length, ShownCharacters)].TrimEnd()}'";
    }

    private static Member Identify(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => Member.Id,
        5 when name.SequenceEqual("error"u8) => Member.Error,
        6 when name.SequenceEqual("result"u8) => Member.Result,
        _ => Member.None,
    };

    [Flags]
    private enum Member
    {
        None = 0,
        Id = 1,
        Result = 2,
        Error = 4,
    }

    private readonly ref struct Asked(ReadOnlySpan<byte> text, IReadOnlyList<PendingCall> calls, long firstId, RpcEndpoint endpoint)
    {
        public ReadOnlySpan<byte> Text { get; } = text;

        public IReadOnlyList<PendingCall> Calls => calls;

        public RpcEndpoint Endpoint => endpoint;

        public PendingCall? Find(long? id) =>
            id is { } number && number >= firstId && number <= firstId + (calls.Count - 1) ? calls[(int)(number - firstId)] : null;
    }
}
