using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace OpenGradient.Indexer.Webhooks;

/// <summary>How webhooks do, in memory: whoever asks for figures every few seconds asks no database.</summary>
internal sealed class WebhookFigures
{
    private readonly ConcurrentDictionary<string, Seen> _hooks = new(StringComparer.Ordinal);

    public void Note(Webhook hook, WebhookPlace place) =>
        _hooks.AddOrUpdate(hook.Name, _ => new Seen(place.Attempts, place.Delivered, 0), (_, seen) => seen with { Attempts = place.Attempts, Delivered = place.Delivered });

    public void PutAside(Webhook hook) => _hooks.AddOrUpdate(hook.Name, _ => new Seen(0, 0, 1), (_, seen) => seen with { PutAside = seen.PutAside + 1 });

    /// <summary>As Prometheus reads them.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var hooks = _hooks.OrderBy(hook => hook.Key, StringComparer.Ordinal).ToList();
        Add("og_indexer_webhook_failed_attempts", "gauge", "How often the next delivery was sent and not taken.", seen => seen.Attempts);
        Add("og_indexer_webhook_deliveries_total", "counter", "Deliveries that were taken, ever.", seen => seen.Delivered);
        Add("og_indexer_webhook_put_aside_total", "counter", "Deliveries that were given up since the start.", seen => seen.PutAside);
        return text.ToString();

        void Add(string name, string type, string help, Func<Seen, long> value)
        {
            if (hooks.Count == 0)
                return;
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
            foreach (var (hook, seen) in hooks)
                text.Append(CultureInfo.InvariantCulture, $"{name}{{hook=\"{hook}\"}} {value(seen)}\n");
        }
    }

    private sealed record Seen(long Attempts, long Delivered, long PutAside);
}
