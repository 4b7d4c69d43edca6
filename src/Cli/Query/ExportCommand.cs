using System.CommandLine;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Terminal;
using OpenGradient.IndexerClient;
using Spectre.Console;

namespace OpenGradient.Cli.Query;

/// <summary><c>og export</c>: everything that matches, to a file. What is not whole is called <c>FILE.part</c> until it is.</summary>
internal static class ExportCommand
{
    private const int BufferBytes = 128 * 1024;

    // How long an indexer may say nothing: a Parquet file is whole before its first byte, and takes up to ten minutes.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(12);
    private static readonly string[] Formats = ["csv", "jsonl", "parquet"];

    private static readonly Argument<string> What = new("resource") { Description = "requests, receipts, nodes, …, or an event such as hub_settled." };
    private static readonly Argument<string[]> Conditions = new("conditions") { Description = "column=value or column.op=value, with eq, ne, lt, le, gt, ge, in or null.", DefaultValueFactory = _ => [] };
    private static readonly Option<string> Out = new("--out") { Description = "The file; what its name ends with is the format: .csv, .jsonl or .parquet.", Required = true };
    private static readonly Option<string?> Format = new("--format") { Description = "csv, jsonl or parquet, where the name does not say it." };
    private static readonly Option<bool> Ascending = new("--asc") { Description = "Oldest first; always so with --resume." };
    private static readonly Option<bool> Resume = new("--resume") { Description = "Events as JSON Lines: go on where an export into this file broke off." };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("export", "Write everything that matches to a file: CSV, JSON Lines or Parquet.") { What, Conditions, Out, Format, Ascending, Resume, IndexerAccess.Url, ChainOptions.Config };
        command.SetAction(guard((context, token) => IndexerAccess.RunAsync(context, Limit, client => RunAsync(context, client, token), token)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, IndexClient client, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        var resource = await IndexerAccess.ResourceAsync(client, parsed.GetRequiredValue(What), cancellationToken);
        var path = Path.GetFullPath(parsed.GetRequiredValue(Out));
        var format = parsed.GetValue(Format) ?? Path.GetExtension(path).TrimStart('.').ToLowerInvariant();
        if (!Formats.Contains(format, StringComparer.Ordinal))
            throw new ExpectedFailureException(ExitCode.Usage, $"'{PlainText.Of(format)}' is no format of exports.", "End the file's name with .csv, .jsonl or .parquet, or name one with --format.");
        var isResumed = parsed.GetValue(Resume);
        if (isResumed && (format != "jsonl" || IndexerAccess.IsView(resource)))
            throw new ExpectedFailureException(ExitCode.Usage, "Only events as JSON Lines can be gone on with.", "What happened stays as it is; what is said about things changes. Leave --resume out.");

        var question = IndexerAccess.Question(parsed.GetValue(Conditions) ?? []) with { IsAscending = isResumed || parsed.GetValue(Ascending) };
        var screen = new TransferScreen(context.Output.Errors, Path.GetFileName(path), TimeProvider.System);
        var part = path + ".part";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var resumption = isResumed ? await ExportResumption.FindAsync(part, cancellationToken) : null;
        var note = resumption is null ? null : await ExportNote.ReadAsync(part, resource, format, question, cancellationToken);
        await using var export = IndexerAccess.Value(await resource.ExportAsync(resumption?.Continue(question) ?? question, format, cancellationToken));
        await using var content = new BufferedStream(export.Content, BufferBytes);
        if (resumption is not null)
        {
            await note!.RequireAsync(client, part, resumption.Block, export, cancellationToken);
            if (!await resumption.SkipAsync(content, cancellationToken))
                throw new ExpectedFailureException(ExitCode.Failed, $"The chain has taken back what {part} ends with, or it is of another index.", $"Remove {part} and begin anew.");
        }

        // A note never stands beside rows that it does not speak of.
        if (resumption is null)
            File.Delete(part);
        var canGoOn = format == "jsonl" && !IndexerAccess.IsView(resource);
        if (canGoOn && await ExportNote.TakeAsync(client, resource, format, question, export, cancellationToken) is { } taken)
            await taken.WriteAsync(part, cancellationToken);
        else
            ExportNote.Delete(part);
        await CopyAsync(content, part, resumption?.Length ?? 0, canGoOn, screen, cancellationToken);
        File.Move(part, path, overwrite: true);
        ExportNote.Delete(part);
        var report = new ExportReport(resource.Path, format, path, new FileInfo(path).Length, export.AsOf?.Number, export.AsOf?.Hash, export.GapLast, resumption is not null);
        context.Output.Report(report, CliJson.Default.ExportReport, to => Show(to, report));
        return ExitCode.Success;
    }

    private static async Task CopyAsync(Stream content, string part, long from, bool canGoOn, TransferScreen screen, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(part, from > 0 ? FileMode.Open : FileMode.Create, FileAccess.Write, FileShare.None);
        file.SetLength(from);
        file.Seek(0, SeekOrigin.End);
        var buffer = new byte[BufferBytes];
        for (int read; (read = await ReadAsync(content, buffer, canGoOn, cancellationToken)) > 0;)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            screen.Report((file.Length, null));
        }
    }

    // What breaks off here is not the file that is written to.
    private static async Task<int> ReadAsync(Stream content, byte[] buffer, bool canGoOn, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(Limit);
        try
        {
            return await content.ReadAsync(buffer, silence.Token);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ExpectedFailureException(
                ExitCode.Failed, $"The indexer broke off in the middle, or said nothing for {Limit.TotalMinutes:0} minutes.",
                canGoOn ? "The same with --resume goes on where it broke off, if rows come oldest first." : "Ask again, or for less; events as JSON Lines can be gone on with.");
        }
    }

    private static void Show(IAnsiConsole screen, ExportReport report)
    {
        screen.MarkupLineInterpolated($"[green]{report.File}[/]: {Sizes.Show(report.Bytes)} of {report.Resource}{(report.AsOfBlock is { } block ? $", as of block {block}" : "")}");
        if (report.GapLast is { } gap)
            screen.MarkupLineInterpolated($"[yellow]Not whole: the indexer is still filling in what lies up to block {gap}.[/]");
    }
}

/// <summary>What <c>og export</c> wrote.</summary>
internal sealed record ExportReport(string Resource, string Format, string File, long Bytes, ulong? AsOfBlock, string? AsOfHash, ulong? GapLast, bool Resumed);
