using System.Diagnostics.Metrics;
using OpenGradient.Relayer.Proving.Models;

namespace OpenGradient.Relayer.Proving;

/// <summary>What proving does, as metrics.</summary>
public sealed class ProvingMeter : IDisposable
{
    public const string Name = "OpenGradient.Relayer.Proving";

    private readonly Meter _meter;
    private readonly Histogram<double> _making;
    private readonly Counter<long> _proven;

    public ProvingMeter(IMeterFactory meters, Func<IReadOnlyList<ProvableModel>> models)
    {
        _meter = meters.Create(Name);
        _making = _meter.CreateHistogram<double>("relayer.proof.duration", "s", "How long a proof took to be made and checked");
        _proven = _meter.CreateCounter<long>("relayer.proof.answers", "{answer}", "Answers that were in a proof");
        _meter.CreateObservableGauge("relayer.proof.waiting", () => Waiting, "{answer}", "Answers that wait for a proof to be begun");
        _meter.CreateObservableGauge(
            "relayer.proof.cache", () => models().Select(model => new Measurement<double>(model.CacheFilled, new KeyValuePair<string, object?>("version", model.VersionId.ToString()))),
            unit: null, "How much of a version's cache for long proofs is filled, from 0 to 1");
    }

    /// <summary>How many answers wait.</summary>
    public int Waiting { get; set; }

    public void Proved(ProofMaking making, int answers, TimeSpan elapsed)
    {
        var outcome = new KeyValuePair<string, object?>("outcome", making switch
        {
            ProofMaking.Made => "made",
            ProofMaking.Unavailable or ProofMaking.Incomplete => "postponed",
            _ => "failed",
        });
        _making.Record(elapsed.TotalSeconds, outcome);
        _proven.Add(answers, outcome);
    }

    public void Dispose() => _meter.Dispose();
}
