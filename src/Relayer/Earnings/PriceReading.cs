using System.Text.Json;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Earnings;

/// <summary>Reads a price in what a stranger answered. Pure; what is not exactly what was agreed on is no price.</summary>
public static class PriceReading
{
    /// <summary>The longest answer that is read.</summary>
    public const int MaxBytes = 1 << 20;

    private const int MaxDepth = 32;
    private const int MaxDigits = 100;

    /// <summary>Gives the price, or null and why there is none.</summary>
    public static UInt256? Read(ReadOnlyMemory<byte> json, PriceSource source, out string fault)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            var place = document.RootElement;
            foreach (var name in source.Field)
            {
                if (place.ValueKind != JsonValueKind.Object || !place.TryGetProperty(name, out place))
                {
                    fault = $"The answer has no {string.Join('.', source.Field)}.";
                    return null;
                }
            }

            var text = place.ValueKind switch
            {
                JsonValueKind.Number => place.GetRawText(),
                JsonValueKind.String => place.GetString()!,
                _ => "",
            };
            return Within(text, source, out fault);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            fault = "The answer is no JSON.";
            return null;
        }
    }

    private static UInt256? Within(string text, PriceSource source, out string fault)
    {
        // What is smaller than the token's smallest unit is dropped.
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0 && text.Length - point - 1 > source.Decimals && text.Length <= MaxDigits && text.AsSpan(point + 1).IndexOfAnyExceptInRange('0', '9') < 0)
            text = source.Decimals == 0 ? text[..point] : text[..(point + 1 + source.Decimals)];
        if (text.Length is 0 or > MaxDigits || !Units.TryParse(text, source.Decimals, out var price))
        {
            fault = "What stands there is no amount.";
            return null;
        }

        fault = price < source.Least || price > source.Most ? $"{price} lies outside of {source.Least} to {source.Most}." : "";
        return fault.Length == 0 ? price : null;
    }
}
