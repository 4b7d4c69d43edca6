using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OpenGradient.Relayer.Pipeline;

namespace OpenGradient.Benchmarks.Relayer;

/// <summary>Listens to what the pipeline says of how long its steps take.</summary>
internal sealed class StepTimes : IDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<double>> _seconds = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public StepTimes()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == PipelineMeter.Name)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, seconds, _, _) => _seconds.GetOrAdd(instrument.Name, _ => []).Enqueue(seconds));
        _listener.Start();
    }

    /// <summary>The median of a step, in milliseconds.</summary>
    public double MedianMs(string instrument) => HundredthMs(instrument, 50);

    /// <summary>What so many of a hundred took at the most, in milliseconds.</summary>
    public double HundredthMs(string instrument, int of) => _seconds.TryGetValue(instrument, out var seconds) && seconds.Order().ToList() is { Count: > 0 } ordered
        ? ordered[ordered.Count * of / 100] * 1_000
        : throw new InvalidOperationException($"Nothing was told of {instrument}.");

    public void Dispose() => _listener.Dispose();
}
