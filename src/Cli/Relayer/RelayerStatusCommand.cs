using System.CommandLine;
using System.Text.Json;
using OpenGradient.Cli.Settings;
using OpenGradient.Cli.Terminal;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Relayer.Operations;
using Spectre.Console;

namespace OpenGradient.Cli.Relayer;

/// <summary><c>og relayer status</c>: asks a running relayer how it is, and what it works on.</summary>
internal static class RelayerStatusCommand
{
    private const int Listed = 20;
    private const int MaxAnswerBytes = 4 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public static Command Create(ActionGuard guard)
    {
        var config = RelayerCommand.Config();
        var url = new Option<string?>("--url") { Description = $"Where its pages are; without it as {RelayerSettingNames.Listen} says." };
        var command = new Command("status", "Ask a running relayer how it is.") { url, config };
        command.SetAction(guard(async (context, cancellationToken) =>
        {
            var address = context.Parsed.GetValue(url)
                ?? (await KnownSettings.LoadAsync(context, cancellationToken, context.Parsed.GetValue(config))).Find(RelayerSettingNames.Listen)
                ?? RelayerSettings.DefaultListen;
            if (!Uri.TryCreate(address, UriKind.Absolute, out var pages) || pages.Scheme is not ("http" or "https"))
                throw new ExpectedFailureException(ExitCode.Usage, $"'{address}' is no address of pages.", "Give one such as http://127.0.0.1:9464.");

            var report = await AskAsync(pages, cancellationToken);
            context.Output.Report(report, CliJson.Default.RelayerStatus, screen => Show(screen, report));
            return report.Health.IsReady ? ExitCode.Success : ExitCode.Failed;
        }));
        return command;
    }

    private static async Task<RelayerStatus> AskAsync(Uri pages, CancellationToken cancellationToken)
    {
        using var http = CommandHttp.Open(pages, Limit, MaxAnswerBytes, follows: true);
        try
        {
            // Not ready is an answer, too.
            using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
            var health = JsonSerializer.Deserialize(await ready.Content.ReadAsByteArrayAsync(cancellationToken), OperationsJson.Default.HealthState);
            var jobs = JsonSerializer.Deserialize(
                await http.GetByteArrayAsync(new Uri($"/api/jobs?limit={Listed}", UriKind.Relative), cancellationToken), OperationsJson.Default.IReadOnlyListJobSummary);
            return health is null || jobs is null ? throw NoRelayer(pages) : new RelayerStatus(pages.ToString(), health, jobs);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw NoRelayer(pages);
        }
    }

    private static ExpectedFailureException NoRelayer(Uri pages) => new(
        ExitCode.Failed, $"No relayer answers at {pages}.", "Start one by `og relayer run`, or name its pages by --url.");

    private static void Show(IAnsiConsole screen, RelayerStatus status)
    {
        var checks = new Table().Border(TableBorder.Simple).AddColumns("check", "", "found", "mend");
        foreach (var check in status.Health.Checks)
            checks.AddRow(Markup.Escape(check.Name), Mark(check.Level), Markup.Escape(check.Details), Markup.Escape(check.Advice ?? ""));
        screen.Write(checks);
        var jobs = new Table().Border(TableBorder.Simple).AddColumns("request", "stage", "where it is, and why");
        foreach (var job in status.Jobs)
        {
            var where = job.Ended is null ? $"waits for {job.WaitsFor}" : $"ended: {job.Ended}";
            jobs.AddRow(Markup.Escape(job.RequestId), Markup.Escape(job.Stage), Markup.Escape((job.TurnedAway ?? job.NotTaken) is { } why ? $"{where}. {why}" : where));
        }

        screen.Write(jobs);
        screen.MarkupLineInterpolated($"{(status.Health.IsReady ? "Ready" : "Not ready")}: {status.Pages}");
    }

    private static string Mark(HealthLevel level) => level switch
    {
        HealthLevel.Good => "[green]✓[/]",
        HealthLevel.Warning => "[yellow]![/]",
        _ => "[red]✗[/]",
    };
}

/// <summary>How a relayer is, and its newest jobs.</summary>
public sealed record RelayerStatus(string Pages, HealthState Health, IReadOnlyList<JobSummary> Jobs);
