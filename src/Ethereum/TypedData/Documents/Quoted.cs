namespace OpenGradient.Ethereum.TypedData;

/// <summary>Hostile text in errors: quoted, but never at length.</summary>
internal static class Quoted
{
    private const int Longest = 60;

    public static string Short(string text) => text.Length <= Longest ? text : text[..(Longest - 3)] + "...";
}
