using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Balances;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Hosting;

/// <summary>
/// Families of an operator's own, from a file: which contracts, or who announces them, from which block, which events, and whether balances are kept
/// (docs/indexing.md shows one).
/// </summary>
public static class FamilyFile
{
    private const int MostFamilies = 100;

    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    // Families and tables of these names are the index's own.
    private static readonly string[] Reserved =
        ["index", "orphaned", "sqlite", "pg", "copied", "token", "model", "hub", "models", "nodes", "keys", "court", "verifiers"];

    /// <exception cref="IndexerException">It is not such a file; the message says where and why.</exception>
    public static IReadOnlyList<EventFamily> Parse(string json)
    {
        try
        {
            var file = JsonSerializer.Deserialize(json, FamilyJson.Default.FamilyFileText) ?? throw new FormatException("It holds nothing.");
            if (file.Families.Count > MostFamilies)
                throw new FormatException($"It has more than {MostFamilies} families.");
            var families = new List<EventFamily>();
            foreach (var text in file.Families)
                families.Add(Read(text, families));
            return TakenNames.FaultOf(families) is { } taken ? throw new FormatException(taken) : families;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or FormatException)
        {
            throw new IndexerException($"The file of families cannot be used: {fault.Message}", "docs/indexing.md shows what stands in it.");
        }
    }

    private static EventFamily Read(FamilyText text, List<EventFamily> before)
    {
        if (Reserved.Contains(text.Name, StringComparer.Ordinal) || before.Exists(family => family.Name == text.Name))
            throw new FormatException($"A family cannot be called {text.Name}: that name is taken.");
        List<EventTable> tables = [.. text.Tables.Select(table => TableOf(text.Name, table))];
        if (tables.Count == 0)
            throw new FormatException($"{text.Name} has no tables.");
        if (text.Contracts.Count == 0 && text.AnnouncedBy is null)
            throw new FormatException($"{text.Name} names no contracts, and nobody who announces them.");
        if (tables.CountBy(table => table.Name, StringComparer.Ordinal).FirstOrDefault(name => name.Value > 1) is { Value: > 1 } twice)
            throw new FormatException($"Two tables are called {twice.Key}.");
        Announcement? announcement = null;
        if (text.AnnouncedBy is { } by)
        {
            var source = before.Find(family => family.Name == by.Family) ?? throw new FormatException($"{text.Name} is announced by {by.Family}, which does not stand before it.");
            announcement = new Announcement(source, by.Table, by.Column);
        }

        BalanceRule? balances = null;
        if (text.Balances is { } rule)
        {
            var transfers = tables.Find(table => table.Name == rule.Of) ?? throw new FormatException($"{text.Name} has no table {rule.Of} to keep balances of.");
            balances = new BalanceRule($"{text.Name}_balances", transfers, rule.From, rule.To, rule.Value);
        }

        return new EventFamily(text.Name, tables, [.. text.Contracts.Select(Address.Parse)], new(text.FirstBlock), announcement, balances);
    }

    // Names go into SQL as they are, and a family's own begin with its name: so they are nobody else's.
    private static EventTable TableOf(string family, TableText text)
    {
        var isOwn = text.Name.StartsWith(family + "_", StringComparison.Ordinal) && !text.Name.AsSpan().ContainsAnyExcept(NameLetters);
        if (!isOwn || text.Name == $"{family}_undecoded" || text.Name == $"{family}_balances" || AnalystViews.All.Any(view => view.Name == text.Name))
            throw new FormatException($"A table of {family} is called {family}_ and lower-case letters, digits and underscores, and not '{text.Name}'.");
        return new EventTable(text.Name, text.Event, text.Indexes);
    }
}

internal sealed record FamilyFileText
{
    public required IReadOnlyList<FamilyText> Families { get; init; }
}

internal sealed record FamilyText
{
    public required string Name { get; init; }

    // What may be left out is set: a default beside init is lost where the code that reads is generated.
    public IReadOnlyList<string> Contracts { get; set; } = [];

    public AnnouncedText? AnnouncedBy { get; set; }

    public ulong FirstBlock { get; set; }

    public required IReadOnlyList<TableText> Tables { get; init; }

    public BalanceText? Balances { get; set; }
}

internal sealed record AnnouncedText(string Family, string Table, string Column);

internal sealed record TableText(string Name, string Event)
{
    public IReadOnlyList<string> Indexes { get; set; } = [];
}

internal sealed record BalanceText(string Of, string From, string To, string Value);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(FamilyFileText))]
internal sealed partial class FamilyJson : JsonSerializerContext;
