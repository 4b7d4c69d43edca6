using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Http;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Signing.Remote;

/// <summary>Sends requests to a web3signer: bounded in time and length, asked again where that is safe, without redirects or a proxy.</summary>
internal sealed class SignerConnection : IDisposable
{
    private const int MaxSignatureBytes = 1024;

    // A signer may have thousands of keys, each 133 bytes of its list.
    private const int MaxKeyListBytes = 4 << 20;
    private const int PointLength = 64;
    private const byte LeastV = 27;

    // One is given time to answer from when it is asked: more at once would only wait at the signer, and all run out of time together.
    private const int MostAtOnce = 16;

    private readonly RemoteSignerOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http;
    private readonly Uri _base;
    private readonly SemaphoreSlim _places = new(MostAtOnce);

    public SignerConnection(RemoteSignerOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _base = new Uri(options.Url.AbsoluteUri.TrimEnd('/') + "/api/v1/eth1/");
#pragma warning disable CA2000 // The invoker owns the handler.
        _http = new HttpMessageInvoker(
            new ConnectionFailures(new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                ConnectTimeout = options.AttemptTimeout,
                MaxResponseHeadersLength = 64,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                UseCookies = false,
                UseProxy = false,
            }),
            disposeHandler: true);
#pragma warning restore CA2000
    }

    public void Dispose()
    {
        _http.Dispose();
        _places.Dispose();
    }

    /// <summary>What the signer calls the key of an account: its public key; null where it does not have it.</summary>
    public async Task<string?> FindAsync(Address account, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(HttpMethod.Get, "publicKeys", body: null, MaxKeyListBytes, cancellationToken);
        try
        {
            using var list = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = 2 });
            foreach (var item in list.RootElement.EnumerateArray())
            {
                if (item.GetString() is { } identifier && TryReadKey(identifier, out var key) && key.ToAddress() == account)
                    return identifier;
            }

            return null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            throw new SignerException(SignerFault.Refused, $"The signer at {_options.Name} gave no list of its keys.");
        }
    }

    /// <summary>Has bytes signed: their hash, or themselves where they are a digest.</summary>
    public async Task<Signature> SignAsync(string identifier, ReadOnlyMemory<byte> data, bool applyHash, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(HttpMethod.Post, "sign/" + identifier, BodyOf(data, applyHash), MaxSignatureBytes, cancellationToken);
        var bytes = new byte[Signature.ByteLength];
        return Hex.TryDecode(Encoding.ASCII.GetString(answer).Trim().Trim('"'), bytes) && Signature.TryParse(WithV(bytes), out var signature)
            ? signature
            : throw new SignerException(SignerFault.Refused, $"The signer at {_options.Name} answered what is no signature.");
    }

    // Some signers give the recovery bit as it is. No contract sees their form: what is sent is written anew, and whose it is gets looked at first.
    private static byte[] WithV(byte[] bytes)
    {
        if (bytes[^1] is 0 or 1)
            bytes[^1] += LeastV;
        return bytes;
    }

    private static bool TryReadKey(string identifier, out PublicKey key)
    {
        // x and y, without the 04 that marks an uncompressed point.
        Span<byte> point = stackalloc byte[1 + PointLength];
        point[0] = 4;
        key = default;
        return Hex.TryDecode(identifier, point[1..]) && PublicKey.TryParse(point, out key);
    }

    // `applyHash` is left out where it is true: versions that do not know it take strings only beside the data.
    private static byte[] BodyOf(ReadOnlyMemory<byte> data, bool applyHash)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("data", Hex.Encode(data.Span));
            if (!applyHash)
                json.WriteBoolean("applyHash", value: false);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private async Task<byte[]> AskAsync(HttpMethod method, string path, byte[]? body, int limitBytes, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await _places.WaitAsync(cancellationToken);
            try
            {
                return await AskOnceAsync(method, path, body, limitBytes, cancellationToken);
            }
            catch (SignerException failure) when (failure.Fault == SignerFault.Unreachable && attempt < _options.Attempts)
            {
                // It is waited for below, where the place is somebody else's.
            }
            finally
            {
                _places.Release();
            }

            await Task.Delay(_options.RetryDelay, _clock, cancellationToken);
        }
    }

    private async Task<byte[]> AskOnceAsync(HttpMethod method, string path, byte[]? body, int limitBytes, CancellationToken cancellationToken)
    {
        using var limited = new CancellationTokenSource(_options.AttemptTimeout, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limited.Token);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(_base, path));
            if (body is not null)
                request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = await _http.SendAsync(request, both.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                throw Explain(response.StatusCode);
            return await ReadAsync(response, limitBytes, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SignerException(SignerFault.Unreachable, string.Create(
                CultureInfo.InvariantCulture, $"The signer at {_options.Name} did not answer within {_options.AttemptTimeout.TotalSeconds:0.###} s."));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new SignerException(SignerFault.Unreachable, $"The signer at {_options.Name} cannot be asked: {failure.Message}", failure);
        }
    }

    // What it says besides the status is not shown: some repeat the request.
    private SignerException Explain(HttpStatusCode status) => (int)status switch
    {
        404 => new(SignerFault.UnknownKey, $"The signer at {_options.Name} does not have the key of {_options.Address}, or is no web3signer."),
        400 => new(SignerFault.Unsupported, $"The signer at {_options.Name} refused the request: versions before August 2026 sign no digests (`applyHash`)."),
        502 or 503 or 504 => new(SignerFault.Unreachable, $"The signer at {_options.Name} is not ready (status {(int)status})."),
        var other => new(SignerFault.Refused, $"The signer at {_options.Name} answered with status {other}."),
    };

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, int limitBytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(limitBytes, response.Content.Headers.ContentLength ?? limitBytes) + 1];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length < buffer.Length
            ? buffer[..length]
            : throw new SignerException(SignerFault.Refused, $"The signer at {_options.Name} answered more than {limitBytes} bytes.");
    }
}
