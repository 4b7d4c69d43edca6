using System.Text;

namespace OpenGradient.BindingGenerator;

/// <summary>Bindings as files of the repository: writes them, and finds where they are not what would be written.</summary>
public static class BindingFiles
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// Writes the bindings of every contract of the set and deletes what was generated for others. Gives the paths of the files that changed.
    /// Throws <see cref="BindingException"/>, also when the folder holds a file that was not generated.
    /// </summary>
    public static async Task<IReadOnlyList<string>> WriteAsync(string repositoryRoot, BindingSet set, CancellationToken cancellationToken)
    {
        var wanted = await GenerateAsync(repositoryRoot, set, cancellationToken);
        var changed = new List<string>();
        Directory.CreateDirectory(Path.Combine(repositoryRoot, set.OutputFolder));
        foreach (var (path, text) in wanted)
        {
            var full = Path.Combine(repositoryRoot, path);
            if (File.Exists(full) && string.Equals(await File.ReadAllTextAsync(full, cancellationToken), text, StringComparison.Ordinal))
                continue;

            await File.WriteAllTextAsync(full, text, Utf8, cancellationToken);
            changed.Add(path);
        }

        foreach (var path in Present(repositoryRoot, set).Except(wanted.Select(w => w.Path), StringComparer.Ordinal))
        {
            var full = Path.Combine(repositoryRoot, path);
            var text = await File.ReadAllTextAsync(full, cancellationToken);
            if (!text.StartsWith(BindingSource.FirstLine, StringComparison.Ordinal))
                throw new BindingException($"{path} stands among generated files and was not generated. Move it.");

            File.Delete(full);
            changed.Add(path);
        }

        return changed;
    }

    /// <summary>
    /// A sentence for each file that is not what <see cref="WriteAsync"/> would write, is missing, or should not be there. Empty when all is
    /// current. Throws <see cref="BindingException"/> when the contracts are not compiled.
    /// </summary>
    public static async Task<IReadOnlyList<string>> FindDriftAsync(
        string repositoryRoot, BindingSet set, CancellationToken cancellationToken)
    {
        var wanted = await GenerateAsync(repositoryRoot, set, cancellationToken);
        var drift = new List<string>();
        foreach (var (path, text) in wanted)
        {
            var full = Path.Combine(repositoryRoot, path);
            if (!File.Exists(full))
                drift.Add($"{path} is missing.");
            else if (FirstDifference(text, await File.ReadAllTextAsync(full, cancellationToken)) is { } line)
                drift.Add($"{path} is not what its contract gives, from line {line} on.");
        }

        foreach (var path in Present(repositoryRoot, set).Except(wanted.Select(w => w.Path), StringComparer.Ordinal))
            drift.Add($"{path} belongs to no contract.");
        return drift;
    }

    private static async Task<List<(string Path, string Text)>> GenerateAsync(
        string repositoryRoot, BindingSet set, CancellationToken cancellationToken)
    {
        var files = new List<(string Path, string Text)>(set.Contracts.Count);
        foreach (var contract in set.Contracts.Order(StringComparer.Ordinal))
        {
            var source = $"{set.ArtifactFolder}/{contract}.json";
            var full = Path.Combine(repositoryRoot, source);
            // What forge compiles under more than one profile has the profile's name in its artifacts'; the interface is the same.
            if (!File.Exists(full))
                full = Path.ChangeExtension(full, ".default.json");
            if (!File.Exists(full))
                throw new BindingException($"{source} is not there: compile the contracts first (forge build).");

            var name = contract[(contract.LastIndexOf('/') + 1)..];
            var artifact = ContractArtifact.Parse(name, source, await File.ReadAllBytesAsync(full, cancellationToken));
            files.Add(($"{set.OutputFolder}/{name}.cs", BindingSource.Generate(artifact, set.Namespace)));
        }

        return files.DistinctBy(f => f.Path, StringComparer.OrdinalIgnoreCase).Count() == files.Count
            ? files
            : throw new BindingException("Two contracts of the set have the same name, and so would have the same file.");
    }

    private static List<string> Present(string repositoryRoot, BindingSet set)
    {
        var folder = Path.Combine(repositoryRoot, set.OutputFolder);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.cs").Select(f => $"{set.OutputFolder}/{Path.GetFileName(f)}").Order(StringComparer.Ordinal)]
            : [];
    }

    private static int? FirstDifference(string wanted, string found)
    {
        if (string.Equals(wanted, found, StringComparison.Ordinal))
            return null;

        var length = 0;
        while (length < wanted.Length && length < found.Length && wanted[length] == found[length])
            length++;
        return wanted.AsSpan(0, length).Count('\n') + 1;
    }
}
