using System.Text.Json;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>Whose a message is that came over a shared connection; looks no further than it has to.</summary>
internal readonly record struct WebSocketMessage(WebSocketMessage.Kind Is, long Id = 0, string? Subscription = null, Range Result = default)
{
    private const int MaxDepth = 64;
    private const int MaxSubscriptionIdLength = 200;

    public enum Kind
    {
        /// <summary>Not JSON, or not JSON-RPC.</summary>
        Unreadable,

        /// <summary>Answers the request with <see cref="Id"/>; of a batch, that of its first answer.</summary>
        Answer,

        /// <summary>Answers a request that the endpoint could not tell: an error without an id.</summary>
        Anonymous,

        /// <summary>Belongs to <see cref="Subscription"/>; <see cref="Result"/> is where what it says stands.</summary>
        Notification,
    }

    public static WebSocketMessage Peek(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray && !reader.TryReadItem())
                return new WebSocketMessage(Kind.Anonymous);
            reader.ExpectObject("the message");
            return Peek(ref reader);
        }
        catch (JsonException)
        {
            return new WebSocketMessage(Kind.Unreadable);
        }
    }

    /// <summary>The id that the beginning of a message shows, if it does.</summary>
    public static long? PeekId(ReadOnlySpan<byte> beginning)
    {
        var reader = new Utf8JsonReader(beginning, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }));
        try
        {
            while (reader.Read() && reader.CurrentDepth <= 2)
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("id"u8))
                    return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var id) ? id : null;
            }
        }
        catch (JsonException)
        {
            // Then it shows none.
        }

        return null;
    }

    private static WebSocketMessage Peek(ref Utf8JsonReader reader)
    {
        while (reader.TryReadField(out var name))
        {
            if (name.SequenceEqual("id"u8) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var id))
                return new WebSocketMessage(Kind.Answer, id);
            if (name.SequenceEqual("params"u8) && reader.TokenType == JsonTokenType.StartObject)
                return PeekNotification(ref reader);
            reader.Skip();
        }

        return new WebSocketMessage(Kind.Anonymous);
    }

    private static WebSocketMessage PeekNotification(ref Utf8JsonReader reader)
    {
        string? subscription = null;
        Range? result = null;
        while (reader.TryReadField(out var name))
        {
            if (name.SequenceEqual("subscription"u8))
                subscription = ReadSubscriptionId(ref reader);
            else if (name.SequenceEqual("result"u8))
                result = Skip(ref reader);
            else
                reader.Skip();
        }

        return subscription is not null && result is { } range
            ? new WebSocketMessage(Kind.Notification, Subscription: subscription, Result: range)
            : new WebSocketMessage(Kind.Unreadable);
    }

    public static string ReadSubscriptionId(ref Utf8JsonReader reader)
    {
        var id = reader.ReadText("subscription");
        return id.Length is > 0 and <= MaxSubscriptionIdLength ? id : throw JsonRead.Malformed("subscription", "has no sensible length");
    }

    private static Range Skip(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }
}
