using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace OpenGradient.Support.Rpc;

/// <summary>One HTTP request.</summary>
public sealed record SeenRequest(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Method { get; init; } = "POST";

    public SeenMessage Message => SeenMessage.Read(Body);
}

/// <summary>
/// A server on 127.0.0.1 for tests of the wire: it writes exactly the bytes it is told to, right or wrong. HTTP/1.1, one request a connection;
/// or WebSocket, where the test gets the socket.
/// </summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<SeenRequest, Stream, CancellationToken, Task>? _http;
    private readonly Func<WebSocket, int, CancellationToken, Task>? _webSocket;
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;
    private int _count;

    private TestServer(Func<SeenRequest, Stream, CancellationToken, Task>? http, Func<WebSocket, int, CancellationToken, Task>? webSocket)
    {
        _http = http;
        _webSocket = webSocket;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri HttpUrl => new($"http://127.0.0.1:{Port}/v3/0123456789abcdef");

    public Uri WebSocketUrl => new($"ws://127.0.0.1:{Port}/v3/0123456789abcdef");

    /// <summary>Answers each request with what is written to the stream.</summary>
    public static TestServer Raw(Func<SeenRequest, Stream, CancellationToken, Task> answer) => new(answer, null);

    /// <summary>Answers each request with a status, headers and a body.</summary>
    public static TestServer Http(Func<SeenRequest, (int Status, string Headers, byte[] Body)> answer) =>
        Raw(async (request, stream, token) =>
        {
            var (status, headers, body) = answer(request);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Head(status, headers, body.Length)), token);
            await stream.WriteAsync(body, token);
        });

    /// <summary>Hands each connection to the test, with its number from 0 on; it is closed when the test's task ends.</summary>
    public static TestServer Sockets(Func<WebSocket, int, CancellationToken, Task> serve) => new(null, serve);

    public static string Head(int status, string headers, int length) =>
        $"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)} Text\r\nContent-Type: application/json\r\nConnection: close\r\n"
        + $"{headers}Content-Length: {length.ToString(CultureInfo.InvariantCulture)}\r\n\r\n";

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_connections);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                var request = await ReadAsync(stream);
                if (_http is not null)
                {
                    await _http(request, stream, _stopping.Token);
                    return;
                }

                await stream.WriteAsync(Upgrade(request), _stopping.Token);
                using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
                await _webSocket!(socket, Interlocked.Increment(ref _count) - 1, _stopping.Token);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or WebSocketException or ObjectDisposedException)
            {
                // The client left, or the test is over.
            }
        }
    }

    private async Task<SeenRequest> ReadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stopping.Token) == 0)
                throw new IOException("The request ended early.");
            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        if (headers.ContainsKey("Expect"))
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stopping.Token);
        await stream.ReadExactlyAsync(body, _stopping.Token);
        return new SeenRequest(lines[0].Split(' ')[1], headers, body) { Method = lines[0].Split(' ')[0] };
    }

    // RFC 6455 proves with SHA-1 that the server understood; nothing is kept secret by it.
    private static byte[] Upgrade(SeenRequest request)
    {
        const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
#pragma warning disable CA5350
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(request.Headers["Sec-WebSocket-Key"] + Guid)));
#pragma warning restore CA5350
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
    }
}
