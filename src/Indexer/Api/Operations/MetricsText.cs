using System.Globalization;
using System.Text;
using OpenGradient.Indexer.Webhooks;

namespace OpenGradient.Indexer.Api.Operations;

/// <summary>The indexer's figures as Prometheus reads them. All are in memory: whoever asks every few seconds asks no database.</summary>
internal sealed class MetricsText(IndexApi api, OpenAnswers answers, WebhookFigures? webhooks)
{
    public string Write()
    {
        var text = new MetricsWriter();
        AddFollowing(text, api.Status.Now);
        AddBlobs(text);
        text.Family("og_indexer_open_answers", "gauge", "Answers that are being given, by what is asked for.", answers.Open.Select(open => (Labels(("kind", open.Key)), (double)open.Value)));
        text.Family(
            "og_indexer_answers_total", "counter", "Answers since the start, by what was asked for and how it ended.",
            answers.Given.Select(given => (Labels(("kind", given.Key.Kind), ("status", given.Key.Status)), (double)given.Value)));
        webhooks?.Write(text, api.Status.Now.Tip);
        return text.ToString();
    }

    internal static string Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
            text.Append(text.Length == 0 ? "" : ",").Append(name).Append("=\"").Append(Escape(value)).Append('"');
        return text.ToString();
    }

    private void AddFollowing(MetricsWriter text, FollowingStatus.Snapshot now)
    {
        text.Gauge("og_indexer_following", "1 while nothing is wrong with following the chain; families that are being filled in are another matter.", FollowingFaults.Of(now, api.Options, api.Chain).Count == 0 ? 1 : 0);
        text.Gauge("og_indexer_head_block", "The chain's head as an endpoint last told.", now.Head);
        text.Gauge("og_indexer_tip_block", "The last block whose rows are stored.", now.Tip);
        text.Gauge("og_indexer_final_block", "The last stored block that is final.", now.Final);
        text.Gauge("og_indexer_lag_blocks", "Blocks between head and tip, as of the last word.", now.Lag);
        text.Gauge("og_indexer_silent_seconds", "Since an endpoint last agreed with what is stored.", now.SecondsSilent);
        text.Gauge("og_indexer_tip_age_seconds", "How old the last stored block is, by its header's time.", now.TipAgeSeconds);
        text.Counter("og_indexer_rows_total", "Rows stored since the start.", now.Rows);
        text.Gauge("og_indexer_stopped", "1 when a final block was replaced and a person has to look.", now.Stopped is null ? 0 : 1);
        text.Counter("og_indexer_reorgs_total", "Times that blocks were replaced, since the start.", now.Reorgs);
        text.Counter("og_indexer_orphaned_blocks_total", "Blocks that were replaced, since the start.", now.OrphanedBlocks);
        text.Counter("og_indexer_disagreements_total", "Times that endpoints contradicted each other, since the start.", now.Disagreements);
        text.Counter("og_indexer_broken_steps_total", "Steps that threw, most likely in the database, since the start.", now.BrokenSteps);
        text.Counter("og_indexer_heads_heard_total", "New heads that a WebSocket endpoint told of, since the start.", now.HeadsHeard);
        text.Family(
            "og_indexer_endpoint_failures_total", "counter", "Answers of endpoints that could not be used, since the start, by endpoint and why.",
            now.EndpointFailures.Select(failure => (Labels(("endpoint", failure.Key.Endpoint), ("kind", failure.Key.Code)), (double)failure.Value)));
    }

    private void AddBlobs(MetricsWriter text)
    {
        var blobs = api.Blobs.Figures;
        text.Counter("og_indexer_blobs_fetched_total", "Blobs fetched since the start.", blobs.Fetched);
        text.Counter("og_indexer_blobs_failed_total", "Attempts to fetch a blob that were in vain, since the start.", blobs.Failed);
        text.Gauge("og_indexer_blobs_waiting", "Blobs that rows name and that are still to come.", blobs.Waiting);
        text.Gauge("og_indexer_blobs_given_up", "Blobs that were tried often enough.", blobs.GivenUp);
        text.Gauge("og_indexer_blobs_bytes", "What the cache of blobs takes.", blobs.Bytes);
        text.Gauge("og_indexer_blobs_budget_bytes", "What it may take.", blobs.BudgetBytes);
    }

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}

/// <summary>Writes families of figures, each with its help.</summary>
internal sealed class MetricsWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>Nothing where it is not known.</summary>
    public void Gauge(string name, string help, double? value) => Family(name, "gauge", help, value is { } known ? [("", known)] : []);

    public void Counter(string name, string help, long value) => Family(name, "counter", help, [("", value)]);

    public void Family(string name, string type, string help, IEnumerable<(string Labels, double Value)> lines)
    {
        var isBegun = false;
        foreach (var (labels, value) in lines)
        {
            if (!isBegun)
                _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
            isBegun = true;
            _text.Append(name);
            if (labels.Length > 0)
                _text.Append('{').Append(labels).Append('}');
            _text.Append(CultureInfo.InvariantCulture, $" {value}\n");
        }
    }

    public override string ToString() => _text.ToString();
}
