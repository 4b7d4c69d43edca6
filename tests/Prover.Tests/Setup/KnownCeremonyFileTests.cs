using System.Text.RegularExpressions;
using OpenGradient.Prover.Setup;
using OpenGradient.Support;

namespace OpenGradient.Prover.Tests.Setup;

/// <summary>The hashes of ceremonies' files are held against where they were announced, and against the page that shows them.</summary>
public sealed partial class KnownCeremonyFileTests
{
    [Fact]
    public void Every_file_is_found_by_its_hash_and_no_other_is()
    {
        Assert.Equal(Enumerable.Range(8, 21), KnownCeremonyFile.All.Select(file => file.Power));
        Assert.All(KnownCeremonyFile.All, file => Assert.Same(file, KnownCeremonyFile.Find(file.Blake2b)));
        Assert.Null(KnownCeremonyFile.Find(new string('0', 128)));
    }

    [Fact]
    public async Task The_page_about_ceremonies_shows_all_of_them() =>
        Assert.Equal(KnownCeremonyFile.All, Rows(await File.ReadAllTextAsync(Repository.PathOf("docs", "ceremonies.md"), TestContext.Current.CancellationToken)));

    [Fact]
    public async Task Snarkjs_announces_the_same()
    {
        if (!SnarkjsPeer.IsInstalled)
            Assert.Skip(SnarkjsPeer.Missing);
        Assert.Equal(KnownCeremonyFile.All, Rows(await File.ReadAllTextAsync(SnarkjsPeer.Readme, TestContext.Current.CancellationToken)));
    }

    // Rows of a table: the power first, a name somewhere, the hash last.
    private static IEnumerable<KnownCeremonyFile> Rows(string markdown) => Row().Matches(markdown).Select(row => new KnownCeremonyFile(
        row.Groups["name"].Value, int.Parse(row.Groups["power"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture), row.Groups["hash"].Value));

    [GeneratedRegex(@"^\|\s*(?<power>\d+)\s*\|.*?(?<name>powersOfTau28_hez_final(_\d\d)?\.ptau).*\|\s*`?(?<hash>[0-9a-f]{128})`?\s*\|\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Row();
}
