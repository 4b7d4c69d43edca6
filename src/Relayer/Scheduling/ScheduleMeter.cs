using System.Diagnostics.Metrics;

namespace OpenGradient.Relayer.Scheduling;

/// <summary>How timed work fares, as metrics.</summary>
public sealed class ScheduleMeter : IDisposable
{
    public const string Name = "OpenGradient.Relayer.Scheduling";

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;

    public ScheduleMeter(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _duration = _meter.CreateHistogram<double>("relayer.timed_work.duration", "s", "How long a piece of timed work took, by its name and end");
    }

    public void Done(string work, bool succeeded, TimeSpan elapsed) => _duration.Record(
        elapsed.TotalSeconds, new KeyValuePair<string, object?>("work", work), new KeyValuePair<string, object?>("outcome", succeeded ? "done" : "failed"));

    public void Dispose() => _meter.Dispose();
}
