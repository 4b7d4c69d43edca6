namespace OpenGradient.Ethereum.Wallets;

/// <summary>Finds the word that someone meant: the list was made so that the first four letters are enough, and slips are small.</summary>
internal static class EnglishSpelling
{
    private const int TellingLetters = 4;
    private const int LargestDistance = 2;
    private const int LongestTyped = EnglishWords.LongestWord + LargestDistance;

    /// <summary>The nearest word of the list; null if none is near.</summary>
    public static string? Nearest(ReadOnlySpan<char> typed)
    {
        if (typed.Length > LongestTyped)
            return null;

        Span<char> lower = stackalloc char[typed.Length];
        typed.ToLowerInvariant(lower);
        string? nearest = null;

        // A slip that leaves less than half of the letters is not a slip.
        var distance = Math.Min(LargestDistance, (lower.Length - 1) / 2) + 1;
        for (var i = 0; i < EnglishWords.Count; i++)
        {
            var word = EnglishWords.At(i);
            if (lower.Length >= TellingLetters && word.AsSpan().StartsWith(lower[..TellingLetters], StringComparison.Ordinal))
                return word;

            var slips = Slips(lower, word, distance);
            if (slips < distance)
                (nearest, distance) = (word, slips);
        }

        return nearest;
    }

    // How many letters were added, left out, mistaken or swapped with the next (Damerau and Levenshtein, each letter touched once).
    private static int Slips(ReadOnlySpan<char> typed, ReadOnlySpan<char> word, int enough)
    {
        if (Math.Abs(typed.Length - word.Length) >= enough)
            return enough;

        var width = word.Length + 1;
        Span<int> table = stackalloc int[(LongestTyped + 1) * (EnglishWords.LongestWord + 1)];
        for (var column = 0; column < width; column++)
            table[column] = column;
        for (var row = 1; row <= typed.Length; row++)
        {
            table[row * width] = row;
            for (var column = 1; column < width; column++)
            {
                var here = (row * width) + column;
                var mistaken = typed[row - 1] == word[column - 1] ? 0 : 1;
                table[here] = Math.Min(table[here - width - 1] + mistaken, Math.Min(table[here - 1], table[here - width]) + 1);
                if (row > 1 && column > 1 && typed[row - 1] == word[column - 2] && typed[row - 2] == word[column - 1])
                    table[here] = Math.Min(table[here], table[here - (2 * width) - 2] + 1);
            }
        }

        return table[(typed.Length * width) + word.Length];
    }
}
