using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OpenGradient.Relayer.Operations;

/// <summary>Sends traces to a collector, by OTLP over HTTP. When that is away, traces are lost and nothing else.</summary>
public static class TraceExport
{
    private const string TracesPath = "/v1/traces";

    /// <summary>Sends until it is disposed of.</summary>
    /// <param name="collector">Where; without a path the usual one is taken.</param>
    /// <param name="owner">Which process tells.</param>
    public static IDisposable Start(Uri collector, string owner) => Sdk.CreateTracerProviderBuilder()
        .AddSource(RequestTrace.SourceName)
        .ConfigureResource(resource => resource.AddService("opengradient-relayer", serviceInstanceId: owner))
        .AddOtlpExporter(exporter =>
        {
            exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
            exporter.Endpoint = collector.AbsolutePath == "/" ? new Uri(collector, TracesPath) : collector;
        })
        .Build();
}
