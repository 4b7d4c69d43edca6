using System.Collections.Immutable;
using System.Security.Cryptography;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>
/// A phrase of English words that stands for random bytes (BIP-39), from which a tree of keys grows. For development keys: a phrase is text,
/// and .NET cannot wipe text from memory, so the keys of a service belong in a keystore or with a remote signer.
/// </summary>
public sealed class Mnemonic
{
    /// <summary>The length of the seed in bytes.</summary>
    public const int SeedLength = 64;

    private const int BitsPerWord = 11;
    private const int SeedIterations = 2048;
    private const int MaxWords = 24;

    private readonly ImmutableArray<ushort> _words;

    private Mnemonic(ImmutableArray<ushort> words) => _words = words;

    public int WordCount => _words.Length;

    /// <summary>Makes a new phrase from the system's random generator.</summary>
    /// <param name="words">12, 15, 18, 21 or 24.</param>
    public static Mnemonic Generate(int words = 12)
    {
        if (!IsWordCount(words))
            throw new ArgumentOutOfRangeException(nameof(words), words, "A phrase has 12, 15, 18, 21 or 24 words.");

        Span<byte> entropy = stackalloc byte[EntropyLengthOf(words)];
        RandomNumberGenerator.Fill(entropy);
        var mnemonic = FromEntropy(entropy);
        CryptographicOperations.ZeroMemory(entropy);
        return mnemonic;
    }

    /// <summary>The phrase for 16, 20, 24, 28 or 32 bytes.</summary>
    public static Mnemonic FromEntropy(ReadOnlySpan<byte> entropy)
    {
        if (entropy.Length is < 16 or > 32 || entropy.Length % 4 != 0)
            throw new ArgumentException($"A phrase stands for 16, 20, 24, 28 or 32 bytes, not {entropy.Length}.", nameof(entropy));

        // The first bits of the hash fill the last word: one for each four bytes.
        Span<byte> bits = stackalloc byte[entropy.Length + 1];
        entropy.CopyTo(bits);
        bits[^1] = ChecksumOf(entropy);
        var words = ImmutableArray.CreateBuilder<ushort>(entropy.Length / 4 * 3);
        for (var word = 0; word < words.Capacity; word++)
        {
            var index = 0;
            for (var bit = word * BitsPerWord; bit < (word + 1) * BitsPerWord; bit++)
                index = (index << 1) | ((bits[bit / 8] >> (7 - (bit % 8))) & 1);
            words.Add((ushort)index);
        }

        CryptographicOperations.ZeroMemory(bits);
        return new Mnemonic(words.MoveToImmutable());
    }

    /// <summary>Reads a phrase as a person types it: any spaces between its words, in any case.</summary>
    public static MnemonicReading Read(ReadOnlySpan<char> phrase)
    {
        var words = ImmutableArray.CreateBuilder<ushort>(MaxWords);
        var count = 0;
        (int Position, string? Suggestion)? unknown = null;
        foreach (var word in new WordSplitter(phrase))
        {
            count++;
            if (count > MaxWords)
                continue;

            var index = word.Length <= EnglishWords.LongestWord ? EnglishWords.IndexOf(word.ToString().ToLowerInvariant()) : -1;
            if (index >= 0)
                words.Add((ushort)index);
            else
                unknown ??= (count, EnglishSpelling.Nearest(word));
        }

        if (!IsWordCount(count))
            return new MnemonicReading.WrongLength(count);
        if (unknown is var (position, suggestion))
            return new MnemonicReading.UnknownWord(position, suggestion);

        var mnemonic = new Mnemonic(words.ToImmutable());
        return mnemonic.HasItsChecksum() ? new MnemonicReading.Read(mnemonic) : new MnemonicReading.WrongChecksum();
    }

