using System.Text.Json;

namespace OpenGradient.Ethereum.TypedData;

/// <summary>Texts of a JSON document: half a surrogate pair, or bytes that are no UTF-8, are refused rather than replaced.</summary>
internal static class JsonText
{
    private const string NotText = "the text is not valid Unicode.";

    public static string Of(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw new TypedDataException(path, "a text is expected.");
        return TryRead(value, out var text) ? text : throw new TypedDataException(path, NotText);
    }

    public static string NameOf(JsonProperty property, string path)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException invalid)
        {
            throw new TypedDataException(path, NotText, invalid);
        }
    }

    public static bool TryRead(JsonElement text, out string read)
    {
        read = "";
        try
        {
            read = text.GetString() ?? "";
            return true;
        }
        catch (InvalidOperationException)
        {
            // How the reader says that the bytes are no text: it checks them only when they are asked for.
            return false;
        }
    }
}
