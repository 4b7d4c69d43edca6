using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenGradient.Client.Tests.World;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Messages;
using OpenGradient.PrivateService;
using OpenGradient.PrivateService.Relaying;

namespace OpenGradient.Client.Tests.Service;

public sealed class RelayTests
{
    private static readonly PrivateEnvelope Envelope = new() { Node = PrivateWorld.Node, VersionId = default, PriceCap = 1, RequestId = default, KeyEpoch = 1, SentAt = 1 };

    [Fact]
    public async Task Of_the_client_nothing_is_sent_on_but_the_sealed_bytes()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var relay = await StartAsync(gateway.Address);
        using var http = new HttpClient();
        // A client that tells all about itself.
        using var trace = new Activity("asking").Start();
        using var request = Request(relay, [.. Envelope.ToBytes(), 1, 2, 3]);
        foreach (var (name, value) in ((string, string)[])[("User-Agent", "telltale/1"), ("Cookie", "telltale=1"), ("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=203.0.113.9"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("X-Telltale", "1"), ("Authorization", "Bearer telltale")])
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var (headers, body) = Assert.Single(gateway.Seen);
        Assert.Equal((byte[])[.. Envelope.ToBytes(), 1, 2, 3], body);
        Assert.Equal("Content-Type Host Incremental Transfer-Encoding", string.Join(' ', headers.Keys.Order(StringComparer.Ordinal)));
        Assert.Equal(gateway.Address.Authority, headers["Host"]);
        // Nor does the gateway tell the client anything by headers.
        Assert.DoesNotContain(response.Headers, header => header.Key is "Set-Cookie" or "X-Gateway");
    }

    [Fact]
    public async Task Only_to_configured_gateways_anything_is_sent()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var relay = await StartAsync(gateway.Address);
        using var http = new HttpClient();

        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(Request(relay, (Envelope with { Node = PrivateWorld.Hub }).ToBytes())));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(Request(relay, Envelope.ToBytes()[..^1])));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(Request(relay, [])));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await SendAsync(Request(relay, Envelope.ToBytes(), "text/plain")));
        Assert.Empty(gateway.Seen);
        await relay.DisposeAsync();

        async Task<HttpStatusCode> SendAsync(HttpRequestMessage request)
        {
            using (request)
            {
                using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
                return response.StatusCode;
            }
        }
    }

    [Fact]
    public async Task A_gateway_that_is_gone_or_redirects_is_not_followed()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = "http://127.0.0.1:9/elsewhere";
            return Task.CompletedTask;
        };
        await using var relay = await StartAsync(gateway.Address);
        await using var lost = await StartAsync(new Uri("http://127.0.0.1:9"));
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler);
        using var first = Request(relay, Envelope.ToBytes());
        using var redirected = await http.SendAsync(first, TestContext.Current.CancellationToken);
        using var second = Request(lost, Envelope.ToBytes());
        using var unreachable = await http.SendAsync(second, TestContext.Current.CancellationToken);

        Assert.Null(redirected.Headers.Location);
        Assert.Equal((HttpStatusCode.BadGateway, HttpStatusCode.BadGateway), (redirected.StatusCode, unreachable.StatusCode));
    }

    [Fact]
    public async Task No_more_are_on_their_way_at_a_time_than_may_be()
    {
        await using var gateway = await FakeGateway.StartAsync();
        using var arrived = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        gateway.Answer = async _ =>
        {
            arrived.Release();
            await release.WaitAsync(TestContext.Current.CancellationToken);
        };
        await using var relay = await StartAsync(gateway.Address, atOnce: 1);
        var http = new HttpClient();
        var waiting = http.SendAsync(Request(relay, Envelope.ToBytes()), TestContext.Current.CancellationToken);
        await arrived.WaitAsync(TestContext.Current.CancellationToken);

        using var two = Request(relay, Envelope.ToBytes());
        using var refused = await http.SendAsync(two, TestContext.Current.CancellationToken);
        release.Release();
        using var answered = await waiting;

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (refused.StatusCode, answered.StatusCode));
    }

    [Fact]
    public async Task A_caller_that_asks_too_often_is_turned_away()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var relay = await RelayHost.StartAsync(
            new Uri("http://127.0.0.1:0"), Options(gateway.Address) with { RequestsPerMinute = 2 }, TimeProvider.System, new LogBook(), TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        List<HttpStatusCode> codes = [];
        for (var i = 0; i < 3; i++)
        {
            using var request = Request(relay, Envelope.ToBytes());
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            codes.Add(response.StatusCode);
        }

        using var looked = await http.GetAsync(new Uri(relay.Address, PrivateMedia.NodesPath + PrivateWorld.Node), TestContext.Current.CancellationToken);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests], codes.Append(looked.StatusCode));
        Assert.Equal(2, gateway.Seen.Count);
    }

    [Fact]
    public async Task Who_sends_slowly_or_nothing_takes_no_place_for_long()
    {
        await using var application = HostShape.Build(new Uri("http://127.0.0.1:0"), mostAtOnce: 500);
        var limits = application.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.True(limits.MinRequestBodyDataRate is { BytesPerSecond: >= 16 * 1024 } rate && rate.GracePeriod <= TimeSpan.FromSeconds(5));
        Assert.True(limits.RequestHeadersTimeout <= TimeSpan.FromSeconds(10) && limits.KeepAliveTimeout <= TimeSpan.FromSeconds(30));
        // As many as are let in find a connection.
        Assert.True(limits.MaxConcurrentConnections >= 1_000);
        Assert.Equal(PrivateMedia.MaxRequestBytes, limits.MaxRequestBodySize);
    }

    [Fact]
    public void A_relay_to_nowhere_does_not_start()
    {
        Assert.Equal(nameof(RelayOptions.Gateways), new RelayOptions { Gateways = new Dictionary<Address, Uri>() }.FindFault());
        Assert.Equal(nameof(RelayOptions.Gateways), Options(new Uri("file:///etc/passwd")).FindFault());
        Assert.Equal(nameof(RelayOptions.MostAtOnce), (Options(new Uri("http://127.0.0.1:1")) with { MostAtOnce = 0 }).FindFault());
        Assert.Equal(nameof(RelayOptions.RequestsPerMinute), (Options(new Uri("http://127.0.0.1:1")) with { RequestsPerMinute = 0 }).FindFault());
        Assert.Equal(nameof(RelayOptions.Time), (Options(new Uri("http://127.0.0.1:1")) with { Time = TimeSpan.Zero }).FindFault());
    }

    private static RelayOptions Options(Uri gateway) => new() { Gateways = new Dictionary<Address, Uri> { [PrivateWorld.Node] = gateway } };

    private static Task<RelayHost> StartAsync(Uri gateway, int atOnce = 8) => RelayHost.StartAsync(
        new Uri("http://127.0.0.1:0"), Options(gateway) with { MostAtOnce = atOnce }, TimeProvider.System, new LogBook(), TestContext.Current.CancellationToken);

    private static HttpRequestMessage Request(RelayHost relay, byte[] body, string type = PrivateMedia.Request)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return new HttpRequestMessage(HttpMethod.Post, new Uri(relay.Address, PrivateMedia.RequestsPath)) { Content = content };
    }
}
