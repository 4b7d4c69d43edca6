using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenGradient.Explorer.Tests.Chain;
using OpenGradient.Support.Databases;

namespace OpenGradient.Explorer.Tests.Pages;

/// <summary>What the operator's page reads from relayers, good and bad.</summary>
public sealed class OperatorTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Relayers_are_shown_side_by_side_and_those_that_fail_with_the_reason()
    {
        await using var relayer = await ServeAsync(application =>
        {
            application.MapGet("/health/ready", () => Results.Text(
                """{"isReady":false,"checks":[{"name":"funds","level":"Bad","details":"0.01 ether <b>left</b>","advice":"Send more."}]}""", "application/json", statusCode: 503));
            application.MapGet("/api/jobs", () => Results.Text("""[{"requestId":"0xabc","stage":"Claimed","waitsFor":"settlement"}]""", "application/json"));
            application.MapGet("/api/profit", () => Results.Text("""[{"day":"2026-11-21","answers":12,"fees":"30","profit":"28"}]""", "application/json"));
        });
        await using var wrong = await ServeAsync(application => application.MapGet("/health/ready", () => Results.Text("no json")));
        await using var elsewhere = await ServeAsync(application => application.MapGet("/health/ready", () => Results.Redirect(relayer.Urls.First() + "/health/ready")));
        await using var slow = await ServeAsync(application => application.MapGet("/health/ready", async (CancellationToken stop) => await Task.Delay(Timeout.Infinite, stop)));
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var nobody = new Uri($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}/");
        taken.Stop();

        await using var pages = await ServedPages.StartAsync(await databases.CreateAsync(), options: new ExplorerOptions
        {
            Relayers = [new(relayer.Urls.First()), new(wrong.Urls.First()), new(elsewhere.Urls.First()), new(slow.Urls.First()), nobody],
            RelayerTimeout = TimeSpan.FromSeconds(5),
        });
        var html = await pages.GetAsync("/operator");

        Assert.Contains("0.01 ether &lt;b&gt;left&lt;/b&gt;", html, StringComparison.Ordinal);
        Assert.Contains("Send more.", html, StringComparison.Ordinal);
        Assert.Contains("waits for settlement", html, StringComparison.Ordinal);
        Assert.Contains("2026-11-21", html, StringComparison.Ordinal);
        Assert.Contains("It did not answer within 5 s.", html, StringComparison.Ordinal);
        Assert.Equal(4, html.Split("It does not answer.").Length - 1);
    }

    private static async Task<WebApplication> ServeAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        map(application);
        await application.StartAsync(Stop);
        return application;
    }
}
