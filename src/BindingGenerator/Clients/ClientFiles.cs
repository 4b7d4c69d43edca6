namespace OpenGradient.BindingGenerator.Clients;

/// <summary>The indexer's client as files of the repository: writes them, and finds where they are not what would be written.</summary>
public static class ClientFiles
{
    private const string Folder = "src/IndexerClient/Generated";

    /// <summary>Writes what changed, deletes what belongs to no resource any more, and gives the paths.</summary>
    public static async Task<IReadOnlyList<string>> WriteAsync(string repositoryRoot, string openApi, CancellationToken cancellationToken)
    {
        var changed = new List<string>();
        var wanted = ClientSource.Generate(openApi);
        Directory.CreateDirectory(Path.Combine(repositoryRoot, Folder));
        foreach (var (name, text) in wanted)
        {
            var path = Path.Combine(repositoryRoot, Folder, name);
            if (File.Exists(path) && await File.ReadAllTextAsync(path, cancellationToken) == text)
                continue;
            await File.WriteAllTextAsync(path, text, cancellationToken);
            changed.Add($"{Folder}/{name}");
        }

        foreach (var name in Strangers(repositoryRoot, wanted))
        {
            File.Delete(Path.Combine(repositoryRoot, Folder, name));
            changed.Add($"{Folder}/{name}");
        }

        return changed;
    }

    /// <summary>A sentence for each file that is not what would be written now.</summary>
    public static async Task<IReadOnlyList<string>> FindDriftAsync(string repositoryRoot, string openApi, CancellationToken cancellationToken)
    {
        var drift = new List<string>();
        var wanted = ClientSource.Generate(openApi);
        foreach (var (name, text) in wanted)
        {
            var path = Path.Combine(repositoryRoot, Folder, name);
            if (!File.Exists(path) || await File.ReadAllTextAsync(path, cancellationToken) != text)
                drift.Add($"{Folder}/{name} is not what the OpenAPI document gives.");
        }

        drift.AddRange(Strangers(repositoryRoot, wanted).Select(name => $"{Folder}/{name} belongs to no resource."));
        return drift;
    }

    private static List<string> Strangers(string repositoryRoot, IReadOnlyList<(string Name, string Text)> wanted)
    {
        var folder = Path.Combine(repositoryRoot, Folder);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.cs").Select(path => Path.GetFileName(path)).Except(wanted.Select(file => file.Name), StringComparer.Ordinal)]
            : [];
    }
}
