using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Backends.KServe;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Inference.Tests.Backends;

/// <summary>A server that speaks the protocol, one that speaks it badly, and one that means harm.</summary>
public sealed class KServeBackendTests
{
    private const string Metadata =
        """{"name":"scaling","versions":["3"],"platform":"onnxruntime_onnx","inputs":[{"name":"x","datatype":"FP32","shape":[-1,4]}],"outputs":[{"name":"y","datatype":"FP32","shape":[-1,4]}]}""";

    private static readonly LoadedVersion Version = TestModels.Load(TestModels.Scaling(2));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Asks_in_binary_and_reads_the_answer()
    {
        var paths = new ConcurrentQueue<string>();
        await using var server = TestServer.Http(request =>
        {
            paths.Enqueue(request.Path);
            return Serve(request);
        });
        using var client = new HttpClient();
        var backend = Backend(client, server);

        Assert.True(await backend.IsReadyAsync(Token));
        for (var i = 0; i < 2; i++)
        {
            var outputs = TestModels.Answer(await backend.InferAsync(Version, [TestModels.Rows(1, 2, 3, 4, 5, 6, 7, 8)], Token));
            Assert.Equal([2f, 4, 6, 8, 10, 12, 14, 16], TestModels.Values(Assert.Single(outputs)));
            Assert.Equal([2u, 4u], outputs[0].Dims);
        }

        // The model is looked at once.
        Assert.Equal(
            ["/v2/health/ready", "/v2/models/scaling/versions/3/ready", "/v2/models/scaling/versions/3", "/v2/models/scaling/versions/3/infer",
                "/v2/models/scaling/versions/3/infer"],
            paths, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("FP32", "INT32")]
    [InlineData("[-1,4]", "[-1,5]")]
    [InlineData("[-1,4]", "[4,4]")]
    [InlineData("[-1,4]", "[-1]")]
    [InlineData("\"x\"", "\"z\"")]
    [InlineData("\"outputs\"", "\"others\"")]
    [InlineData("{\"name\"", "[")]
    public async Task Refuses_a_model_that_is_not_the_versions(string written, string instead)
    {
        await using var server = TestServer.Http(request => request.Path.EndsWith("/3", StringComparison.Ordinal)
            ? (200, string.Empty, Encoding.UTF8.GetBytes(Metadata.Replace(written, instead, StringComparison.Ordinal)))
            : Serve(request));
        using var client = new HttpClient();

        TestModels.IsUnavailable(
            await Backend(client, server).InferAsync(Version, [TestModels.Rows(1, 2, 3, 4)], Token), UnavailableReason.ServerMissetUp, isRetryable: true);
    }

    [Theory]
    [InlineData(400, UnavailableReason.ServerRefused, false)]
    [InlineData(413, UnavailableReason.ServerRefused, false)]
    [InlineData(401, UnavailableReason.ServerMissetUp, true)]
    [InlineData(403, UnavailableReason.ServerMissetUp, true)]
    [InlineData(404, UnavailableReason.ServerMissetUp, true)]
    [InlineData(429, UnavailableReason.Busy, true)]
    [InlineData(500, UnavailableReason.RuntimeFailed, true)]
    [InlineData(503, UnavailableReason.ServerUnreachable, true)]
    [InlineData(302, UnavailableReason.ServerMissetUp, true)]
    public async Task What_the_server_refuses_is_never_called_the_inputs_fault(int status, UnavailableReason reason, bool isRetryable)
    {
        await using var server = TestServer.Http(request => IsInfer(request) ? (status, "Location: http://127.0.0.1:1/\r\n", "{}"u8.ToArray()) : Serve(request));
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CheckCertificateRevocationList = true });

