using System.Text.Json;

namespace OpenGradient.Cli.Doctor;

/// <summary>Whether npm installed what the lock file pins.</summary>
internal static class PackageCheck
{
    private const string Subject = "npm packages";
    private const string FolderPrefix = "node_modules/";
    private const int NamedPackages = 5;

    public static Finding Run(Checkout checkout)
    {
        var installed = checkout.PathOf("node_modules", ".package-lock.json");
        if (!File.Exists(installed))
            return Finding.Broken(Subject, "not installed", "Run `npm ci`.");

        if (Read(checkout.PathOf("package-lock.json")) is not { } wanted)
        {
            return Finding.Broken(
                Subject, "package-lock.json is missing or damaged", "Restore it (`git checkout -- package-lock.json`), then run `npm ci`.");
        }

        if (Read(installed) is not { } present)
            return Finding.Broken(Subject, "npm's record of what it installed is damaged", "Run `npm ci`.");

        var wrong = wanted.Where(package => package.Value.IsRequired && present.GetValueOrDefault(package.Key)?.Version != package.Value.Version)
            .Select(package => package.Key)
            .ToList();
        return wrong.Count == 0
            ? Finding.Good(Subject, "as package-lock.json pins them")
            : Finding.Broken(Subject, $"differ from package-lock.json: {string.Join(", ", wrong.Take(NamedPackages))}", "Run `npm ci`.");
    }

    // Null when the file is not what npm writes, whatever it is instead.
    private static Dictionary<string, Package>? Read(string path)
    {
        try
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(path));
            return file.RootElement.GetProperty("packages").EnumerateObject()
                .Where(package => package.Name.StartsWith(FolderPrefix, StringComparison.Ordinal))
                .ToDictionary(package => package.Name[FolderPrefix.Length..], package => PackageOf(package.Value), StringComparer.Ordinal);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException
            or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Optional packages are not required: those of other platforms are rightly absent.
    private static Package PackageOf(JsonElement package) => new(
        package.TryGetProperty("version", out var version) ? version.GetString() : null,
        IsRequired: !package.TryGetProperty("optional", out _) && !package.TryGetProperty("peer", out _));

    private sealed record Package(string? Version, bool IsRequired);
}
