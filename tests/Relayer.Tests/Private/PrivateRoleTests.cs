using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Attestation.Binding;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Http;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Chunked;
using OpenGradient.PrivateRequests.Messages;
using OpenGradient.PrivateRequests.Oblivious;
using OpenGradient.PrivateService.Answering;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Private;
using OpenGradient.Relayer.Tests.Attesting;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Support;

namespace OpenGradient.Relayer.Tests.Private;

/// <summary>The gateway of an attested node follows the register: what may sign there opens here, and nothing else.</summary>
public sealed class PrivateRoleTests : IAsyncLifetime
{
    private const ulong Now = SampleJobs.Now;

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly Hash32 Version = Hash32.FromUInt256(0xAA);

    private readonly KeyRing _ring = new(isDevelopment: true, inclusionSeconds: 36, TimeProvider.System);
    private readonly StillChain _chain = new();
    private readonly Echo _models = new();
    private readonly HttpClient _http = new();
    private PrivateRole _role = null!;

    public async ValueTask InitializeAsync() => _role = await PrivateRole.OpenAsync(
        new PrivateOptions { Listen = new Uri("http://127.0.0.1:0"), Price = UInt256.One },
        new PrivateParts(
            _ring, (hash, _) => Task.FromResult<KeyEvidence?>(EvidenceOf((ulong)hash.ToUInt256())), new HubDomain(new ChainId(31337), SampleJobs.Them), SampleJobs.Us, _chain, _models,
            new NoHub()),
        NullLoggerFactory.Instance, TimeProvider.System, Stop);

