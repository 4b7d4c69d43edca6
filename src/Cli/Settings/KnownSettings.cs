using System.Collections;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Deploy;
using OpenGradient.Cli.Indexer;
using OpenGradient.Cli.Query;
using OpenGradient.Cli.Up;
using OpenGradient.Foundry;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Signing.Keys;
using Spectre.Console;

namespace OpenGradient.Cli.Settings;

/// <summary>All settings by name, so that a misspelt one, which nothing would ever ask for, is not ignored silently.</summary>
internal static class KnownSettings
{
    private const string Prefix = "OG_";
    private const string FileName = ".env";

    public static IReadOnlyList<string> Names { get; } =
        [UpSettings.ChainPortName, UpSettings.ChainBlockTimeName, DeploySettings.EndpointName, DeploySettings.DeployerName, .. DeploymentSettings.Names,
            .. ChainSettings.Names, .. KeySettingNames.Operator.All, .. KeySettingNames.Node.All, .. RelayerSettingNames.All,
            .. BlobSettingNames.All, .. IndexerSettings.Names, .. IndexerAccess.Names];

    /// <summary>Reads a command's settings, and warns of names in the file and the environment that nothing knows.</summary>
    /// <param name="context">The command's.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="path">A settings file in place of <c>.env</c>, which then must be there.</param>
    public static async Task<EnvironmentFile> LoadAsync(CommandContext context, CancellationToken cancellationToken, string? path = null)
    {
        if (path is not null && !File.Exists(path))
            throw new ExpectedFailureException(ExitCode.Usage, $"There is no file {path}.", "Name a settings file, or leave --config out for .env.");

        var name = path ?? FileName;
        var file = await EnvironmentFile.LoadAsync(path ?? context.Checkout.PathOf(FileName), cancellationToken);
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => (string)variable.Key)
            .Where(variable => variable != Checkout.RootVariable);
        foreach (var warning in Warnings(file.Names, name).Concat(Warnings(environment, "the environment")))
            context.Output.Errors.MarkupLineInterpolated($"[yellow]og: {warning}[/]");
        return file;
    }

    /// <summary>A sentence for each name that looks like a setting and is none.</summary>
    public static IEnumerable<string> Warnings(IEnumerable<string> names, string place) =>
        from name in names.Order(StringComparer.Ordinal)
        where name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !Names.Contains(name, StringComparer.Ordinal)
        select $"{name} in {place} is no setting. {Suggestion(name)}";

    private static string Suggestion(string name)
    {
        if (BlobSettingNames.Former.TryGetValue(name, out var renamed))
            return $"It is called {renamed} now.";
        var nearest = Names.MinBy(known => Edits(name.ToUpperInvariant(), known))!;
        // With more than every third letter wrong it is another word.
        return Edits(name.ToUpperInvariant(), nearest) * 3 <= nearest.Length ? $"Did you mean {nearest}?" : ".env.example lists them all.";
    }

    // How many letters must be put in, taken out or replaced to come from one to the other (Levenshtein).
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 0; i < from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 0; j < to.Length; j++)
            {
                var replaced = diagonal + (from[i] == to[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], row[j + 1]) + 1);
            }
        }

        return row[^1];
    }
}
