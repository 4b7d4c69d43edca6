using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace OpenGradient.Relayer.Operations;

/// <summary>
/// All metrics of ours as Prometheus reads them. Values are kept as instruments tell them; what is observed is asked when somebody reads. The number
/// of series is bounded: what would exceed it is counted and dropped.
/// </summary>
public sealed class PrometheusText : IDisposable
{
    private const string OurMeters = "OpenGradient.";
    private const int MostSeries = 5_000;

    // Seconds: from a millisecond to a few minutes.
    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Name, string Labels), Series> _series = new();
    private long _dropped;

    public PrometheusText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith(OurMeters, StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The whole text.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in _series.GroupBy(entry => entry.Key.Name, StringComparer.Ordinal).OrderBy(family => family.Key, StringComparer.Ordinal))
        {
            var first = family.First().Value;
            text.Append(CultureInfo.InvariantCulture, $"# HELP {family.Key} {Escape(first.Help, quotes: false)}\n# TYPE {family.Key} {first.Type}\n");
            foreach (var (key, series) in family.OrderBy(entry => entry.Key.Labels, StringComparer.Ordinal))
                series.Write(text, key.Name, key.Labels);
        }

        text.Append(CultureInfo.InvariantCulture, $"# TYPE opengradient_metrics_dropped_total counter\nopengradient_metrics_dropped_total {Interlocked.Read(ref _dropped)}\n");
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (NameOf(instrument), LabelsOf(tags));
        if (!_series.TryGetValue(key, out var series))
        {
            if (_series.Count >= MostSeries)
            {
                Interlocked.Increment(ref _dropped);
                return;
            }

            series = _series.GetOrAdd(key, _ => new Series(instrument));
        }

        series.Take(value);
    }

    private static string NameOf(Instrument instrument)
    {
        var name = new StringBuilder("opengradient_");
        foreach (var letter in instrument.Name)
            name.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        if (instrument.Unit == "s")
            name.Append("_seconds");
        if (IsCounter(instrument))
            name.Append("_total");
        return name.ToString();
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        List<string> labels = [];
        foreach (var (name, value) in tags)
            labels.Add($"{name}=\"{Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true)}\"");
        labels.Sort(StringComparer.Ordinal);
        return string.Join(',', labels);
    }

    private static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static bool IsCounter(Instrument instrument) =>
        instrument.GetType().GetGenericTypeDefinition() is var type && (type == typeof(Counter<>) || type == typeof(ObservableCounter<>));

    /// <summary>One line, or of a histogram one set of lines.</summary>
    private sealed class Series
    {
        private readonly Lock _gate = new();
        private readonly bool _adds;
        private readonly long[]? _buckets;
        private double _value;
        private long _count;

        public Series(Instrument instrument)
        {
            var type = instrument.GetType().GetGenericTypeDefinition();
            Help = instrument.Description ?? instrument.Name;
            _adds = type == typeof(Counter<>) || type == typeof(UpDownCounter<>) || type == typeof(Histogram<>);
            _buckets = type == typeof(Histogram<>) ? new long[Bounds.Length] : null;
            Type = _buckets is not null ? "histogram" : IsCounter(instrument) ? "counter" : "gauge";
        }

        public string Help { get; }

        public string Type { get; }

        public void Take(double value)
        {
            lock (_gate)
            {
                _value = _adds ? _value + value : value;
                if (_buckets is null)
                    return;
                _count++;
                for (var i = 0; i < Bounds.Length; i++)
                    _buckets[i] += value <= Bounds[i] ? 1 : 0;
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (_gate)
            {
                if (_buckets is null)
                {
                    Line(text, name, labels, _value);
                    return;
                }

                var more = labels.Length == 0 ? "" : labels + ",";
                for (var i = 0; i < Bounds.Length; i++)
                    Line(text, name + "_bucket", string.Create(CultureInfo.InvariantCulture, $"{more}le=\"{Bounds[i]}\""), _buckets[i]);
                Line(text, name + "_bucket", more + "le=\"+Inf\"", _count);
                Line(text, name + "_sum", labels, _value);
                Line(text, name + "_count", labels, _count);
            }
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0)
                text.Append('{').Append(labels).Append('}');
            text.Append(CultureInfo.InvariantCulture, $" {value}\n");
        }
    }
}