        TestModels.IsUnavailable(await Backend(client, server).InferAsync(Version, [TestModels.Rows(1, 2, 3, 4)], Token), reason, isRetryable);
    }

    [Fact]
    public async Task An_answer_is_read_up_to_the_limit_whatever_its_head_says_of_the_length()
    {
        await using var server = TestServer.Raw(async (request, stream, token) =>
        {
            if (!IsInfer(request))
            {
                var (status, headers, body) = Serve(request);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(TestServer.Head(status, headers, body.Length)), token);
                await stream.WriteAsync(body, token);
                return;
            }

            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
            while (true)
                await stream.WriteAsync(new byte[1 << 16], token);
        });
        using var client = new HttpClient();

        TestModels.IsUnavailable(
            await Backend(client, server).InferAsync(Version, [TestModels.Rows(1, 2, 3, 4)], Token), UnavailableReason.AnswerTooLarge, isRetryable: false);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_waited_for_up_to_the_limit()
    {
        await using var server = TestServer.Raw((request, _, token) => Task.Delay(Timeout.Infinite, token));
        using var client = new HttpClient();
        using var cancelled = new CancellationTokenSource();

        TestModels.IsUnavailable(
            await Backend(client, server, limitMs: 50).InferAsync(Version, [TestModels.Rows(1, 2, 3, 4)], Token), UnavailableReason.TimedOut, isRetryable: true);
        var asked = Backend(client, server).InferAsync(Version, [TestModels.Rows(1, 2, 3, 4)], cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_a_version_it_has_not_is_said()
    {
        using var client = new HttpClient();
        KServeBackend backend;
        await using (var server = TestServer.Http(Serve))
            backend = Backend(client, server);

        Assert.False(await backend.IsReadyAsync(Token));
        TestModels.IsUnavailable(
            await backend.InferAsync(Version, [TestModels.Rows(1, 2, 3, 4)], Token), UnavailableReason.ServerUnreachable, isRetryable: true);
        TestModels.IsUnavailable(
            await backend.InferAsync(Version with { Id = Hash32.Zero }, [TestModels.Rows(1, 2, 3, 4)], Token), UnavailableReason.NotSupported, isRetryable: false);
        Assert.Equal(InputReason.InputMissing, Assert.IsType<InferenceOutcome.Failed>(await backend.InferAsync(Version, [], Token)).Reason);
    }

    [Theory]
    [InlineData("\"FP32\"", "\"INT32\"")]
    [InlineData("[1,4]", "[1,4,1,1,1,1,1,1,1]")]
    [InlineData("[1,4]", "[1,-4]")]
    [InlineData("[1,4]", "[1,0]")]
    [InlineData("[1,4]", "null")]
    [InlineData("16", "17")]
    [InlineData("16", "-1")]
    [InlineData("16", "15")]
    [InlineData("16", "99999999999999999999")]
    [InlineData("\"binary_data_size\"", "\"other\"")]
    [InlineData("\"y\"", "\"x\"")]
    [InlineData("\"y\"", "null")]
    [InlineData("]}", "],}")]
    public void Refuses_an_answer_that_is_not_in_order(string written, string instead)
    {
        var good = Head("""{"outputs":[{"name":"y","datatype":"FP32","shape":[1,4],"parameters":{"binary_data_size":16}}]}""");
        var bad = Head(Encoding.UTF8.GetString(good.Head).Replace(written, instead, StringComparison.Ordinal));

        Assert.Null(KServeWire.TryRead(Version.Signature, good.Length, good.Body, out _));
        Assert.NotNull(KServeWire.TryRead(Version.Signature, bad.Length, bad.Body, out _));
    }

    [Fact]
    public void Refuses_an_answer_that_is_cut_off_anywhere_goes_on_or_does_not_say_where_it_begins()
    {
        var (head, length, body) = Head("""{"outputs":[{"name":"y","datatype":"FP32","shape":[1,4],"parameters":{"binary_data_size":16}}]}""");

        for (var cut = 0; cut < body.Length; cut++)
            Assert.NotNull(KServeWire.TryRead(Version.Signature, length, body.AsMemory(0, cut), out _));
        Assert.NotNull(KServeWire.TryRead(Version.Signature, length, (byte[])[.. body, 0], out _));
        foreach (var wrong in (string?[])[null, string.Empty, "-1", "x", "99999999999", (head.Length + 17).ToString(CultureInfo.InvariantCulture), "3"])
            Assert.NotNull(KServeWire.TryRead(Version.Signature, wrong, body, out _));
        Assert.NotNull(KServeWire.TryRead(Version.Signature, "2", (byte[])[.. "{}"u8], out _));
        Assert.NotNull(KServeWire.TryRead(Version.Signature, "4", (byte[])[.. "null"u8], out _));
    }

    [Fact]
    public async Task An_answer_of_another_shape_than_its_bytes_is_none()
    {
        await using var server = TestServer.Http(request =>
        {
            var (status, headers, body) = Serve(request);
            return (status, headers, IsInfer(request) ? Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(body).Replace("[1,4]", "[4,1]", StringComparison.Ordinal)) : body);
        });
        using var client = new HttpClient();

        TestModels.IsUnavailable(
            await Backend(client, server).InferAsync(Version, [TestModels.Rows(1, 2, 3, 4)], Token), UnavailableReason.AnswerInvalid, isRetryable: true);
    }

    private static KServeBackend Backend(HttpClient client, TestServer server, int limitMs = 20_000) => new(
        client,
        new KServeOptions
        {
            Address = new Uri(server.HttpUrl, "/"),
            Models = new Dictionary<Hash32, ServedModel> { [Version.Id] = new("scaling", "3") },
            TimeLimitMs = limitMs,
            MaxAnswerBytes = 1000,
        },
        TimeProvider.System);

    private static bool IsInfer(SeenRequest request) => request.Path.EndsWith("/infer", StringComparison.Ordinal);

    private static (byte[] Head, string Length, byte[] Body) Head(string json)
    {
        var head = Encoding.UTF8.GetBytes(json);
        return (head, head.Length.ToString(CultureInfo.InvariantCulture), [.. head, .. new byte[16]]);
    }

    // What Triton does with such a model: it reads the head, takes the data behind it, and answers in the same form.
    private static (int Status, string Headers, byte[] Body) Serve(SeenRequest request)
    {
        if (!IsInfer(request))
            return (200, string.Empty, request.Path.EndsWith("/3", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(Metadata) : []);

        var headLength = int.Parse(request.Headers[KServeWire.HeadLength], CultureInfo.InvariantCulture);
        using var head = JsonDocument.Parse(request.Body.AsMemory(0, headLength));
        var input = head.RootElement.GetProperty("inputs")[0];
        var data = request.Body.AsSpan(headLength);
        if (input.GetProperty("name").GetString() != "x" || input.GetProperty("datatype").GetString() != "FP32"
            || input.GetProperty("parameters").GetProperty("binary_data_size").GetInt32() != data.Length
            || !head.RootElement.GetProperty("outputs")[0].GetProperty("parameters").GetProperty("binary_data").GetBoolean())
        {
            return (400, string.Empty, "{\"error\":\"not what I serve\"}"u8.ToArray());
        }

        var answer = data.ToArray();
        for (var i = 0; i < answer.Length; i += sizeof(float))
            BinaryPrimitives.WriteSingleLittleEndian(answer.AsSpan(i), 2 * BinaryPrimitives.ReadSingleLittleEndian(data[i..]));
        var said = Encoding.UTF8.GetBytes(
            $$$"""{"model_name":"scaling","model_version":"3","outputs":[{"name":"y","datatype":"FP32","shape":{{{input.GetProperty("shape").GetRawText()}}},"parameters":{"binary_data_size":{{{answer.Length}}}}}]}""");
        return (200, $"{KServeWire.HeadLength}: {said.Length}\r\n", [.. said, .. answer]);
    }
}
