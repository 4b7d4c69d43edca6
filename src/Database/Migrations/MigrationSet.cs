using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace OpenGradient.Database.Migrations;

/// <summary>
/// One part of a schema, owned by one library, and how it came to be: files such as <c>0001-jobs.sqlite.sql</c> and
/// <c>0001-jobs.postgres.sql</c>, numbered from 1 without a gap, two for each number. What was released is never changed: the next number
/// changes the schema.
/// </summary>
public sealed partial class MigrationSet
{
    private MigrationSet(string name, IReadOnlyList<Migration> migrations) => (Name, Migrations) = (name, migrations);

    /// <summary>What the set is known by in the database; never changes.</summary>
    public string Name { get; }

    internal IReadOnlyList<Migration> Migrations { get; }

    /// <summary>
    /// Reads the resources of an assembly that are called <c>NAME/0001-what.sqlite.sql</c> and so on; in a project file:
    /// <c>&lt;EmbeddedResource Include="Migrations/*.sql" WithCulture="false" LogicalName="NAME/%(Filename)%(Extension)" /&gt;</c>.
    /// </summary>
    public static MigrationSet FromResources(string name, Assembly assembly) => Of(
        name,
        assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(name + "/", StringComparison.Ordinal))
            .ToDictionary(resource => resource[(name.Length + 1)..], resource => Read(assembly, resource), StringComparer.Ordinal));

    internal static MigrationSet Of(string name, IReadOnlyDictionary<string, string> files)
    {
        var parsed = files.Select(file => (Match: FileName().Match(file.Key), File: file)).ToList();
        if (parsed.Find(file => !file.Match.Success) is { File.Key: { } odd })
            throw new InvalidOperationException($"{name}/{odd} is not called as a migration is, such as 0001-jobs.sqlite.sql.");

        var migrations = parsed.GroupBy(file => file.Match.Groups["stem"].Value, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select((group, i) => Join(name, i + 1, group.Key, group.ToDictionary(
                file => file.Match.Groups["engine"].Value, file => file.File.Value, StringComparer.Ordinal)))
            .ToList();
        return migrations.Count > 0 ? new MigrationSet(name, migrations) : throw new InvalidOperationException($"There are no migrations called {name}.");
    }

    private static Migration Join(string set, int number, string stem, Dictionary<string, string> texts) =>
        int.Parse(stem[..4]) == number && texts.TryGetValue("sqlite", out var sqlite) && texts.TryGetValue("postgres", out var postgres)
            ? new Migration(number, stem[5..], sqlite, postgres)
            : throw new InvalidOperationException($"{set}/{stem}: migrations are numbered from 1 without a gap, each with a file for either engine.");

    private static string Read(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^(?<stem>\d{4}-[a-z0-9-]+)\.(?<engine>sqlite|postgres)\.sql$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FileName();
}

/// <summary>One step of a schema, as each engine takes it.</summary>
internal sealed record Migration(int Number, string Name, string Sqlite, string Postgres)
{
    public string TextFor(Engine engine) => engine == Engine.Sqlite ? Sqlite : Postgres;

    /// <summary>The same on every checkout, whatever ends its lines.</summary>
    public byte[] HashFor(Engine engine) => SHA256.HashData(Encoding.UTF8.GetBytes(TextFor(engine).ReplaceLineEndings("\n")));
}
