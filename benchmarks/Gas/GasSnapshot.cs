using System.Globalization;
using System.Text.Json.Nodes;
using OpenGradient.Benchmarks.Measuring;

namespace OpenGradient.Benchmarks.Gas;

/// <summary>The figures that are kept in the repository, so that a change that makes a step dearer is seen in its review.</summary>
public static class GasSnapshot
{
    /// <summary>Relative to the repository.</summary>
    public const string Path = "benchmarks/gas-snapshot.json";

    /// <summary>How much dearer a step may get before somebody has to say so.</summary>
    private const double Tolerance = 0.02;

    private const string Renewal = "If that is meant, run `./og bench gas --keep` and commit what it writes.";

    internal static async Task<string> WriteAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken)
    {
        var figures = new JsonObject([.. report.Rows.Select(row => KeyValuePair.Create(row.Name, (JsonNode?)(ulong)row.Value))]);
        var file = new JsonObject { ["on"] = report.Machine.PeerRuntime, ["gas"] = figures };
        var text = file.ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        await File.WriteAllTextAsync(System.IO.Path.Combine(repositoryRoot, Path), text + "\n", cancellationToken);
        return Path;
    }

    /// <summary>The figures that are kept, by their names.</summary>
    public static async Task<IReadOnlyDictionary<string, ulong>> ReadAsync(string repositoryRoot, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(System.IO.Path.Combine(repositoryRoot, Path), cancellationToken);
        return JsonNode.Parse(text)!["gas"]!.AsObject()
            .ToDictionary(figure => figure.Key, figure => figure.Value!.GetValue<ulong>(), StringComparer.Ordinal);
    }

    /// <summary>
    /// A sentence for each figure that grew by more than 2 %, is above what it met before, is missing, or is not kept yet: a goal that was met stays met.
    /// </summary>
    public static IReadOnlyList<string> FindGrowth(IReadOnlyDictionary<string, ulong> kept, BenchmarkReport report)
    {
        var measured = report.Rows.ToDictionary(row => row.Name, row => (ulong)row.Value, StringComparer.Ordinal);
        var limits = report.Rows.Where(row => row.Limit is not null).ToDictionary(row => row.Name, row => (ulong)row.Limit!.Value, StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var (name, before) in kept)
        {
            if (!measured.TryGetValue(name, out var now))
                problems.Add($"'{name}' is kept in {Path} and was not measured. {Renewal}");
            else if (limits.TryGetValue(name, out var most) && before <= most && now > most)
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"'{name}' costs {now:#,0} gas, above its goal of {most:#,0}, which {before:#,0} met."));
            else if (now > before * (1 + Tolerance))
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"'{name}' costs {now:#,0} gas, and cost {before:#,0} before. {Renewal}"));
        }

        problems.AddRange(measured.Keys.Where(name => !kept.ContainsKey(name)).Select(name => $"'{name}' is not kept in {Path}. {Renewal}"));
        return problems;
    }
}
