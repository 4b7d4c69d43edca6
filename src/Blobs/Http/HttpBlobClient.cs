using System.Net;
using System.Net.Http.Headers;
using OpenGradient.Ethereum.Http;

namespace OpenGradient.Blobs.Http;

/// <summary>
/// Fetches bytes over HTTP from places that nobody vouches for: addresses are checked as they are connected to, redirects one by one, and
/// nothing is decompressed. Cookies and credentials are neither kept nor sent, and no proxy is asked, since that would resolve names itself.
/// </summary>
public sealed class HttpBlobClient : IDisposable
{
    private readonly HttpBlobOptions _options;
    private readonly HttpMessageInvoker _http;

    public HttpBlobClient(HttpBlobOptions? options = null)
    {
        _options = options ?? new HttpBlobOptions();
        _options.Validate();
#pragma warning disable CA2000 // The invoker owns the handler.
        _http = new HttpMessageInvoker(
            new ConnectionFailures(new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectCallback = (context, token) => GuardedConnection.OpenAsync(context.DnsEndPoint, _options.AllowPrivateAddresses, token),
                ConnectTimeout = _options.ConnectTimeout,
                MaxConnectionsPerServer = _options.MaxConnections,
                MaxResponseHeadersLength = 64,
                MaxResponseDrainSize = 0,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                UseCookies = false,
                UseProxy = false,
            }),
            disposeHandler: true);
#pragma warning restore CA2000
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Why an address is not asked, whatever it may lead to; null for one that is.</summary>
    internal string? Fault(Uri address) =>
        !address.IsAbsoluteUri ? "It is no absolute address."
        : address.UserInfo.Length > 0 ? "It holds a user's name or a password."
        : address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && _options.AllowPlainHttp) ? null
        : $"'{address.Scheme}' is not asked here.";

    /// <summary>Asks for what is at an address, from an offset on.</summary>
    internal async Task<BlobOffer> OpenAsync(Uri address, long offset, CancellationToken cancellationToken)
    {
        for (var hops = 0; ; hops++)
        {
            if (Fault(address) is { } fault)
                return new BlobOffer.Failed(fault, MayPass: false);

            HttpResponseMessage response;
            try
            {
                response = await SendAsync(address, offset, cancellationToken);
            }
            catch (HttpRequestException failure)
            {
                return Describe(failure);
            }

            if (Redirect(address, response) is not { } next)
                return await HttpOffer.ReadAsync(response, offset, cancellationToken);

            response.Dispose();
            if (hops == _options.MaxRedirects)
                return new BlobOffer.Failed($"It redirects more than {_options.MaxRedirects} times.", MayPass: false);
            if (next.Scheme != address.Scheme)
                return new BlobOffer.Failed($"It redirects from {address.Scheme} to {next.Scheme}.", MayPass: false);
            address = next;
        }
    }

    private static Uri? Redirect(Uri address, HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
            && response.Headers.Location is { } location
            && Uri.TryCreate(address, location, out var next)
            ? next
            : null;

    private static BlobOffer.Failed Describe(HttpRequestException failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is ForbiddenAddressException forbidden)
                return new BlobOffer.Failed(forbidden.Message, MayPass: false);
        }

        return new BlobOffer.Failed(failure.InnerException is { } inner ? $"{failure.Message} {inner.Message}" : failure.Message, MayPass: true);
    }

    private async Task<HttpResponseMessage> SendAsync(Uri address, long offset, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (offset > 0)
            request.Headers.Range = new RangeHeaderValue(offset, null);
        return await _http.SendAsync(request, cancellationToken);
    }
}
