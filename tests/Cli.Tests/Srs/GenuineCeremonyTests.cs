using OpenGradient.Cli.Tests.Support;
using OpenGradient.Prover.Setup;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Srs;

/// <summary><c>og srs import</c> on files of a ceremony that was held, where somebody has put one: no test fetches any.</summary>
public sealed class GenuineCeremonyTests
{
    // As many powers as a small model needs: a file is read whole for its hash all the same.
    private const int Powers = 256;

    private static readonly string Folder = Repository.PathOf(".og", "ceremonies");

    [Fact]
    public async Task A_file_of_the_ceremony_that_is_announced_is_imported_and_named()
    {
        var found = KnownCeremonyFile.All.Where(known => File.Exists(Path.Combine(Folder, known.Name))).MinBy(known => known.Power);
        Assert.SkipWhen(found is null, $"There is no file of the ceremony in {Folder}: {KnownCeremonyFile.All.MinBy(known => known.Power)!.Name} is the smallest.");
        var setup = Path.Combine(Directory.CreateTempSubdirectory("og-genuine-").FullName, "setup.ogs");
        try
        {
            var imported = await OgRun.ReportAsync("srs", "import", Path.Combine(Folder, found!.Name), "--name", "Perpetual Powers of Tau", "--powers", $"{Powers}", "--out", setup);

            Assert.Equal(
                (found.Name, found.Blake2b, Powers, false),
                (imported.GetProperty("importedFileIs").GetString(), imported.GetProperty("importedFileBlake2b").GetString(), imported.GetProperty("powers").GetInt32(),
                    imported.GetProperty("isDevelopment").GetBoolean()));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(setup)!, recursive: true);
        }
    }
}
