using System.Diagnostics.Metrics;

namespace OpenGradient.Relayer.Operations;

/// <summary>What the checks found, as metrics: alarms are set on them.</summary>
public sealed class OperationsMeter : IDisposable
{
    public const string Name = "OpenGradient.Relayer.Operations";

    private readonly Meter _meter;

    public OperationsMeter(IMeterFactory meters, HealthReport health)
    {
        _meter = meters.Create(Name);
        _meter.CreateObservableGauge(
            "relayer.ready", () => health.Last is { IsReady: true } ? 1 : 0, unit: null, "1 while the work goes on");
        _meter.CreateObservableGauge(
            "relayer.check.level", () => (health.Last?.Checks ?? []).Select(check => new Measurement<int>((int)check.Level, Label(check))), unit: null,
            "0 where a check is good, 1 where somebody should look, 2 where work does not go on");
        _meter.CreateObservableGauge(
            "relayer.check.figure",
            () => (health.Last?.Checks ?? []).Where(check => check.Figure is not null).Select(check => new Measurement<double>(check.Figure!.Value, Label(check))),
            unit: null, "What a check measured, in its unit");
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Label(HealthCheck check) => new("check", check.Name);
}
