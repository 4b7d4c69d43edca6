using System.Net;
using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Collecting;
using OpenGradient.Relayer.Attesting.Judging;

namespace OpenGradient.Relayer.Tests.Attesting.Collecting;

/// <summary>Attesters that sign, refuse, lie, send nonsense or nothing, and what is collected from them.</summary>
public sealed class VerdictCollectorTests : IDisposable
{
    private static readonly Hash32 Digest = Keccak256.Hash("registration"u8);

    private readonly List<PrivateKey> _keys = [.. Enumerable.Range(0, 3).Select(_ => PrivateKey.Generate())];

    public void Dispose() => _keys.ForEach(key => key.Dispose());

    [Fact]
    public async Task Enough_signatures_are_enough_though_others_are_silent_for_ever()
    {
        var collected = await CollectAsync(2, Signs(0), Silent, Signs(1));

        Assert.Equal(new[] { _keys[0].Address, _keys[1].Address }.Order(), collected.Signatures.Select(given => given.Attester));
        Assert.Equal(2, collected.Signatures.Count);
    }

    [Fact]
    public async Task Signatures_come_in_the_order_that_the_register_wants()
    {
        var collected = await CollectAsync(3, Signs(0), Signs(1), Signs(2));

        Assert.Equal(collected.Signatures.Select(given => given.Attester).Order(), collected.Signatures.Select(given => given.Attester));
        Assert.Equal(3, collected.Signatures.Count);
    }

    [Fact]
    public async Task One_who_is_asked_at_two_addresses_counts_once()
    {
        var collected = await CollectAsync(2, Signs(0), Signs(0));

        Assert.Equal(_keys[0].Address, Assert.Single(collected.Signatures).Attester);
        Assert.Contains("has signed already", Assert.Single(collected.Others), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_over_something_else_counts_for_nothing() =>
        Assert.Contains("no attester", await WorthlessAsync(Says(Signed(0, Keccak256.Hash("another registration"u8)))), StringComparison.Ordinal);

    [Fact]
    public async Task A_signature_by_a_stranger_counts_for_nothing()
    {
        using var stranger = PrivateKey.Generate();
        var verdict = new VerdictMessage { Accepted = true, Signature = Hex.Encode(stranger.Sign(Digest).ToBytes()) };

        Assert.Contains("no attester", await WorthlessAsync(Says(verdict)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_other_half_of_a_signature_is_none()
    {
        var signature = _keys[0].Sign(Digest);
        var order = UInt256.Parse("115792089237316195423570985008687907852837564279074904382605163141518161494337");
        var upper = signature with { S = order - signature.S, YParity = !signature.YParity };

        Assert.Contains("signs nothing", await WorthlessAsync(Says(new VerdictMessage { Accepted = true, Signature = Hex.Encode(upper.ToBytes()) })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_first_reasons_and_in_plain_letters()
    {
        var reasons = Enumerable.Range(0, 100).Select(i => new RefusalReason($"check-{i}", "subject", "with \u001b[31m colours")).ToList();

        var told = await WorthlessAsync(Says(new VerdictMessage { Accepted = false, Reasons = reasons }));

        Assert.Contains("refuses: check-0", told, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', told);
        Assert.True(told.Length < 300, told);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"accepted\":true}")]
    [InlineData("{\"accepted\":true,\"signature\":\"0x00\"}")]
    [InlineData("{\"accepted\":true,\"accepted\":true}")]
    [InlineData("{\"accepted\":true,\"more\":1}")]
    [InlineData("<html>")]
    public async Task What_is_no_verdict_counts_for_nothing(string text) => Assert.NotEmpty(await WorthlessAsync((_, _) => Task.FromResult(Answer(text))));

    [Fact]
    public async Task An_endless_answer_is_not_read_to_its_end() =>
        Assert.Contains("more than a verdict", await WorthlessAsync((_, _) => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new Endless()) })), StringComparison.Ordinal);

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.Redirect)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public async Task Any_other_answer_is_told_by_its_number(HttpStatusCode status) =>
        Assert.Contains($"{(int)status}", await WorthlessAsync((_, _) => Task.FromResult(new HttpResponseMessage(status))), StringComparison.Ordinal);

    [Fact]
    public async Task Whoever_cannot_be_reached_holds_nobody_up()
    {
        var collected = await CollectAsync(1, (_, _) => throw new HttpRequestException("refused"), Signs(2));

        Assert.Equal(_keys[2].Address, Assert.Single(collected.Signatures).Attester);
    }

    [Fact]
    public async Task When_all_are_silent_the_time_is_over_one_day()
    {
        var collected = await CollectAsync(1, TimeSpan.FromMilliseconds(50), Silent, Silent);

        Assert.Empty(collected.Signatures);
        Assert.Equal(2, collected.Others.Count);
    }

    private async Task<string> WorthlessAsync(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> attester)
    {
        var collected = await CollectAsync(1, attester);
        Assert.Empty(collected.Signatures);
        return Assert.Single(collected.Others);
    }

    private Task<CollectedVerdicts> CollectAsync(int threshold, params Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>[] attesters) =>
        CollectAsync(threshold, TimeSpan.FromSeconds(60), attesters);

    private async Task<CollectedVerdicts> CollectAsync(
        int threshold, TimeSpan limit, params Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>[] attesters)
    {
        using var client = new HttpClient(new Network(attesters));
        var urls = attesters.Select((_, i) => new Uri($"http://attester-{i}/")).ToList();
        return await new VerdictCollector(urls, client, limit, TimeProvider.System).CollectAsync(
            await AttestingScene.ClaimAsync(), Digest, threshold, (address, _) => Task.FromResult(_keys.Exists(key => key.Address == address)), TestContext.Current.CancellationToken);
    }

    private Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> Signs(int key) => Says(Signed(key, Digest));

    private VerdictMessage Signed(int key, Hash32 digest) => new() { Accepted = true, Signature = Hex.Encode(_keys[key].Sign(digest).ToBytes()), RootLabel = "emulated" };

    private static Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> Says(VerdictMessage verdict) =>
        (_, _) => Task.FromResult(Answer(Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(verdict, AttestingJson.Default.VerdictMessage))));

    private static async Task<HttpResponseMessage> Silent(HttpRequestMessage request, CancellationToken stop)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        return new HttpResponseMessage();
    }

    private static HttpResponseMessage Answer(string text) => new() { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    private sealed class Network(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>[] attesters) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("/v1/verdicts", request.RequestUri!.AbsolutePath);
            return attesters[request.RequestUri.Host[^1] - '0'](request, cancellationToken);
        }
    }

    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
