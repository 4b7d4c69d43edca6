using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.PrivateService;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Attesting.Archive;
using OpenGradient.Relayer.Attesting.Attesters;
using OpenGradient.Relayer.Attesting.Collecting;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Tests.Attesting.Judging;

namespace OpenGradient.Relayer.Tests.Attesting.Attesters;

/// <summary>An attester on a port of its own, asked by nodes and by strangers.</summary>
public sealed class AttesterEndpointTests : IAsyncLifetime
{
    private readonly LocalSigner _signer = new(PrivateKey.Generate());
    private WebApplication? _application;
    private HttpClient? _client;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HttpClient Client => _client!;

    public async ValueTask InitializeAsync() => await StartAsync(AttestingScene.Blocks, requestsPerMinute: 1_000);

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_application is not null)
            await _application.DisposeAsync();
        _signer.Dispose();
    }

    [Fact]
    public async Task A_claim_that_holds_gets_a_signature_over_what_is_registered()
    {
        var claim = await AttestingScene.ClaimAsync();
        var expected = Assert.IsType<Judgement.Accepted>(AttestingScene.Judge().Judge(claim, AttestingScene.Block));

        var verdict = await AskAsync(claim);

        Assert.True(verdict.Accepted);
        Assert.Equal("emulated", verdict.RootLabel);
        var bytes = new byte[Signature.ByteLength];
        Assert.True(Hex.TryDecode(verdict.Signature, bytes));
        Assert.True(Signature.TryParse(bytes, out var signature));
        Assert.True(signature.IsBy(_signer.Address, expected.Digest));
    }

    [Fact]
    public async Task The_collector_of_a_node_understands_what_an_attester_answers()
    {
        var claim = await AttestingScene.ClaimAsync();
        var expected = Assert.IsType<Judgement.Accepted>(AttestingScene.Judge().Judge(claim, AttestingScene.Block));
        var collector = new VerdictCollector([Client.BaseAddress!], Client, TimeSpan.FromSeconds(30), TimeProvider.System);

        var collected = await collector.CollectAsync(claim, expected.Digest, 1, (address, _) => Task.FromResult(address == _signer.Address), Stop);

        Assert.Equal(_signer.Address, Assert.Single(collected.Signatures).Attester);
    }

    [Fact]
    public async Task A_claim_that_does_not_hold_gets_all_reasons_and_no_signature()
    {
        var claim = await AttestingScene.ClaimAsync() with { KeyEpoch = 2, Deadline = 0 };

        var verdict = await AskAsync(claim);

        Assert.False(verdict.Accepted);
        Assert.Null(verdict.Signature);
        Assert.Equal("deadline report-data", string.Join(' ', verdict.Reasons.Select(reason => reason.Check).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_block_that_the_chain_does_not_have_is_refused()
    {
        var claim = await AttestingScene.ClaimAsync(bound: claim => claim with { BlockHash = Keccak256.Hash("made up"u8) });

        Assert.Equal("block", Assert.Single((await AskAsync(claim)).Reasons).Check);
    }

    [Fact]
    public async Task Without_the_chain_there_is_no_verdict()
    {
        await StartAsync(new NoChain(), requestsPerMinute: 100);

        using var response = await SendAsync(Bytes(await AttestingScene.ClaimAsync()));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"chainId\":")]
    [InlineData("\u0000\u0001\u0002")]
    public async Task What_is_no_claim_is_refused_in_words(string text)
    {
        using var response = await SendAsync(Encoding.UTF8.GetBytes(text));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_not_read()
    {
        using var response = await SendAsync(new byte[ClaimMessage.MaxBytes + 1]);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.True((await AskAsync(await AttestingScene.ClaimAsync())).Accepted);
    }

    [Fact]
    public async Task Who_asks_too_often_is_turned_away()
    {
        await StartAsync(AttestingScene.Blocks, requestsPerMinute: 2);

        List<HttpStatusCode> codes = [];
        for (var i = 0; i < 3; i++)
        {
            using var response = await SendAsync("{}"u8.ToArray());
            codes.Add(response.StatusCode);
        }

        Assert.Equal([HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.TooManyRequests], codes);
    }

    [Fact]
    public void Callers_share_a_fixed_number_of_places()
    {
        using var limit = new CallerLimit(1);
        var places = Enumerable.Range(0, 20_000).Select(i => limit.PlaceOf(new IPAddress([10, 0, (byte)(i >> 8), (byte)(i & 0xFF)]))).Distinct().Count();

        Assert.InRange(places, 1_000, 1_024);
        Assert.Equal(limit.PlaceOf(IPAddress.Parse("2001:db8::1")), limit.PlaceOf(IPAddress.Parse("2001:db8::ffff:1")));
        Assert.Equal(limit.PlaceOf(IPAddress.Parse("::ffff:10.0.0.1")), limit.PlaceOf(IPAddress.Parse("10.0.0.1")));
    }

    [Fact]
    public async Task Garbage_on_the_wire_leaves_the_attester_standing()
    {
        for (var i = 0; i < 20; i++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, Client.BaseAddress!.Port, Stop);
            await socket.GetStream().WriteAsync(Enumerable.Repeat((byte)i, 100).ToArray(), Stop);
        }

        Assert.True((await AskAsync(await AttestingScene.ClaimAsync())).Accepted);
    }

    [Fact]
    public async Task What_the_attester_itself_keeps_tells_of_platforms_that_were_revoked()
    {
        var folder = Directory.CreateTempSubdirectory("attester-").FullName;
        try
        {
            var archive = new CollateralArchive(folder);
            using var authority = EmulatedKey.P256();
            var claim = await AttestingScene.ClaimAsync(world => world with { PlatformCaKey = authority });
            await StartAsync(AttestingScene.Blocks, requestsPerMinute: 100, new OwnCollateral(archive, TimeProvider.System, NullLogger.Instance));
            Assert.True((await AskAsync(claim)).Accepted);

            await File.WriteAllBytesAsync(Path.Combine(archive.CurrentFolder, "pck.crl"), RevokedPlatformTests.ListOf(authority).Content.ToArray(), Stop);
            await StartAsync(AttestingScene.Blocks, requestsPerMinute: 100, new OwnCollateral(archive, TimeProvider.System, NullLogger.Instance));
            var verdict = await AskAsync(claim);
            Assert.Null(verdict.Signature);
            Assert.Equal("certificate-revoked", Assert.Single(verdict.Reasons).Check);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Who_cannot_read_what_it_keeps_gives_no_verdict()
    {
        var folder = Directory.CreateTempSubdirectory("attester-").FullName;
        var archive = new CollateralArchive(folder);
        Directory.Delete(folder, recursive: true);
        await StartAsync(AttestingScene.Blocks, requestsPerMinute: 100, new OwnCollateral(archive, TimeProvider.System, NullLogger.Instance));

        using var response = await SendAsync(Bytes(await AttestingScene.ClaimAsync()));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    private async Task StartAsync(IBlockWitnesses blocks, int requestsPerMinute, OwnCollateral? own = null)
    {
        if (_application is not null)
            await _application.DisposeAsync();
        _client?.Dispose();
        _application = await AttesterEndpoint.StartAsync(
            new AttesterOptions { Listen = new Uri("http://127.0.0.1:0"), RequestsPerMinute = requestsPerMinute },
            new Attester(AttestingScene.Judge(), blocks, _signer, own ?? AttestingScene.NoCollateral, NullLogger<Attester>.Instance), NullLoggerFactory.Instance, TimeProvider.System, Stop);
        _client = new HttpClient { BaseAddress = new Uri(_application.Urls.First() + "/") };
    }

    private async Task<VerdictMessage> AskAsync(KeyClaim claim)
    {
        using var response = await SendAsync(Bytes(claim));
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Stop));
        return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(Stop), AttestingJson.Default.VerdictMessage)!;
    }

    private static byte[] Bytes(KeyClaim claim) => JsonSerializer.SerializeToUtf8Bytes(ClaimMessage.Of(claim), AttestingJson.Default.ClaimMessage);

    private async Task<HttpResponseMessage> SendAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        return await Client.PostAsync(new Uri(VerdictCollector.Path, UriKind.Relative), content, Stop);
    }

    private sealed class NoChain : IBlockWitnesses
    {
        public Task<BlockWitness?> FindAsync(Hash32 hash, CancellationToken cancellationToken) =>
            throw new RpcException("nowhere", "eth_getBlockByHash", new RpcError.Malformed("It is off."));
    }
}
