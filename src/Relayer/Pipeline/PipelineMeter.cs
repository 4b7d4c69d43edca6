using System.Diagnostics.Metrics;
using OpenGradient.Relayer.Execution;

namespace OpenGradient.Relayer.Pipeline;

/// <summary>What the pipeline does, as metrics.</summary>
public sealed class PipelineMeter : IDisposable
{
    public const string Name = "OpenGradient.Relayer.Pipeline";

    private readonly Meter _meter;
    private readonly Histogram<double> _preparing;
    private readonly Counter<long> _filed;
    private readonly Histogram<double> _filing;
    private readonly Counter<long> _inputless;
    private readonly Histogram<double> _overhead;

    public PipelineMeter(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _preparing = _meter.CreateHistogram<double>("relayer.prepare.duration", "s", "How long a request took to be admitted, fetched and run");
        _filed = _meter.CreateCounter<long>("relayer.jobs.filed", "{job}", "Jobs that were filed");
        _filing = _meter.CreateHistogram<double>("relayer.filing.duration", "s", "How long a filing took");
        _overhead = _meter.CreateHistogram<double>("relayer.overhead.duration", "s", "From a request's being told to its settlement's order being on the disk, less its run");
        _inputless = _meter.CreateCounter<long>("relayer.private.waits", "{look}", "Looks at private requests whose input nobody had given");
    }

    public void Prepared(Preparation preparation, TimeSpan elapsed) =>
        _preparing.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("outcome", NameOf(preparation)));

    public void Filed(int jobs, TimeSpan elapsed)
    {
        _filed.Add(jobs);
        _filing.Record(elapsed.TotalSeconds);
    }

    /// <summary>An answer was ordered to be settled for the first time, and that is on the disk.</summary>
    public void Ordered(TimeSpan overhead) => _overhead.Record(overhead.TotalSeconds);

    public void LookedForInput() => _inputless.Add(1);

    internal static string NameOf(Preparation preparation) => preparation switch
    {
        Preparation.Answered { Answer.IsFailure: true } => "failure",
        Preparation.Answered => "answered",
        Preparation.Refused => "turned_away",
        Preparation.Delayed => "delayed",
        _ => "unavailable",
    };

    public void Dispose() => _meter.Dispose();
}
