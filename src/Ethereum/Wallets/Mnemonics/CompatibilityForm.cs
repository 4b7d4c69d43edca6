using System.Text;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>Unicode's form NFKD, as BIP-39 asks for it, or an honest refusal.</summary>
internal static class CompatibilityForm
{
    /// <summary>
    /// Whether .NET normalises at all. With <c>InvariantGlobalization</c> it says it does and returns the text as it was: ångström's first
    /// letter stays one character there, where it has two in this form.
    /// </summary>
    public static bool IsAvailable { get; } = "\u00E5".Normalize(NormalizationForm.FormKD).Length == 2;

    public static SecretText Of(ReadOnlySpan<char> text)
    {
        if (Ascii.IsValid(text))
            return new SecretText(text);
        if (!IsAvailable)
        {
            throw new NotSupportedException(
                "This program runs without Unicode's tables (InvariantGlobalization), so it cannot normalise a passphrase with other than"
                + $" ASCII characters. Give it normalised (NFKD, in UTF-8) to {nameof(Mnemonic.ToSeedOfNormalised)}.");
        }

        // Refuses half a surrogate pair, which normalising would report with the text in its message.
        using var checkedText = new SecretText(text);
        Span<char> normalised = new char[text.GetNormalizedLength(NormalizationForm.FormKD)];
        try
        {
            return text.TryNormalize(normalised, out var length, NormalizationForm.FormKD)
                ? new SecretText(normalised[..length])
                : throw new NotSupportedException("The system's Unicode tables did not normalise the passphrase.");
        }
        finally
        {
            normalised.Clear();
        }
    }
}
