using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Relayer.Attesting.Archive;

namespace OpenGradient.Relayer.Tests.Attesting.Archive;

/// <summary>A vendor's service on a port of its own, which answers as a test tells it to, and an archive in a folder.</summary>
internal sealed class CollateralScene : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly WebApplication _service;

    private CollateralScene(WebApplication service)
    {
        _service = service;
        Archive = new CollateralArchive(Folder);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("collateral-").FullName;

    public CollateralArchive Archive { get; }

    /// <summary>What is answered, by the path.</summary>
    public Dictionary<string, RequestDelegate> Answers { get; } = new(StringComparer.Ordinal);

    public ScriptedTime Clock { get; } = new();

    public TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(20);

    public static async Task<CollateralScene> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var service = builder.Build();
        var scene = new CollateralScene(service);
        service.Run(context => scene.Answers.TryGetValue(context.Request.Path.Value!.TrimStart('/'), out var answer) ? answer(context) : NotFound(context));
        await service.StartAsync(TestContext.Current.CancellationToken);
        return scene;
    }

    /// <summary>What the emulated vendor signs, as of a time.</summary>
    public static EmulatedEvidence Signed(DateTimeOffset at, TeeType type = TeeType.Tdx, EmulatedRoots? roots = null) =>
        new EmulatedAttester(roots ?? AttestingScene.Roots, new ScriptedTime { Now = at }).Attest(type, []);

    /// <summary>Serves each file under its name, and beside the list of platforms the chain of its authority, as Intel does.</summary>
    public void Serve(EmulatedEvidence made)
    {
        Serve(made.Collateral);
        if (made.Collateral.FirstOrDefault(file => file.Name == "pck.crl") is not { } list)
            return;
        var text = Encoding.Latin1.GetString(made.Evidence.Span);
        var chain = text[text.IndexOf("-----BEGIN", StringComparison.Ordinal)..].TrimEnd('\0');
        Answers[list.Name] = context =>
        {
            context.Response.Headers["SGX-PCK-CRL-Issuer-Chain"] = Uri.EscapeDataString(chain[chain.IndexOf("-----BEGIN", 1, StringComparison.Ordinal)..]);
            return context.Response.Body.WriteAsync(list.Content).AsTask();
        };
    }

    /// <summary>Serves each file under its name.</summary>
    public void Serve(IEnumerable<CollateralFile> files)
    {
        foreach (var file in files)
            Answers[file.Name] = context => context.Response.Body.WriteAsync(file.Content).AsTask();
    }

    public Task<IReadOnlyList<RefreshOutcome>> RefreshAsync(params IEnumerable<string> names) =>
        new CollateralRefresher(
            Archive, [.. names.Select(name => new CollateralSource(name, new Uri(_service.Urls.First() + "/" + name)))],
            TrustAnchors.Production.With(AttestingScene.Roots.Anchors), new CollateralFetcher(_client, Limit, TimeProvider.System), Clock).RefreshAsync(TestContext.Current.CancellationToken);

    /// <summary>Asks the responder under this path about what is in use.</summary>
    public Task<IReadOnlyList<RefreshOutcome>> AskAsync(string responder, TrustAnchors? anchors = null) =>
        new CollateralRefresher(
            Archive, [], anchors ?? TrustAnchors.Production.With(AttestingScene.Roots.Anchors), new CollateralFetcher(_client, Limit, TimeProvider.System), Clock,
            new Uri(_service.Urls.First() + "/" + responder)).RefreshAsync(TestContext.Current.CancellationToken);

    public async Task<CollateralFile?> CurrentAsync(string name) =>
        (await Archive.ReadCurrentAsync(TestContext.Current.CancellationToken)).FirstOrDefault(file => file.Name == name);

    public async ValueTask DisposeAsync()
    {
        await _service.StopAsync(CancellationToken.None);
        await _service.DisposeAsync();
        _client.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    internal sealed class ScriptedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = CollateralScene.Now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
