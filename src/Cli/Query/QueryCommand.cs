using System.CommandLine;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Terminal;
using OpenGradient.IndexerClient;
using Spectre.Console;

namespace OpenGradient.Cli.Query;

/// <summary><c>og query</c>: asks an indexer what happened.</summary>
internal static class QueryCommand
{
    private const int DefaultLimit = 20;
    private const int MostOfPage = 500;
    private const int MostOfAll = 100_000;
    private const int EmptyPagesTold = 10;
    private const int ShownColumns = 8;
    private const string Statistics = "statistics";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    private static readonly Argument<string?> What = new("resource")
    {
        Description = "requests, receipts, nodes, …, an event such as hub_settled, or statistics (with every=hour, by=node, from=, to=); without one, all are listed.",
        DefaultValueFactory = _ => null,
    };

    private static readonly Argument<string[]> Conditions = new("conditions") { Description = "column=value or column.op=value, with eq, ne, lt, le, gt, ge, in or null.", DefaultValueFactory = _ => [] };
    private static readonly Option<string?> Id = new("--id") { Description = "One thing by its key." };
    private static readonly Option<string?> Sql = new("--sql") { Description = "One SELECT in place of a resource." };
    private static readonly Option<string?> Every = new("--every") { Description = "Count by minute, hour, day or week." };
    private static readonly Option<string?> Measured = new("--value") { Description = "With --every: a column of numbers to measure." };
    private static readonly Option<string?> By = new("--by") { Description = "With --every: a column by which groups are made." };
    private static readonly Option<int> Most = new("--limit") { Description = $"How many rows, 1 to {MostOfPage}.", DefaultValueFactory = _ => DefaultLimit };
    private static readonly Option<bool> All = new("--all") { Description = $"Every row that matches, up to {MostOfAll}; `og export` gives more." };
    private static readonly Option<bool> Ascending = new("--asc") { Description = "Oldest first." };
    private static readonly Option<string?> Columns = new("--columns") { Description = "Which columns, with commas between them." };
    private static readonly Option<bool> Describe = new("--describe") { Description = "List the resource's columns." };
    private static readonly Option<bool> Csv = new("--csv") { Description = "Write CSV." };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("query", "Ask an indexer: lists, single things, figures by time, SQL.")
        {
            What, Conditions, Id, Sql, Every, Measured, By, Most, All, Ascending, Columns, Describe, Csv, IndexerAccess.Url, ChainOptions.Config,
        };
        command.SetAction(guard((context, token) => IndexerAccess.RunAsync(context, Limit, client => RunAsync(context, client, token), token)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, IndexClient client, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        if (parsed.GetValue(Sql) is { } sql)
        {
            if (parsed.GetValue(What) is not null)
                throw new ExpectedFailureException(ExitCode.Usage, "--sql is the whole question, and a resource was named beside it.", "Leave out the one or the other.");
            var answer = IndexerAccess.Value(await client.SqlAsync(sql, cancellationToken));
            Report(context, QueryTable.Of(answer), isWhole: true);
            if (answer.IsTruncated)
                context.Output.Errors.MarkupLine("[yellow]There is more, and the answer was cut.[/]");
            return ExitCode.Success;
        }

        if (parsed.GetValue(What) is not { } name)
        {
            context.Output.ReportNames([.. client.All.Select(resource => resource.Path), Statistics]);
            return ExitCode.Success;
        }

        if (name == Statistics)
        {
            var told = IndexerAccess.Value(await client.StatisticsAsync(IndexerAccess.Question(parsed.GetValue(Conditions) ?? []), cancellationToken));
            Report(context, QueryTable.Of(told.Items), isWhole: false);
            return ExitCode.Success;
        }

        RequireOneQuestion(parsed);
        var resource = await IndexerAccess.ResourceAsync(client, name, cancellationToken);
        var question = IndexerAccess.Question(parsed.GetValue(Conditions) ?? []) with { IsAscending = parsed.GetValue(Ascending) };
        if (parsed.GetValue(Describe))
            context.Output.ReportNames([.. resource.Columns.Select(column => $"{column.Name} {column.Type}{(column.IsNullable ? ", or none" : "")}")]);
        else if (parsed.GetValue(Id) is { } id)
            Report(context, QueryTable.Of(IndexerAccess.Value(await resource.GetRowAsync(id, question, cancellationToken))), isWhole: true);
        else if (parsed.GetValue(Every) is { } every)
            await CountAsync(context, resource, question, new Counting(every, parsed.GetValue(Measured), parsed.GetValue(By)), cancellationToken);
        else
            await ListAsync(context, resource, question, cancellationToken);
        return ExitCode.Success;
    }

    // What was passed over in silence would have its answer taken for another.
    private static void RequireOneQuestion(ParseResult parsed)
    {
        if (parsed.GetValue(Every) is null && (parsed.GetValue(Measured) ?? parsed.GetValue(By)) is not null)
            throw new ExpectedFailureException(ExitCode.Usage, "--value and --by are for figures by time.", "Say --every hour, or another span.");
        if (parsed.GetValue(Id) is not null && (parsed.GetValue(Every) is not null || parsed.GetValue(All)))
            throw new ExpectedFailureException(ExitCode.Usage, "--id is for one thing, and --every and --all are for many.", "Leave out the one or the other.");
        if (parsed.GetValue(Columns) is { } named && named.Split(',').All(string.IsNullOrWhiteSpace))
            throw new ExpectedFailureException(ExitCode.Usage, "--columns names no column.", "Leave it out, or name some with commas between them.");
    }

    private static async Task CountAsync(CommandContext context, ResourceClient resource, Question question, Counting counting, CancellationToken cancellationToken)
    {
        var counted = IndexerAccess.Value(await resource.CountAsync(question with { IsAscending = false }, counting, cancellationToken));
        Report(context, QueryTable.Of(counted.Items, counting), isWhole: false);
        TellGap(context, counted.GapLast);
    }

    // Beside the answer, so that whoever reads only that reads nothing else.
    private static void TellGap(CommandContext context, ulong? gapLast)
    {
        if (gapLast is { } last)
            context.Output.Errors.MarkupLineInterpolated($"[yellow]This is a part: the indexer is still filling in what lies up to block {last}, and rows of it are missing.[/]");
    }

    private static async Task ListAsync(CommandContext context, ResourceClient resource, Question question, CancellationToken cancellationToken)
    {
        var (parsed, isAll) = (context.Parsed, context.Parsed.GetValue(All));
        var most = isAll ? MostOfAll : parsed.GetValue(Most);
        if (parsed.GetValue(Most) is < 1 or > MostOfPage)
            throw new ExpectedFailureException(ExitCode.Usage, $"--limit is from 1 to {MostOfPage}.", "--all gives every row that matches.");
        var next = question with { Limit = Math.Min(most, MostOfPage) };
        var rows = new List<IndexRow>();
        ulong? gapLast = null;
        var empty = 0;
        while (true)
        {
            var page = IndexerAccess.Value(await resource.ListRowsAsync(next, cancellationToken));
            rows.AddRange(page.Rows);
            // What is filled in while pages are read does not come into those that were.
            gapLast ??= page.GapLast;
            if (page.Next is null || (!isAll && rows.Count >= most))
                break;
            if (rows.Count >= most)
                throw new ExpectedFailureException(ExitCode.Failed, $"More than {MostOfAll} rows match.", "`og export` writes as many as there are to a file.");
            // A page looks at so many rows and no more: where few match, many are empty.
            if (page.Rows.Count == 0 && ++empty % EmptyPagesTold == 0)
                context.Output.Errors.MarkupLineInterpolated($"{empty} pages of the list had nothing that matches; it goes on, with {rows.Count} rows found.");
            next = next with { Cursor = page.Next, Limit = Math.Min(most - rows.Count, MostOfPage) };
        }

        Report(context, QueryTable.Of(rows, ColumnsOf(context, resource)), isWhole: false);
        TellGap(context, gapLast);
    }

    // A table has as many columns as a terminal takes; what other programs read has all.
    private static IReadOnlyList<RowColumn> ColumnsOf(CommandContext context, ResourceClient resource)
    {
        if (context.Parsed.GetValue(Columns) is { } named)
        {
            return [.. named.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => resource.Columns.FirstOrDefault(column => column.Name == name)
                ?? throw new ExpectedFailureException(ExitCode.Usage, $"{resource.Path} has no {PlainText.Of(name)}.", $"It has {string.Join(", ", resource.Columns.Select(column => column.Name))}."))];
        }

        return context.Output.Json || context.Parsed.GetValue(Csv)
            ? resource.Columns
            : [.. resource.Columns.Where(column => column.Name is not ("transaction_hash" or "transaction_index" or "emitter") && column.Type is not (RowType.Bytes or RowType.Json)).Take(ShownColumns)];
    }

    private static void Report(CommandContext context, QueryTable table, bool isWhole)
    {
        if (!context.Output.Json && context.Parsed.GetValue(Csv))
        {
            foreach (var line in table.ToCsv(hasHeader: true))
                context.Output.WritePlainLine(line);
            return;
        }

        context.Output.Report(table.ToJson(), CliJson.Default.JsonArray, screen => table.Show(screen, isWhole));
    }
}
