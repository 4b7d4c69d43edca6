using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Clients;
using OpenGradient.Support.Databases;
using Visitor = OpenGradient.Indexer.Api.Clients.Client;

namespace OpenGradient.Indexer.Tests.Api.Clients;

/// <summary>Who asks where proxies stand before the indexer, and that nobody else can say who he is.</summary>
public sealed class TrustedProxyTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private const string Proxies = "127.0.0.1, 10.1.0.0/16,2001:db8:1::/48";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    // Nobody's word counts but a proxy's.
    [InlineData("203.0.113.9", "198.51.100.1", "203.0.113.9")]
    [InlineData("10.2.0.1", "198.51.100.1", "10.2.0.1")]
    [InlineData("127.0.0.2", "198.51.100.1", "127.0.0.2")]
    // Behind a proxy it is the last that is none, whatever stands before.
    [InlineData("127.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("127.0.0.1", "203.0.113.1, 198.51.100.1", "198.51.100.1")]
    [InlineData("127.0.0.1", "127.0.0.1, 10.1.0.1, 198.51.100.1", "198.51.100.1")]
    [InlineData("127.0.0.1", "203.0.113.1, 198.51.100.1, 10.1.0.7", "198.51.100.1")]
    [InlineData("10.1.255.255", "203.0.113.1,198.51.100.1,10.1.0.7,10.1.3.4", "198.51.100.1")]
    [InlineData("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("127.0.0.1", "198.51.100.1:4711", "198.51.100.1")]
    [InlineData("127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1")]
    [InlineData("2001:db8:1::5", "[2001:db8:9:7::1]:4711", "20010db800090007")]
    [InlineData("2001:db8:1::5", "2001:db8:9:7:ffff::1", "20010db800090007")]
    [InlineData("2001:db8:2::5", "198.51.100.1", "20010db800020000")]
    // What is none is nobody, and what a proxy of ours said before it stands.
    [InlineData("127.0.0.1", "", "127.0.0.1")]
    [InlineData("127.0.0.1", "unknown", "127.0.0.1")]
    [InlineData("127.0.0.1", "198.51.100.1, unknown", "127.0.0.1")]
    [InlineData("127.0.0.1", "unknown, 198.51.100.1", "198.51.100.1")]
    [InlineData("127.0.0.1", "198.51.100.1, unknown, 10.1.0.7", "10.1.0.7")]
    [InlineData("127.0.0.1", "198.51.100.256", "127.0.0.1")]
    [InlineData("127.0.0.1", "10.1.0.0/16", "127.0.0.1")]
    [InlineData("127.0.0.1", "key:analyst-1", "127.0.0.1")]
    [InlineData("127.0.0.1", "' OR 1=1 --", "127.0.0.1")]
    [InlineData("127.0.0.1", "198.51.100.1; DROP", "127.0.0.1")]
    public async Task The_client_is_the_last_that_is_no_proxy(string remote, string header, string expected)
    {
        Assert.True(TrustedProxies.TryParse(Proxies, out var proxies, out var fault), fault);

        Assert.Equal(expected, await NameAsync(proxies, remote, header));
    }

    [Fact]
    public async Task A_header_of_thousands_of_entries_is_read_from_its_end()
    {
        Assert.True(TrustedProxies.TryParse(Proxies, out var proxies, out _));
        var many = string.Join(',', Enumerable.Repeat("10.1.0.9", 5_000));

        Assert.Equal("198.51.100.1", await NameAsync(proxies, "127.0.0.1", $"203.0.113.1,198.51.100.1,{many}"));
        Assert.Equal("198.51.100.1", await NameAsync(proxies, "127.0.0.1", $"{many},198.51.100.1"));
    }

    [Fact]
    public async Task Of_several_headers_the_last_counts()
    {
        Assert.True(TrustedProxies.TryParse(Proxies, out var proxies, out _));

        Assert.Equal("198.51.100.1", await NameAsync(proxies, "127.0.0.1", "203.0.113.1", "198.51.100.1"));
    }

    [Theory]
    [InlineData("10.1.0.0/33")]
    [InlineData("10.1.0.0/-1")]
    [InlineData("10.1.0.1/16/16")]
    [InlineData("proxy.example")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("127.0.0.1 10.0.0.1")]
    public void What_names_no_proxy_is_refused_with_words(string text)
    {
        Assert.False(TrustedProxies.TryParse(text, out _, out var fault));
        Assert.Contains(text, fault, StringComparison.Ordinal);
        Assert.False(TrustedProxies.TryParse("127.0.0.1," + text, out _, out _));
    }

    [Fact]
    public void No_more_proxies_are_named_than_anybody_has()
    {
        var most = string.Join(',', Enumerable.Range(0, TrustedProxies.MostEntries).Select(i => $"10.0.0.{i}"));

        Assert.True(TrustedProxies.TryParse(most, out _, out _));
        Assert.False(TrustedProxies.TryParse(most + ",10.0.1.1", out _, out _));
        Assert.True(TrustedProxies.TryParse("", out var none, out _) && none.IsEmpty);
        Assert.Throws<InvalidOperationException>(() => TrustedProxies.None.ToOptions());
    }

    [Theory]
    // One client, whatever it says of itself: behind the proxy, and where none is named.
    [InlineData("127.0.0.1", "203.0.113.#, 198.51.100.1", true)]
    [InlineData("", "198.51.100.#", true)]
    [InlineData("10.1.0.0/16", "198.51.100.#", true)]
    // Many clients behind one proxy are as many.
    [InlineData("127.0.0.1", "203.0.113.1, 198.51.100.#", false)]
    public async Task Clients_are_counted_one_by_one_and_none_as_many(string proxies, string header, bool isOne)
    {
        Assert.True(TrustedProxies.TryParse(proxies, out var trusted, out _));
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), new ApiOptions { RequestsPerSecond = 2, Proxies = trusted });

        var answers = await Task.WhenAll(Enumerable.Range(1, 12).Select(async i =>
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, "/v1/reorgs");
            question.Headers.Add("X-Forwarded-For", header.Replace("#", $"{i}", StringComparison.Ordinal));
            using var answer = await index.Client.SendAsync(question, Stop);
            return answer.StatusCode;
        }));

        Assert.Equal(isOne, answers.Contains(HttpStatusCode.TooManyRequests));
    }

    private static async Task<string> NameAsync(TrustedProxies proxies, string remote, params string[] headers)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
        context.Request.Headers["X-Forwarded-For"] = headers;
        var name = "";
        await new ForwardedHeadersMiddleware(
            asked =>
            {
                name = Visitor.Of(asked, new ApiOptions()).Name;
                return Task.CompletedTask;
            },
            NullLoggerFactory.Instance, Options.Create(proxies.ToOptions())).Invoke(context);
        return name;
    }
}
