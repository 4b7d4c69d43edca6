using System.Numerics;
using Microsoft.AspNetCore.Http;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Pages.Tools;
using OpenGradient.Explorer.Parts.Evidence;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Nodes;

/// <summary>All nodes, with what each has at stake and has answered.</summary>
public sealed record NodeListModel(RowPage Rows, Filters Filters, IReadOnlyDictionary<string, BigInteger>? Stakes, IReadOnlyDictionary<string, long>? Answers, ExplorerOptions Options);

/// <summary>A node and its record.</summary>
public sealed record NodeModel(Row Row, NodeRecord Record, SuccessRate Success, Uptime? Uptime, RowPage Latency, RowPage Answers, RowPage Slashes, RowPage Keys, FetchedBlob? Description, ExplorerOptions Options);

/// <summary>
/// How many of the requests of some days that are decided a node answered. Claims that it let lapse are decided against it.
/// </summary>
public sealed record SuccessRate(long Answered, long Decided, Problem? Problem)
{
    private static readonly string[] Fates = ["answered", "failed", "overturned", "refunded", "lapsed"];

    /// <summary>In words; nothing is said where it cannot be told, or nothing is decided yet.</summary>
    public string? Text => Problem is null && Decided > 0 ? $"{Parts.Show.Percent(Answered, Decided)} of {Parts.Show.Count(Decided)}" : null;

    internal static async Task<SuccessRate> LoadAsync(Visit visit, string node, int days)
    {
        var became = await visit.Index.StatisticsAsync(Filters.None.And("every", "day").And("node", node).And("from", visit.Since(days)), visit.Stop);
        return new SuccessRate(became.Items.Sum(bucket => bucket.Number("answered")), became.Items.Sum(bucket => Fates.Sum(bucket.Number)), became.Problem);
    }
}

/// <summary>
/// On how many of some days, as UTC counts them, a node answered something. The chain does not tell who could have been reached, only who answered; days before it
/// registered do not count.
/// </summary>
public sealed record Uptime(long Answered, long Days)
{
    private const long SecondsOfDay = 86_400;

    public string Text => $"{Parts.Show.Count(Answered)} of {Parts.Show.Count(Days)}";

    /// <param name="answers">Its answers by day; nothing can be told where they are not known.</param>
    /// <param name="registered">When it came, in seconds of Unix time.</param>
    /// <param name="now">The time, likewise.</param>
    /// <param name="days">How many days are looked at.</param>
    internal static Uptime? Of(RowPage answers, long registered, long now, int days)
    {
        if (answers.Problem is not null)
            return null;
        var today = now / SecondsOfDay;
        var first = Math.Max(registered / SecondsOfDay, today - days + 1);
        return new Uptime(answers.Items.Select(bucket => bucket.Number("from") / SecondsOfDay).Where(day => day >= first).Distinct().Count(), Math.Max(1, today - first + 1));
    }
}

/// <summary>What a node has done, over all time; null where it is too much to be counted here.</summary>
public sealed record NodeRecord(BigInteger? Stake, long? Answers, BigInteger? Fees, long? Forfeits, long? Refused, long? Silences);

internal static class NodeListLoader
{
    public static async Task<Outcome> LoadAsync(Visit visit)
    {
        var filters = Filters.Of(visit.Query);
        var rows = await visit.Index.ListAsync("nodes", filters.Copy().Without("limit").And("limit", Filters.RowsOnPage), visit.Stop);
        if (rows.Items.Count == 0)
            return new Outcome.Page("Nodes", typeof(NodeListPage), new NodeListModel(rows, filters, null, null, visit.Options), rows.Problem?.Status ?? StatusCodes.Status200OK);
        var shown = string.Join(',', rows.Items.Select(row => row.Text("node")));
        var staked = await SumAsync("nodes_staked");
        var withdrawn = await SumAsync("nodes_withdrawn");
        var slashed = await SumAsync("nodes_slashed");
        var answers = await visit.Index.CountAsync("events/hub_settled", Filters.None.And("every", "week").And("by", "node").And("node.in", shown).AsOf(filters), visit.Stop);
        return new Outcome.Page("Nodes", typeof(NodeListPage), new NodeListModel(
            rows, filters,
            staked is null || withdrawn is null || slashed is null
                ? null
                : rows.Items.Select(row => row.Text("node")).ToDictionary(node => node, node => Of(staked, node) - Of(withdrawn, node) - Of(slashed, node), StringComparer.Ordinal),
            answers.Problem is null
                ? answers.Items.GroupBy(bucket => bucket.Text("node"), StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(bucket => bucket.Number("count")), StringComparer.Ordinal)
                : null,
            visit.Options));

        static BigInteger Of(Dictionary<string, BigInteger> sums, string node) => sums.GetValueOrDefault(node);

        async Task<Dictionary<string, BigInteger>?> SumAsync(string table)
        {
            var buckets = await visit.Index.CountAsync(
                "events/" + table, Filters.None.And("every", "week").And("by", "node").And("value", "amount").And("node.in", shown).AsOf(filters), visit.Stop);
            return buckets.Problem is null
                ? buckets.Items.GroupBy(bucket => bucket.Text("node"), StringComparer.Ordinal).ToDictionary(
                    group => group.Key, group => group.Aggregate(BigInteger.Zero, (sum, bucket) => sum + bucket.Below("amount").Amount("sum")), StringComparer.Ordinal)
                : null;
        }
    }
}

