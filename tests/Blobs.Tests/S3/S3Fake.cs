using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Blobs.Tests.S3;

/// <summary>
/// A small S3 that checks signatures by itself, from the bytes that came over the wire and Amazon's description of them; it shares no line
/// with the client.
/// </summary>
internal sealed class S3Fake : IAsyncDisposable
{
    public const string KeyId = "AKTEST";
    public const string Secret = "a-secret-of-the-test";

    private readonly TestServer _server;

    public S3Fake() => _server = TestServer.Raw(AnswerAsync);

    public Uri Endpoint => new($"http://127.0.0.1:{_server.Port.ToString(CultureInfo.InvariantCulture)}");

    public ConcurrentDictionary<string, byte[]> Objects { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<(string Method, string Path, int Status)> Seen { get; } = [];

    /// <summary>After how many bytes each answer breaks off; zero for never.</summary>
    public int CutAfter { get; set; }

    /// <summary>What every request is answered with instead; zero for what is right.</summary>
    public int Status { get; set; }

    public string? LastToken { get; private set; }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static bool IsSigned(SeenRequest request)
    {
        if (!request.Headers.TryGetValue("Authorization", out var authorization) || !authorization.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal))
            return false;

        var fields = authorization["AWS4-HMAC-SHA256 ".Length..].Split(", ").Select(field => field.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        var scope = fields["Credential"].Split('/');
        var names = fields["SignedHeaders"].Split(';');
        if (scope[0] != KeyId || !names.Contains("host", StringComparer.Ordinal) || !names.Contains("x-amz-date", StringComparer.Ordinal)
            || request.Headers.Keys.Any(name => name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase) && !names.Contains(name.ToLowerInvariant(), StringComparer.Ordinal)))
            return false;

        var mark = request.Path.IndexOf('?', StringComparison.Ordinal);
        var path = mark < 0 ? request.Path : request.Path[..mark];
        var text = new StringBuilder().Append(request.Method).Append('\n').Append(path).Append('\n').Append(mark < 0 ? "" : request.Path[(mark + 1)..]).Append('\n');
        foreach (var name in names)
            text.Append(name).Append(':').Append(request.Headers[name].Trim()).Append('\n');
        text.Append('\n').Append(fields["SignedHeaders"]).Append('\n').Append(request.Headers["x-amz-content-sha256"]);

        var toSign = string.Join('\n', "AWS4-HMAC-SHA256", request.Headers["x-amz-date"], string.Join('/', scope.Skip(1)), Hex(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))));
        var key = scope.Skip(1).Aggregate(Encoding.UTF8.GetBytes("AWS4" + Secret), (former, part) => HMACSHA256.HashData(former, Encoding.UTF8.GetBytes(part)));
        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign))) == fields["Signature"]
            && request.Headers["x-amz-date"].StartsWith(scope[1], StringComparison.Ordinal)
            && Hex(SHA256.HashData(request.Body)) == request.Headers["x-amz-content-sha256"];
    }

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();

    private async Task AnswerAsync(SeenRequest request, Stream stream, CancellationToken cancellationToken)
    {
        LastToken = request.Headers.GetValueOrDefault("x-amz-security-token");
        var (status, headers, body) = Status > 0 ? (Status, "", []) : !IsSigned(request) ? (403, "", []) : Do(request);
        Seen.Enqueue((request.Method, request.Path, status));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(TestServer.Head(status, headers, body.Length)), cancellationToken);
        if (request.Method != "HEAD")
            await stream.WriteAsync(body.AsMemory(0, CutAfter > 0 ? Math.Min(CutAfter, body.Length) : body.Length), cancellationToken);
    }

    private (int Status, string Headers, byte[] Body) Do(SeenRequest request)
    {
        var name = Uri.UnescapeDataString(request.Path);
        if (request.Method == "PUT")
        {
            if (request.Headers["x-amz-checksum-sha256"] != Convert.ToBase64String(SHA256.HashData(request.Body)))
                return (400, "", []);
            Objects[name] = request.Body;
            return (200, "", []);
        }

        if (!Objects.TryGetValue(name, out var bytes))
            return (404, "", []);
        if (!request.Headers.TryGetValue("Range", out var range))
            return (200, "", bytes);

        var from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        return from < bytes.Length
            ? (206, $"Content-Range: bytes {from}-{bytes.Length - 1}/{bytes.Length}\r\n", bytes[from..])
            : (416, $"Content-Range: bytes */{bytes.Length}\r\n", []);
    }
}