    public async ValueTask DisposeAsync()
    {
        await _role.DisposeAsync();
        _ring.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task Before_a_key_is_valid_nothing_is_handed_out_or_opened()
    {
        await StandAsync(Key(1, KeyState.Pending));

        using var looked = await _http.GetAsync(new Uri(_role.Address, PrivateMedia.NodesPath + SampleJobs.Us), Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, looked.StatusCode);
        Assert.Null(await AskAsync(1));
    }

    [Fact]
    public async Task A_key_that_is_replaced_drains_until_it_is_revoked()
    {
        await StandAsync(Key(1));
        Assert.Equal(1UL, (await AskAsync(1))!.KeyEpoch);
        await StandAsync(Key(2), Key(1));
        Assert.Equal((1UL, 2UL), ((await AskAsync(1))!.KeyEpoch, (await AskAsync(2))!.KeyEpoch));

        await StandAsync(Key(2), Key(1, KeyState.Revoked));

        Assert.Null(await AskAsync(1));
        Assert.Equal(2UL, (await AskAsync(2))!.KeyEpoch);
    }

    [Fact]
    public async Task A_key_that_was_revoked_before_its_successor_came_does_not_drain_at_all()
    {
        await StandAsync(Key(1));
        await StandAsync(Key(1, KeyState.Revoked));
        Assert.Null(await AskAsync(1));

        await StandAsync(Key(2), Key(1, KeyState.Revoked));

        Assert.Null(await AskAsync(1));
        Assert.Equal(2UL, (await AskAsync(2))!.KeyEpoch);
    }

    [Fact]
    public async Task A_payee_whom_the_operator_names_later_is_the_next_receipts()
    {
        await StandAsync(Key(1));
        Assert.Equal(SampleJobs.Them, (await AskAsync(1))!.Payee);

        _chain.Payee = SampleJobs.Us;

        Assert.Equal(SampleJobs.Us, (await AskAsync(1))!.Payee);
    }

    [Fact]
    public async Task Asked_to_stop_it_lets_nobody_in_and_answers_who_is_inside()
    {
        await StandAsync(Key(1));
        _models.Gate = new TaskCompletionSource();
        var inside = AskAsync(1);
        await _models.Asked.WaitAsync(Stop);

        var stopped = _role.StopAsync(TimeSpan.FromMinutes(1));
        await UntilRefusedAsync();
        Assert.False(stopped.IsCompleted);
        _models.Gate.SetResult();

        Assert.Equal(1UL, (await inside)!.KeyEpoch);
        await stopped;
    }

    [Fact]
    public async Task Who_takes_longer_than_stopping_may_take_is_cut_off()
    {
        await StandAsync(Key(1));
        _models.Gate = new TaskCompletionSource();
        var inside = AskAsync(1);
        await _models.Asked.WaitAsync(Stop);

        await _role.StopAsync(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<Exception>(() => inside);
    }

    // Connections that were open may still be taken until the server has closed them.
    private Task UntilRefusedAsync() => Eventually.UntilAsync(
        async () =>
        {
            try
            {
                using var fresh = new HttpClient(new ConnectionFailures(new SocketsHttpHandler()));
                using var looked = await fresh.GetAsync(new Uri(_role.Address, PrivateMedia.NodesPath + SampleJobs.Us), Stop);
                return false;
            }
            catch (HttpRequestException)
            {
                return true;
            }
        },
        "who comes is not let in", Stop);

    private Task StandAsync(params IReadOnlyList<RegisteredKey> keys)
    {
        _ring.Post(new KeySituation(new BlockNumber(1), Now, keys[0].KeyEpoch, keys[0], keys));
        return _role.RunAsync(Stop);
    }

    private RegisteredKey Key(ulong epoch, KeyState state = KeyState.Active) =>
        SampleKeys.Key(state, epoch, Now - 1_000, Now + 10_000, _ring.KeyFor(epoch).Signer.Address) with { EvidenceHash = Hash32.FromUInt256(epoch) };

    // Nobody looks at it here.
    private KeyEvidence EvidenceOf(ulong epoch) => new()
    {
        Kind = EvidenceKind.Dcap,
        Evidence = new[] { (byte)epoch },
        Collateral = [],
        Binding = new KeyBinding
        {
            SigningKey = _ring.KeyFor(epoch).PublicKey.Bytes,
            HpkeKey = _ring.KeyFor(epoch).Hpke.PublicKey,
            ChainId = 31337,
            Registry = SampleJobs.Them,
            KeyEpoch = epoch,
        },
    };

    // The receipt; null where the gateway does not open what was sealed to that key.
    private async Task<IHubContract.Receipt?> AskAsync(ulong epoch)
    {
        var envelope = new PrivateEnvelope
        {
            Node = SampleJobs.Us,
            VersionId = Version,
            PriceCap = UInt256.One,
            RequestId = new Hash32(RandomNumberGenerator.GetBytes(Hash32.ByteLength)),
            KeyEpoch = epoch,
            SentAt = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
        }.ToBytes();
        using var sealing = ChunkedRequest.TrySeal(
            new KeyConfiguration((byte)epoch, _ring.KeyFor(epoch).Hpke.PublicKey), ChunkLabels.Private, envelope, new PrivateQuestion(Hash32.Zero, new byte[1]).TryWrite()!)!;
        using var body = new ByteArrayContent([.. envelope, .. sealing.Message]);
        body.Headers.ContentType = new MediaTypeHeaderValue(PrivateMedia.Request);
        using var response = await _http.PostAsync(new Uri(_role.Address, PrivateMedia.RequestsPath), body, Stop);
        var sent = await response.Content.ReadAsByteArrayAsync(Stop);
        if (response.StatusCode == HttpStatusCode.BadRequest)
        {
            Assert.Contains(PrivateMedia.KeyProblem, System.Text.Encoding.UTF8.GetString(sent), StringComparison.Ordinal);
            return null;
        }

        using var reader = sealing.Read(PrivateMedia.MaxAnswerBytes);
        reader.Push(sent);
        while (reader.TryNext() is not null)
        {
            // Parts of the answer.
        }

        var end = Assert.IsType<AnswerFrame.Receipted>(AnswerFrame.TryRead(reader.Finish()!, isLast: true));
        Assert.True(ReceiptBytes.TryRead(end.Receipt.Span, out var receipt));
        return receipt;
    }

    /// <summary>Says what it is asked, as soon as it may.</summary>
    private sealed class Echo : IPrivateModels
    {
        public TaskCompletionSource? Gate { get; set; }

        public SemaphoreSlim Asked { get; } = new(0);

        public UInt256? PriceOf(Hash32 versionId) => UInt256.One;

        public async IAsyncEnumerable<ModelPart> AnswerAsync(Hash32 versionId, ReadOnlyMemory<byte> input, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Asked.Release();
            if (Gate is { } gate)
                await gate.Task.WaitAsync(cancellationToken);
            yield return new ModelPart.Content(input);
        }
    }

    private sealed class NoHub : IHubRequests
    {
        public Task<ModelPart> AnswerAsync(Hash32 requestId, Hash32 versionId, Hash32 inputSalt, ReadOnlyMemory<byte> input, CancellationToken cancellationToken) =>
            Task.FromResult<ModelPart>(new ModelPart.Unavailable(AnswerRefusal.HubRequestUnknown));
    }
}
