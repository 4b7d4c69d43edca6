using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using OpenGradient.Ethereum.Http;

namespace OpenGradient.Blobs.S3;

/// <summary>Sends signed requests to one storage. Redirects are not followed: a signature is for one host.</summary>
internal sealed class S3Client : IDisposable
{
    private const string Service = "s3";
    private const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private readonly S3Options _options;
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http;

    public S3Client(S3Options options, TimeProvider clock)
    {
        options.Validate();
        (_options, _clock) = (options, clock);
#pragma warning disable CA2000 // The invoker owns the handler.
        _http = new HttpMessageInvoker(
            new ConnectionFailures(new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = options.ConnectTimeout,
                Expect100ContinueTimeout = TimeSpan.FromSeconds(2),
                MaxResponseHeadersLength = 64,
                MaxResponseDrainSize = 0,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                UseCookies = false,
            }),
            disposeHandler: true);
#pragma warning restore CA2000
    }

    public void Dispose() => _http.Dispose();

    public Task<HttpResponseMessage> GetAsync(string bucket, string key, long offset, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, bucket, key, EmptyHash, request =>
        {
            if (offset > 0)
                request.Headers.Range = new RangeHeaderValue(offset, null);
        }, cancellationToken);

    public Task<HttpResponseMessage> HeadAsync(string bucket, string key, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Head, bucket, key, EmptyHash, static _ => { }, cancellationToken);

    /// <summary>Puts a blob. Its own hash is the payload's in the signature, and the checksum that the storage keeps.</summary>
    public Task<HttpResponseMessage> PutAsync(string bucket, string key, BlobHash hash, HttpContent content, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, bucket, key, hash.Digits, request =>
        {
            request.Content = content;
            request.Headers.ExpectContinue = true;
            request.Headers.TryAddWithoutValidation("x-amz-checksum-sha256", Convert.ToBase64String(hash.Value.Bytes));
        }, cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string bucket, string key, string payloadHash, Action<HttpRequestMessage> fill, CancellationToken cancellationToken)
    {
        var path = $"/{bucket}/{S3Names.Encode(key, keepSlashes: true)}";
        // The path is sent exactly as it is signed: nothing in it may be escaped or resolved once more.
        var address = new Uri(
            _options.Endpoint.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + path,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(method, address);
        fill(request);
        var scope = new SigningScope(_clock.GetUtcNow(), _options.Region, Service);
        request.Headers.Host = address.IsDefaultPort ? address.Host : string.Create(CultureInfo.InvariantCulture, $"{address.Host}:{address.Port}");
        request.Headers.TryAddWithoutValidation("x-amz-date", scope.Time);
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", payloadHash);
        if (_options.Credentials.SessionToken is { } token)
            request.Headers.TryAddWithoutValidation("x-amz-security-token", token);
        var signed = request.Headers.Where(header => header.Key.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase) || header.Key is "Host" or "Range")
            .Select(header => KeyValuePair.Create(header.Key, string.Join(',', header.Value)));
        var canonical = new CanonicalRequest(method.Method, path, [], signed, payloadHash);
        request.Headers.TryAddWithoutValidation("Authorization", SignatureV4.Authorize(canonical, _options.Credentials, scope));
        return await _http.SendAsync(request, cancellationToken);
    }
}
