using System.Globalization;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>What came of reading a phrase.</summary>
public abstract record MnemonicReading
{
    private MnemonicReading()
    {
    }

    /// <summary>
    /// What is wrong, for the person who typed the phrase. It may hold the word that was meant: show it to that person, and log the reading
    /// itself, whose text holds no word.
    /// </summary>
    public abstract string Explanation { get; }

    /// <summary>What is wrong, without any word of the phrase.</summary>
    public sealed override string ToString() => this switch
    {
        Read(var mnemonic) => mnemonic.ToString(),
        UnknownWord(var position, _) => string.Create(CultureInfo.InvariantCulture, $"word {position} is not in the English list"),
        _ => Explanation,
    };

    /// <summary>The phrase is one.</summary>
    public sealed record Read(Mnemonic Mnemonic) : MnemonicReading
    {
        public override string Explanation => "the phrase is right.";
    }

    /// <summary>Phrases have 12, 15, 18, 21 or 24 words.</summary>
    public sealed record WrongLength(int Words) : MnemonicReading
    {
        public override string Explanation => string.Create(
            CultureInfo.InvariantCulture, $"a phrase has 12, 15, 18, 21 or 24 words, not {Words}.");
    }

    /// <summary>A word is not in the English list.</summary>
    /// <param name="Position">Which word, counted from one.</param>
    /// <param name="Suggestion">The word that was probably meant, if one is near.</param>
    public sealed record UnknownWord(int Position, string? Suggestion) : MnemonicReading
    {
        public override string Explanation => string.Create(
            CultureInfo.InvariantCulture,
            $"word {Position} is not in the English list{(Suggestion is null ? "." : $"; did you mean '{Suggestion}'?")}");
    }

    /// <summary>All words are in the list, but not these in this order: one was mistaken for another, or two were swapped.</summary>
    public sealed record WrongChecksum : MnemonicReading
    {
        public override string Explanation => "the words do not belong together: one is wrong, or their order is.";
    }
}
