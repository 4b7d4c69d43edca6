using System.Text;
using OpenGradient.Indexer.Schema;
using OpenGradient.Support;

namespace OpenGradient.Indexer.Tests.Schema;

/// <summary>docs/schema.md lists every table and view as it is. With SCHEMA_PAGE_WRITE=1 in the environment the list is written anew.</summary>
public sealed class SchemaPageTests
{
    private const string Begin = "<!-- What follows is written from the definitions in src/Indexer/Schema. -->";

    [Fact]
    public async Task The_page_lists_every_table_and_view_as_it_is()
    {
        var path = Repository.PathOf("docs", "schema.md");
        var page = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var head = page[..(page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)];
        var expected = $"{head}\n\n{Text()}";
        if (Environment.GetEnvironmentVariable("SCHEMA_PAGE_WRITE") == "1")
            await File.WriteAllTextAsync(path, expected, TestContext.Current.CancellationToken);
        else
            Assert.Equal(expected, page);
    }

    private static string Text()
    {
        var text = new StringBuilder("## Views\n");
        foreach (var view in AnalystViews.All)
        {
            text.Append("\n### ").Append(view.Name).Append("\n\nBy `").Append(view.Key).Append("`; needs ").AppendJoin(" and ", view.Families).Append(".\n\n");
            Columns(text, view.Columns);
        }

        text.Append("\n## Tables of events\n\nEach begins with `id`, `block_time`, `transaction_index`, `transaction_hash`, `emitter`; each has a twin `orphaned_…` with `reorg_id` in front.\n");
        foreach (var table in OurFamilies.Hub().Concat(OurFamilies.Models()).Concat(OurFamilies.Nodes()).Concat(OurFamilies.Keys()).Concat(OurFamilies.Court()).Concat(OurFamilies.Verifiers()))
        {
            text.Append("\n### ").Append(table.Name).Append("\n\n`").Append(table.Event.Signature).Append("`; indexed by ")
                .Append(table.Indexes.Count == 0 ? "nothing else" : string.Join(", ", table.Indexes.Select(index => $"`{index}`"))).Append(".\n\n");
            Columns(text, table.Columns.Skip(EventTable.BaseColumns.Count));
        }

        return text.ToString();
    }

    private static void Columns(StringBuilder text, IEnumerable<Column> columns)
    {
        var listed = columns.ToList();
        text.Append(listed.Count == 0 ? "No columns of its own.\n" : "");
        foreach (var column in listed)
            text.Append("- `").Append(column.Name).Append("` ").Append(column.Kind).Append(column.IsNullable ? ", or nothing" : "")
                .Append(column.Values is { } values ? $": {string.Join(", ", values)}" : "").Append('\n');
    }
}
