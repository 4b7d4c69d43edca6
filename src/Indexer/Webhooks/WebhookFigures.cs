using System.Collections.Concurrent;
using OpenGradient.Indexer.Api.Operations;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Webhooks;

/// <summary>How webhooks do, in memory: whoever asks for figures every few seconds asks no database.</summary>
internal sealed class WebhookFigures(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Seen> _hooks = new(StringComparer.Ordinal);

    public void Note(Webhook hook, WebhookPlace place) => Change(hook, seen => seen with
    {
        Attempts = place.Attempts,
        Delivered = place.Delivered,
        Last = place.Last,
        WaitingSince = seen.WaitingSince ?? (place.Attempts > 0 ? clock.GetTimestamp() : null),
    });

    public void PutAside(Webhook hook) => Change(hook, seen => seen with { PutAside = seen.PutAside + 1 });

    /// <summary>There are rows that it has not taken yet.</summary>
    public void Waits(Webhook hook) => Change(hook, seen => seen with { WaitingSince = seen.WaitingSince ?? clock.GetTimestamp() });

    /// <summary>It was told all that there is.</summary>
    public void HasAll(Webhook hook) => Change(hook, seen => seen with { WaitingSince = null });

    /// <param name="text">Where to.</param>
    /// <param name="tip">The last block whose rows are stored.</param>
    public void Write(MetricsWriter text, ulong? tip)
    {
        var hooks = _hooks.OrderBy(hook => hook.Key, StringComparer.Ordinal).ToList();
        Add("og_indexer_webhook_failed_attempts", "gauge", "How often the next delivery was sent and not taken.", seen => seen.Attempts);
        Add("og_indexer_webhook_waiting_seconds", "gauge", "Since when rows wait that it has not taken; 0 where it has all.", seen => seen.WaitingSince is { } since ? clock.GetElapsedTime(since).TotalSeconds : 0);
        Add(
            "og_indexer_webhook_behind_blocks", "gauge", "Blocks between what it has taken and the last that is stored, while rows wait; 0 where it has all.",
            seen => seen.WaitingSince is not null && tip is { } block ? Math.Max(0, (double)block - (seen.Last >> RowId.LogIndexBits)) : 0);
        Add("og_indexer_webhook_deliveries_total", "counter", "Deliveries that were taken, ever.", seen => seen.Delivered);
        Add("og_indexer_webhook_put_aside_total", "counter", "Deliveries that were given up since the start.", seen => seen.PutAside);

        void Add(string name, string type, string help, Func<Seen, double> value) =>
            text.Family(name, type, help, hooks.Select(hook => (MetricsText.Labels(("hook", hook.Key)), value(hook.Value))));
    }

    public override string ToString()
    {
        var text = new MetricsWriter();
        Write(text, tip: null);
        return text.ToString();
    }

    private void Change(Webhook hook, Func<Seen, Seen> change) => _hooks.AddOrUpdate(hook.Name, _ => change(new Seen()), (_, seen) => change(seen));

    private sealed record Seen
    {
        public long Attempts { get; init; }

        public long Delivered { get; init; }

        public long PutAside { get; init; }

        /// <summary>The id of the last row that it was told or that was no matter of its.</summary>
        public long Last { get; init; }

        public long? WaitingSince { get; init; }
    }
}
