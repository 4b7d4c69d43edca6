namespace OpenGradient.Relayer.Operations;

/// <summary>One job: its stages with their times, and its transactions.</summary>
internal static class JobPage
{
    public static string Of(JobDetails details, string? notice)
    {
        var job = details.Job;
        return new PageShell("Request", renews: job.Ended is null, notice)
            .Table(
                ["", ""],
                [
                    ["request", PageShell.Code(job.RequestId)], ["version", PageShell.Code(job.VersionId)], ["requester", PageShell.Code(job.Requester)],
                    ["assurance", PageShell.Text(job.Assurance)], ["fee", PageShell.Text(job.Fee)], ["deadline", PageShell.Time(job.Deadline)],
                    ["stage", PageShell.Text(job.Stage)], ["node", PageShell.Code(job.Node)], ["where it is, and why", PageShell.Text(HomePage.Where(job))],
                    ["failed runs", $"{job.FailedRuns}"], ["compute", job.ComputeMs is { } ms ? $"{ms:0.000} ms on {PageShell.Text(job.Backend)}" : ""],
                    ["trace", PageShell.Code(details.TraceId)],
                ])
            .Heading("When")
            .Table(
                ["stage", "time"],
                [
                    ["found", PageShell.Time(job.FoundAt)], ["answered", PageShell.Time(job.AnsweredAt)], ["claimed", PageShell.Time(job.ClaimedAt)],
                    ["settled", PageShell.Time(job.SettledAt)], ["ended", PageShell.Time(job.EndedAt)], ["looked at again", PageShell.Time(job.LooksAgainAt)],
                ])
            .Heading("Transactions")
            .Table(["order", "purpose", "state", "nonce", "hashes", "block", "gas", "cost (wei)", "fault"], details.Transactions.Select(Row))
            .Build();
    }

    private static IReadOnlyList<string> Row(JobTransaction transaction) =>
    [
        $"{transaction.Id}", PageShell.Text(transaction.Purpose),
        PageShell.Text(transaction.Succeeded is false ? $"{transaction.State}, reverted" : transaction.State), $"{transaction.Nonce}",
        string.Join("<br>", transaction.Hashes.Select(hash => hash == transaction.MinedHash ? $"<strong>{PageShell.Code(hash)}</strong>" : PageShell.Code(hash))),
        $"{transaction.Block}", $"{transaction.GasUsed}", PageShell.Text(transaction.CostWei), PageShell.Text(transaction.Fault),
    ];
}
