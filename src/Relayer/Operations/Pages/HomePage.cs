using OpenGradient.Relayer.Earnings;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Operations;

/// <summary>The first page: how the relayer is, what it earned, and what it works on.</summary>
internal static class HomePage
{
    private const int ShortId = 12;

    public static string Of(
        HealthState health, IReadOnlyList<JobSummary> jobs, IReadOnlyList<ProfitLine> profit, IReadOnlyList<Instance> instances, string? notice) =>
        new PageShell("Relayer", renews: true, notice)
            .Heading(health.IsReady ? "Health: ready" : "Health: not ready")
            .Table(["check", "", "found", "what to do"], health.Checks.Select(Row))
            .Heading("Profit and loss of the last days")
            .Table(
                ["day", "version", "answers", "failures", "fees", "gas (wei)", "gas (tokens)", "profit (tokens)", "compute (s)"], profit.Select(Row))
            .Heading("Jobs")
            .Table(["request", "stage", "where it is, and why", "fee", "found", "looked at again", "backend"], jobs.Select(Row))
            .Heading("Processes on this database")
            .Table(["process", "role", "pages", "since", "seen"], instances.Select(Row))
            .Build();

    private static IReadOnlyList<string> Row(HealthCheck check)
    {
        var level = check.Level.ToString().ToLowerInvariant();
        return [PageShell.Text(check.Name), $"<span class=\"{level}\">{level}</span>", PageShell.Text(check.Details), PageShell.Text(check.Advice)];
    }

    private static IReadOnlyList<string> Row(ProfitLine line) =>
    [
        line.Day.ToString("yyyy-MM-dd"), line.VersionId is { } id ? $"<code title=\"{PageShell.Text(id)}\">{PageShell.Text(Short(id))}</code>" : "none",
        $"{line.Answers}", $"{line.Failures}", PageShell.Text(line.Fees), PageShell.Text(line.GasWei), PageShell.Text(line.GasTokens),
        PageShell.Text(line.Profit), $"{line.ComputeSeconds:0.000}",
    ];

    private static IReadOnlyList<string> Row(JobSummary job) =>
    [
        $"<a href=\"/jobs/{PageShell.Text(job.RequestId)}\">{PageShell.Code(Short(job.RequestId))}</a>", PageShell.Text(job.Stage), PageShell.Text(Where(job)),
        PageShell.Text(job.Fee), PageShell.Time(job.FoundAt), PageShell.Time(job.LooksAgainAt), PageShell.Text(job.Backend),
    ];

    private static IReadOnlyList<string> Row(Instance instance) =>
    [
        PageShell.Text(instance.IsSelf ? $"{instance.Owner} (this one)" : instance.Owner), PageShell.Text($"{instance.Role}"), PageShell.Text(instance.Address), PageShell.Time(instance.StartedAt),
        instance.IsAlive ? $"{instance.SilentMs} ms ago" : $"<span class=\"bad\">silent for {instance.SilentMs / 1_000} s</span>",
    ];

    /// <summary>Where a job is, and why, in one sentence.</summary>
    public static string Where(JobSummary job)
    {
        var where = job.Ended is null ? $"Waits for {job.WaitsFor}" : $"Ended: {job.Ended}";
        return (job.TurnedAway ?? job.NotTaken) is { } why ? $"{where}. {why}" : where;
    }

    private static string Short(string id) => id.Length > ShortId ? id[..ShortId] + "…" : id;
}
