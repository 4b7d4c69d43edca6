using System.Text.Json;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Reads JSON-RPC errors and tells the three kinds apart: reverts, which carry the contract's own error; requests for patience; and the rest.
/// Every client and provider has forms of its own.
/// </summary>
internal static class ProviderErrors
{
    private const long ExecutionReverted = 3;
    private const long LimitExceeded = -32005;
    private const int MaxDataNesting = 4;

    private static readonly string[] RateLimitWords =
    [
        "rate limit", "ratelimit", "rate-limit", "too many requests", "request limit", "requests per second", "compute units per second",
        "capacity exceeded", "exceeded its", "quota", "throttl", "daily request count",
    ];

    /// <summary>Reads an error that the reader stands on: an object, or a bare text as some gateways send.</summary>
    public static RpcError Read(ref Utf8JsonReader reader, RpcEndpoint endpoint)
    {
        if (reader.TokenType == JsonTokenType.String)
            return Classify(0, endpoint.Redact(reader.ReadWholeText("error")), null, null);

        reader.ExpectObject("error");
        long code = 0;
        string? message = null, data = null;
        byte[]? revert = null;
        while (reader.TryReadField(out var name))
        {
            if (name.SequenceEqual("code"u8))
                code = ReadCode(ref reader);
            else if (name.SequenceEqual("message"u8) && reader.TokenType == JsonTokenType.String)
                message = endpoint.Redact(reader.ReadWholeText("error.message"));
            else if (name.SequenceEqual("data"u8) && !reader.IsNull())
                data = ReadData(ref reader, endpoint, ref revert);
            else
                reader.Skip();
        }

        return Classify(code, message ?? "(no message)", data, revert);
    }

    private static RpcError Classify(long code, string message, string? data, byte[]? revert)
    {
        // zkSync gives code 3 to other refusals too, but then without anything that a contract returned.
        var isRevert = Says(message, "revert") || (code == ExecutionReverted && revert is { Length: > 0 }) || (data is not null && Says(data, "\"Reverted"));
        if (isRevert)
            return new RpcError.Reverted(revert ?? [], message);
        if (IsRateLimit(code, message))
            return new RpcError.RateLimited(message);
        return new RpcError.Provider(code, message, data);
    }

    // -32005 is also how some providers refuse a range of blocks that is too long, which no patience helps.
    private static bool IsRateLimit(long code, string message) =>
        code == 429
        || Array.Exists(RateLimitWords, word => Says(message, word))
        || (code == LimitExceeded && LogRangeLimit.Parse(message) is null);

    private static bool Says(string text, string words) => text.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static long ReadCode(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetInt64(out var code) => code,
        JsonTokenType.String when long.TryParse(reader.ValueSpan, out var code) => code,
        JsonTokenType.StartObject or JsonTokenType.StartArray => throw JsonRead.Malformed("error.code", "is not a number"),
        _ => 0,
    };

    // The text is kept for people, and what a contract returned is dug out of the forms that clients wrap it in.
    private static string ReadData(ref Utf8JsonReader reader, RpcEndpoint endpoint, ref byte[]? revert)
    {
        using var data = JsonDocument.ParseValue(ref reader);
        revert = FindRevert(data.RootElement, 0);
        return endpoint.Redact(data.RootElement.GetRawText());
    }

    private static byte[]? FindRevert(JsonElement data, int depth)
    {
        if (data.ValueKind == JsonValueKind.String)
            return Decode(data.GetString() ?? "");
        if (data.ValueKind != JsonValueKind.Object || depth == MaxDataNesting)
            return null;

        foreach (var field in data.EnumerateObject())
        {
            if ((field.NameEquals("data"u8) || field.NameEquals("originalError"u8) || field.NameEquals("error"u8))
                && FindRevert(field.Value, depth + 1) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static byte[]? Decode(string text)
    {
        const string OpenEthereumPrefix = "Reverted ";
        if (text.StartsWith(OpenEthereumPrefix, StringComparison.Ordinal))
            text = text[OpenEthereumPrefix.Length..];
        if (text.Length < 2 || text.Length % 2 != 0)
            return null;

        var bytes = new byte[(text.Length - 2) / 2];
        return Hex.TryDecode(text, bytes) ? bytes : null;
    }
}