    /// <summary>Reads a phrase; throws <see cref="FormatException"/> with what is wrong, but none of the words.</summary>
    public static Mnemonic Parse(ReadOnlySpan<char> phrase) =>
        Read(phrase) is var reading && reading is MnemonicReading.Read(var mnemonic)
            ? mnemonic
            : throw new FormatException($"This is not a mnemonic phrase: {reading}");

    /// <summary>The words, with a space between them: a secret.</summary>
    public string RevealPhrase() => string.Join(' ', _words.Select(static word => EnglishWords.At(word)));

    /// <summary>The bytes that the phrase stands for: a secret.</summary>
    public byte[] ToEntropy()
    {
        Span<byte> bits = stackalloc byte[EntropyLengthOf(MaxWords) + 1];
        bits.Clear();
        WriteBits(bits);
        var entropy = bits[..EntropyLengthOf(WordCount)].ToArray();
        CryptographicOperations.ZeroMemory(bits);
        return entropy;
    }

    /// <summary>
    /// The seed of the tree of keys: a secret. The standard takes the passphrase in Unicode's form NFKD. Texts of ASCII are in it already;
    /// others are brought into it, except in programs that run without Unicode's tables (<c>InvariantGlobalization</c>), where .NET would
    /// leave them as they are, and give another tree than every wallet does: there they throw <see cref="NotSupportedException"/>.
    /// </summary>
    public byte[] ToSeed(ReadOnlySpan<char> passphrase = default)
    {
        using var normalised = CompatibilityForm.Of(passphrase);
        return DeriveSeed(normalised.Bytes);
    }

    /// <summary>The seed for a passphrase that the caller has in Unicode's form NFKD, as UTF-8.</summary>
    public byte[] ToSeedOfNormalised(ReadOnlySpan<byte> passphrase) => DeriveSeed(passphrase);

    /// <summary>The root of the tree of keys; the passphrase as in <see cref="ToSeed"/>.</summary>
    public HdKey ToRootKey(ReadOnlySpan<char> passphrase = default)
    {
        var seed = ToSeed(passphrase);
        try
        {
            return HdKey.FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>How long it is; never the words.</summary>
    public override string ToString() => $"a mnemonic phrase of {WordCount} words";

    private byte[] DeriveSeed(ReadOnlySpan<byte> normalisedPassphrase)
    {
        using var phrase = new SecretText(RevealPhrase());
        Span<byte> salt = new byte["mnemonic"u8.Length + normalisedPassphrase.Length];
        "mnemonic"u8.CopyTo(salt);
        normalisedPassphrase.CopyTo(salt["mnemonic"u8.Length..]);
        var seed = Rfc2898DeriveBytes.Pbkdf2(phrase.Bytes, salt, SeedIterations, HashAlgorithmName.SHA512, SeedLength);
        CryptographicOperations.ZeroMemory(salt);
        return seed;
    }

    private bool HasItsChecksum()
    {
        Span<byte> bits = stackalloc byte[EntropyLengthOf(MaxWords) + 1];
        bits.Clear();
        WriteBits(bits);
        var length = EntropyLengthOf(WordCount);
        var has = bits[length] == ChecksumOf(bits[..length]);
        CryptographicOperations.ZeroMemory(bits);
        return has;
    }

    private void WriteBits(Span<byte> bits)
    {
        for (var bit = 0; bit < WordCount * BitsPerWord; bit++)
        {
            var set = (_words[bit / BitsPerWord] >> (BitsPerWord - 1 - (bit % BitsPerWord))) & 1;
            bits[bit / 8] |= (byte)(set << (7 - (bit % 8)));
        }
    }

    // The first bits of SHA-256, one for each four bytes; the others are zero.
    private static byte ChecksumOf(ReadOnlySpan<byte> entropy)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(entropy, hash);
        return (byte)(hash[0] & (0xFF << (8 - (entropy.Length / 4))));
    }

    private static bool IsWordCount(int words) => words is 12 or 15 or 18 or 21 or 24;

    // Of 33 bits in three words 32 are entropy.
    private static int EntropyLengthOf(int words) => words / 3 * 4;
}