internal static class NodeLoader
{
    private const int DaysShown = 30;

    public static async Task<Outcome> LoadAsync(Visit visit)
    {
        if (!Address.TryParse(visit.Route("address"), out var address))
            return await ToolLoader.MissingAsync(visit);
        var node = address.ToLowerHex();
        var (row, problem) = await visit.Index.FindAsync("nodes", node, visit.Stop);
        if (row is not { } found)
            return problem!.IsMissing ? await ToolLoader.MissingAsync(visit) : ToolLoader.Failed(problem);
        var latency = await visit.Index.CountAsync(
            "receipts", Filters.None.And("every", "day").And("value", "latency_seconds").And("node", node).And("settled_at.ge", visit.Since(DaysShown)), visit.Stop);
        var success = await SuccessRate.LoadAsync(visit, node, DaysShown);
        // An index leads to them by their node; of requests, each would be looked at.
        var answers = await visit.Index.ListAsync("receipts", Filters.None.And("node", node).And("limit", Filters.RowsOnPage), visit.Stop);
        var slashes = await visit.Index.ListAsync("events/nodes_slashed", Filters.None.And("node", node).And("limit", Filters.RowsOnPage), visit.Stop);
        var keys = await visit.Index.ListAsync("attested_keys", Filters.None.And("node", node).And("limit", Filters.RowsOnPage), visit.Stop);
        return new Outcome.Page(
            $"Node {Parts.Show.Short(node)}", typeof(NodePage),
            new NodeModel(
                found, await RecordAsync(visit, node), success, Uptime.Of(latency, found.Number("registered_at"), visit.Since(0), DaysShown), latency, answers, slashes, keys, await FetchedBlob.LoadNamedAsync(visit, found.Text("metadata_uri")), visit.Options));
    }

    private static async Task<NodeRecord> RecordAsync(Visit visit, string node)
    {
        var (staked, withdrawn, slashed) = (await SumAsync("events/nodes_staked", "amount"), await SumAsync("events/nodes_withdrawn", "amount"), await SumAsync("events/nodes_slashed", "amount"));
        // Of a failure only a part is paid, and what was overturned earned nothing.
        var earned = await SumAsync("receipts", "fee", stands: true);
        return new NodeRecord(
            staked?.Sum - withdrawn?.Sum - slashed?.Sum, (await CountAsync("receipts"))?.Count, earned?.Sum, (await CountAsync("events/hub_claim_forfeited"))?.Count,
            (await CountAsync("events/hub_submission_refused"))?.Count, (await CountAsync("events/court_silence_slashed", "member"))?.Count);

        Task<(long Count, BigInteger Sum)?> CountAsync(string resource, string column = "node") => SumAsync(resource, null, column);

        async Task<(long Count, BigInteger Sum)?> SumAsync(string resource, string? value, string column = "node", bool stands = false)
        {
            var filters = Filters.None.And("every", "week").And(column, node);
            if (stands)
                filters.AnswersThatStand();
            var buckets = await visit.Index.CountAsync(resource, value is null ? filters : filters.And("value", value), visit.Stop);
            return buckets.Problem is null
                ? (buckets.Items.Sum(bucket => bucket.Number("count")),
                    value is null ? BigInteger.Zero : buckets.Items.Aggregate(BigInteger.Zero, (sum, bucket) => sum + bucket.Below(value).Amount("sum")))
                : null;
        }
    }
}
