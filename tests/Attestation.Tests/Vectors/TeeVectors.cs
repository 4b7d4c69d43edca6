using System.Text.Json;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Support;

namespace OpenGradient.Attestation.Tests.Vectors;

/// <summary>
/// Genuine evidence, which is not part of the repository: it is looked for in <c>shared/vectors/tee</c>, in every folder above the checkout. A test that
/// needs it is skipped, by name, where it is absent.
/// </summary>
internal static class TeeVectors
{
    private static readonly string? Root = Find();

    public static void SkipUnlessPresent() => Assert.SkipUnless(Root is not null, "The genuine evidence (shared/vectors/tee) is not on this machine.");

    public static byte[] Read(params string[] parts)
    {
        SkipUnlessPresent();
        return File.ReadAllBytes(Path.Combine([Root!, .. parts]));
    }

    public static IReadOnlyList<string> FilesIn(params string[] parts)
    {
        SkipUnlessPresent();
        return [.. Directory.EnumerateFiles(Path.Combine([Root!, .. parts])).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
    }

    public static CollateralSet Collateral(params IEnumerable<string[]> files)
    {
        var set = CollateralSet.Read([.. files.Select(parts => new CollateralFile(parts[^1], Read(parts)))]);
        Assert.Empty(set.Faults);
        return set;
    }

    /// <summary>The entries of a folder's <c>expected.json</c>.</summary>
    public static IReadOnlyList<JsonElement> Expected(string folder)
    {
        using var document = JsonDocument.Parse(Read(folder, "expected.json"));
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    /// <summary>The checks that failed, each once, in the order of their names.</summary>
    public static IReadOnlyList<Check> ChecksOf(Verdict verdict) => [.. verdict.Reasons.Select(reason => reason.Check).Distinct().Order()];

    public static string? FieldOf(Verdict verdict, string name) => verdict.Fields.FirstOrDefault(field => field.Name == name)?.Value;

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(Repository.Root); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "vectors", "tee");
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}
