using System.Text;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Wallets;

public sealed class MnemonicTests
{
    private const string TwelveWords = "radar blur cabbage chef fix engine embark joy scheme fiction master release";

    [Theory]
    [InlineData(12)]
    [InlineData(15)]
    [InlineData(18)]
    [InlineData(21)]
    [InlineData(24)]
    public void Generates_phrases_that_it_reads_and_that_differ(int words)
    {
        var (first, second) = (Mnemonic.Generate(words), Mnemonic.Generate(words));

        Assert.Equal(words, first.WordCount);
        Assert.Equal(words, first.RevealPhrase().Split(' ').Length);
        Assert.Equal(first.ToEntropy(), Mnemonic.Parse(first.RevealPhrase()).ToEntropy());
        Assert.NotEqual(first.RevealPhrase(), second.RevealPhrase(), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(13)]
    [InlineData(27)]
    public void Refuses_to_generate_another_number_of_words(int words) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Mnemonic.Generate(words));

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(17)]
    [InlineData(36)]
    public void Refuses_entropy_of_another_length(int length) =>
        Assert.Throws<ArgumentException>(() => Mnemonic.FromEntropy(new byte[length]));

    [Fact]
    public void Reads_a_phrase_as_people_type_it()
    {
        var mnemonic = Mnemonic.Parse($"\n\t {TwelveWords.Replace(" ", "  ", StringComparison.Ordinal).ToUpperInvariant()} \r\n");

        Assert.Equal(TwelveWords, mnemonic.RevealPhrase());
        Assert.Equal("b0a30c7e93a58094d213c4c0aaba22da", Convert.ToHexStringLower(mnemonic.ToEntropy()));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("radar", 1)]
    [InlineData("radar blur cabbage chef fix engine embark joy scheme fiction master", 11)]
    [InlineData(TwelveWords + " release", 13)]
    [InlineData(TwelveWords + " " + TwelveWords + " " + TwelveWords, 36)]
    public void Refuses_another_number_of_words(string phrase, int words) =>
        Assert.Equal(new MnemonicReading.WrongLength(words), Mnemonic.Read(phrase));

    [Theory]
    [InlineData("rdaar", "radar")]
    [InlineData("rada", "radar")]
    [InlineData("radarr", "radar")]
    [InlineData("radio1", "radio")]
    [InlineData("releese", "release")]
    [InlineData("releases", "release")]
    [InlineData("cabagge", "cabbage")]
    [InlineData("abandonn", "abandon")]
    [InlineData("absurdity", "absurd")]
    [InlineData("Zoologist", null)]
    [InlineData("qqqqqq", null)]
    [InlineData("x", null)]
    [InlineData("ходить", null)]
    public void Suggests_the_word_that_was_meant(string typed, string? meant)
    {
        var reading = Assert.IsType<MnemonicReading.UnknownWord>(
            Mnemonic.Read($"radar blur {typed} chef fix engine embark joy scheme fiction master release"));

        Assert.Equal((3, meant), (reading.Position, reading.Suggestion));
        Assert.Equal(meant is not null, reading.Explanation.Contains($"did you mean '{meant}'", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_the_first_of_several_unknown_words_and_survives_an_endless_one()
    {
        var endless = new string('a', 1_000_000);

        Assert.Equal(
            new MnemonicReading.UnknownWord(1, null),
            Mnemonic.Read($"{endless} blurr cabbage chef fix engine embark joy scheme fiction master release"));
    }

    [Fact]
    public void Refuses_words_that_do_not_belong_together()
    {
        Assert.IsType<MnemonicReading.WrongChecksum>(
            Mnemonic.Read("blur radar cabbage chef fix engine embark joy scheme fiction master release"));
        Assert.IsType<MnemonicReading.WrongChecksum>(
            Mnemonic.Read("radar blur cabbage chef fix engine embark joy scheme fiction master relief"));
    }

    [Fact]
    public void Of_all_last_words_one_in_sixteen_fits()
    {
        var start = TwelveWords[..TwelveWords.LastIndexOf(' ')];

        var fitting = Enumerable.Range(0, EnglishWords.Count).Count(last => Mnemonic.Read($"{start} {EnglishWords.At(last)}") is MnemonicReading.Read);

        Assert.Equal(2048 / 16, fitting);
    }

    [Fact]
    public void Shows_no_word_but_where_it_is_asked_to()
    {
        var mnemonic = Mnemonic.Parse(TwelveWords);
        var misspelt = TwelveWords.Replace("cabbage", "cabbbage", StringComparison.Ordinal);
        var error = Assert.Throws<FormatException>(() => Mnemonic.Parse(misspelt));

        Assert.All(
            [mnemonic.ToString(), Mnemonic.Read(TwelveWords).ToString(), Mnemonic.Read(misspelt).ToString(), error.ToString()],
            static text => Assert.DoesNotContain("cabb", text, StringComparison.Ordinal));
        Assert.Contains("word 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_passphrase_that_it_could_not_normalise_rather_than_give_a_tree_of_its_own()
    {
        // These tests run as the programs do, without Unicode's tables.
        Assert.False(CompatibilityForm.IsAvailable);
        var mnemonic = Mnemonic.Parse(TwelveWords);

        var error = Assert.Throws<NotSupportedException>(() => mnemonic.ToSeed("pässword"));

        Assert.DoesNotContain("pässword", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(mnemonic.ToSeed("password"), mnemonic.ToSeedOfNormalised("password"u8));
        Assert.NotEqual(mnemonic.ToSeed("password"), mnemonic.ToSeed());
    }

    [Fact]
    public void Has_the_word_list_of_the_published_suite()
    {
        using var suite = PublishedSuite.Read("wordlists");
        var english = suite.RootElement.EnumerateArray().Single(static list => list.GetProperty("locale").ValueEquals("en"));
        // The other eight lists are of languages that are not read here.
        Assert.Equal(9, suite.RootElement.GetArrayLength());
        var words = english.GetProperty("content").GetString()!.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(words, Enumerable.Range(0, EnglishWords.Count).Select(static index => EnglishWords.At(index)), StringComparer.Ordinal);
        Assert.Equal(words.Select(static (_, index) => index), words.Select(static word => EnglishWords.IndexOf(word)));
        Assert.Equal(EnglishWords.LongestWord, words.Max(static word => word.Length));
    }

    [Fact]
    public void Gives_the_phrases_and_seeds_of_the_published_suite()
    {
        using var suite = PublishedSuite.Read("hdnode");
        var (english, otherLanguages, normalised) = (0, 0, 0);
        foreach (var test in suite.RootElement.EnumerateArray())
        {
            if (!test.GetProperty("locale").ValueEquals("en"))
            {
                otherLanguages++;
                continue;
            }

            var phrase = test.GetProperty("mnemonic").GetString()!;
            var entropy = Convert.FromHexString(test.GetProperty("entropy").GetString().AsSpan(2));
            var password = test.TryGetProperty("password", out var given) ? given.GetString()! : "";
            var mnemonic = Mnemonic.FromEntropy(entropy);

            // Node's own normalisation of the one passphrase of these cases that is not ASCII.
            normalised += Ascii.IsValid(password) ? 0 : 1;
            var seed = Ascii.IsValid(password)
                ? mnemonic.ToSeed(password)
                : mnemonic.ToSeedOfNormalised(Encoding.UTF8.GetBytes(NormalisedPassphrase(password)));

            Assert.Equal(phrase, mnemonic.RevealPhrase());
            Assert.Equal(entropy, Mnemonic.Parse(phrase).ToEntropy());
            Assert.Equal(test.GetProperty("seed").GetString(), "0x" + Convert.ToHexStringLower(seed));
            english++;
        }

        Assert.Equal((1094, 315, 45), (english, otherLanguages, normalised));
    }

    private static string NormalisedPassphrase(string password)
    {
        Assert.Equal("nullius\u3000\u00E0\u3000nym.zone \u00B9te\u017Fts\u00B2 English", password);
        return "nullius a\u0300 nym.zone 1tests2 English";
    }
}
