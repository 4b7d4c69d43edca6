using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Operations;
using OpenGradient.Support;

namespace OpenGradient.Relayer.Tests.Operations;

public sealed class TelemetryTests
{
    private static readonly Hash32 Request = Hash32.Parse("0x" + string.Concat(Enumerable.Range(1, 32).Select(i => $"{i:x2}")));

    [Fact]
    public void All_stages_of_a_request_are_in_one_trace_whoever_tells_them()
    {
        List<Activity> told = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RequestTrace.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("request.id"), Request.ToString()))
                    told.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);

        RequestTrace.Start("prepare", Request)?.Dispose();
        RequestTrace.Tell("settle", Request, "order", "a");

        Assert.Equal(["prepare", "settle"], told.Select(activity => activity.OperationName), StringComparer.Ordinal);
        Assert.All(told, activity => Assert.Equal("0102030405060708090a0b0c0d0e0f10", activity.TraceId.ToString()));
        Assert.Equal("a", told[1].GetTagItem("order"));
    }

    [Fact]
    public async Task Traces_reach_a_collector()
    {
        var stop = TestContext.Current.CancellationToken;
        using var collector = new HttpListener();
        var port = FreePort();
        collector.Prefixes.Add($"http://127.0.0.1:{port}/");
        collector.Start();
        using (TraceExport.Start(new Uri($"http://127.0.0.1:{port}"), "us"))
            RequestTrace.Tell("claim", Request, "order", "b");

        var asked = await collector.GetContextAsync().WaitAsync(Eventually.Patience, stop);
        using var body = new MemoryStream();
        await asked.Request.InputStream.CopyToAsync(body, stop);
        asked.Response.Close();

        Assert.Equal("/v1/traces", asked.Request.Url!.AbsolutePath);
        Assert.Equal("application/x-protobuf", asked.Request.ContentType);
        // The trace's id as bytes, and the names, as protobuf holds them.
        Assert.True(body.ToArray().AsSpan().IndexOf(Request.Bytes[..16]) > 0);
        Assert.True(body.ToArray().AsSpan().IndexOf("opengradient-relayer"u8) > 0);
    }

    [Fact]
    public void Prometheus_reads_counters_gauges_and_histograms()
    {
        using var text = new PrometheusText();
        using var meter = new Meter("OpenGradient.Test." + nameof(TelemetryTests));
        using var others = new Meter("Somebody.Else");
        others.CreateCounter<long>("test.elsewhere").Add(1);
        var counter = meter.CreateCounter<long>("test.things", "{thing}", "Things\nthat were");
        var duration = meter.CreateHistogram<double>("test.duration", "s", "How long");
        meter.CreateObservableGauge("test.level", () => new Measurement<int>(7, new KeyValuePair<string, object?>("of", "a \"b\" \\ c\n")));
        counter.Add(2, new KeyValuePair<string, object?>("kind", "x"), new KeyValuePair<string, object?>("a", 1));
        counter.Add(3, new KeyValuePair<string, object?>("a", 1), new KeyValuePair<string, object?>("kind", "x"));
        duration.Record(0.003);
        duration.Record(1_000);

        var lines = text.Write().Split('\n').Where(line => line.Contains("opengradient_test_", StringComparison.Ordinal)).ToList();

        Assert.Contains("# HELP opengradient_test_things_total Things\\nthat were", lines, StringComparer.Ordinal);
        Assert.Contains("# TYPE opengradient_test_things_total counter", lines, StringComparer.Ordinal);
        Assert.Contains("opengradient_test_things_total{a=\"1\",kind=\"x\"} 5", lines, StringComparer.Ordinal);
        Assert.Contains("opengradient_test_level{of=\"a \\\"b\\\" \\\\ c\\n\"} 7", lines, StringComparer.Ordinal);
        Assert.Contains("# TYPE opengradient_test_duration_seconds histogram", lines, StringComparer.Ordinal);
        Assert.Contains("opengradient_test_duration_seconds_bucket{le=\"0.0025\"} 0", lines, StringComparer.Ordinal);
        Assert.Contains("opengradient_test_duration_seconds_bucket{le=\"0.005\"} 1", lines, StringComparer.Ordinal);
        Assert.Contains("opengradient_test_duration_seconds_bucket{le=\"180\"} 1", lines, StringComparer.Ordinal);
        Assert.Contains("opengradient_test_duration_seconds_bucket{le=\"+Inf\"} 2", lines, StringComparer.Ordinal);
        Assert.Contains("opengradient_test_duration_seconds_sum 1000.003", lines, StringComparer.Ordinal);
        Assert.Contains("opengradient_test_duration_seconds_count 2", lines, StringComparer.Ordinal);
        Assert.DoesNotContain(lines, line => line.Contains("elsewhere", StringComparison.Ordinal));
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
