namespace OpenGradient.Ethereum.Rpc;

/// <summary>Makes text that came from the network fit for logs and exceptions.</summary>
internal static class RpcText
{
    private const int MaxLength = 500;

    /// <summary>At most 500 characters, none of which can break out of a line or steer a terminal.</summary>
    public static string Shortened(string text)
    {
        var cut = text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");
        return cut.AsSpan().IndexOfAny(Unprintable) < 0 ? cut : string.Create(cut.Length, cut, static (clean, source) =>
        {
            for (var i = 0; i < clean.Length; i++)
                clean[i] = Unprintable.Contains(source[i]) ? ' ' : source[i];
        });
    }

    // C0 and C1 controls, line and paragraph separators, and the marks that reorder text.
    private static readonly System.Buffers.SearchValues<char> Unprintable = System.Buffers.SearchValues.Create(
    [
        .. Enumerable.Range(0x00, 0x20).Select(c => (char)c), .. Enumerable.Range(0x7F, 0x21).Select(c => (char)c),
        .. Enumerable.Range(0x2028, 7).Select(c => (char)c), .. Enumerable.Range(0x2066, 4).Select(c => (char)c),
    ]);
}
