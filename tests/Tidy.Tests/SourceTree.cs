using System.Text.RegularExpressions;
using OpenGradient.Support;

namespace OpenGradient.Tidy.Tests;

/// <summary>The files that people write: what is built, installed or generated is left out.</summary>
internal static partial class SourceTree
{
    private static readonly HashSet<string> NotWritten = new(StringComparer.Ordinal)
    {
        "bin", "obj", "node_modules", ".git", ".og", "out", "cache", "broadcast", "Generated",
    };

    public static IEnumerable<string> Files(params string[] extensions) =>
        Walk(Repository.Root).Where(path => extensions.Contains(Path.GetExtension(path), StringComparer.Ordinal));

    public static IEnumerable<string> Folders() => Files(".cs", ".sol").Select(path => Path.GetDirectoryName(path)!).Distinct(StringComparer.Ordinal);

    public static string Relative(string path) => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');

    public static string Read(string relativePath) => File.ReadAllText(Repository.PathOf(relativePath));

    /// <summary>The projects that a project refers to, by name.</summary>
    public static IReadOnlyList<string> ReferencesOf(string projectFile) =>
        [.. ProjectReference().Matches(File.ReadAllText(projectFile)).Select(match => match.Groups[1].Value)];

    public static IReadOnlyList<string> Projects() => [.. Files(".csproj").Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
            yield return file;
        foreach (var inner in Directory.EnumerateDirectories(folder))
        {
            if (NotWritten.Contains(Path.GetFileName(inner)))
                continue;
            foreach (var file in Walk(inner))
                yield return file;
        }
    }

    [GeneratedRegex("<ProjectReference Include=\"[^\"]*?([A-Za-z.]+)\\.csproj\"", RegexOptions.None, 1000)]
    private static partial Regex ProjectReference();
}
