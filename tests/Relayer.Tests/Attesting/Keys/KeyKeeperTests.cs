using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Attesting.Archive;
using OpenGradient.Relayer.Attesting.Attesters;
using OpenGradient.Relayer.Attesting.Collecting;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Attesting.Platforms;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Attesting.Keys;

/// <summary>A node's keys, from their birth on, over a database and a register that says what a test makes it say.</summary>
public sealed class KeyKeeperTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>
{
    private const ulong Now = AttestingScene.BlockTime + 24;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_born_attested_and_ordered_to_be_registered_once()
    {
        await using var process = await Process.StartAsync(fixture);

        await process.KeepAsync();
        await process.KeepAsync();

        var order = Assert.Single(process.Orders.All);
        Assert.Equal((OrderPurpose.Register, AttestingScene.Deployment.Keys), (order.Purpose, order.To));
        Assert.Equal(new KeyStep.Rest(KeyWait.Registration), process.Keeper.Status.Step);
        var (registration, attesters) = Process.Registered(order);
        Assert.Equal((AttestingScene.Node, Assert.Single(process.Ring.Signers), 1UL), (registration.Node, registration.Signer, registration.KeyEpoch));
        Assert.Equal(new[] { process.Attesters[0].Address, process.Attesters[2].Address }.Order(), attesters);
        // Whoever asks for the evidence gets what attesters were sent.
        Assert.True(ClaimMessage.TryRead(await process.Store.ClaimOfAsync(registration.EvidenceHash, Stop), out var claim, out var fault), fault);
        Assert.IsType<Judgement.Accepted>(AttestingScene.Judge().Judge(claim, AttestingScene.Block));
    }

    [Fact]
    public async Task No_secret_is_in_the_database()
    {
        await using var process = await Process.StartAsync(fixture);
        await process.KeepAsync();

        var columns = await process.Scene.ScalarAsync<string>("SELECT group_concat(name) FROM pragma_table_info('attested_keys')");

        Assert.Equal("signer,key_epoch,kind,evidence_hash,claim,order_id,ordered_at,checked_block,refresh_order", columns);
    }

    [Fact]
    public async Task What_fails_is_told_and_tried_again_later()
    {
        await using var process = await Process.StartAsync(fixture, threshold: 4);

        await process.KeepAsync();
        await process.KeepAsync();
        Assert.Equal(1, process.Register.Anchored);
        Assert.Contains("of 4 attesters have signed", process.Keeper.Status.Failure, StringComparison.Ordinal);
        Assert.Empty(process.Orders.All);

        process.Register.Threshold = 2;
        process.Clock.Advance(TimeSpan.FromMinutes(1));
        await process.KeepAsync();
        Assert.Null(process.Keeper.Status.Failure);
        Assert.Single(process.Orders.All);
    }

    [Fact]
    public async Task What_the_register_would_refuse_is_not_brought_before_attesters()
    {
        await using var process = await Process.StartAsync(fixture);
        process.Register.Obstacle = "The workload is revoked.";

        await process.KeepAsync();

        Assert.Contains("The workload is revoked.", process.Keeper.Status.Failure, StringComparison.Ordinal);
        Assert.Equal(0, process.Asked);
        Assert.Empty(process.Orders.All);
    }

    [Fact]
    public async Task Evidence_that_does_not_hold_is_not_brought_before_attesters()
    {
        await using var process = await Process.StartAsync(fixture, source: new Mute());

        await process.KeepAsync();

        Assert.StartsWith("Our own evidence does not hold", process.Keeper.Status.Failure, StringComparison.Ordinal);
        Assert.Equal(0, process.Asked);
    }

    [Fact]
    public async Task A_process_that_starts_anew_waits_for_what_was_sent_and_then_has_another_key_attested()
    {
        await using var process = await Process.StartAsync(fixture);
        await process.KeepAsync();
        var first = Process.Registered(Assert.Single(process.Orders.All)).Registration;

        using var ring = new KeyRing(isDevelopment: true, 36, process.Clock);
        var keeper = process.KeeperOf(ring);
        await keeper.RunAsync(Stop);
        Assert.Single(process.Orders.All);

        process.Register.Stands(Key(KeyState.Pending, first.Signer));
        await keeper.RunAsync(Stop);
        Assert.Equal(new KeyStep.Rest(KeyWait.LostKey), keeper.Status.Step);

        process.Register.Stands(Key(KeyState.Active, first.Signer));
        await keeper.RunAsync(Stop);
        var second = Process.Registered(process.Orders.All[^1]).Registration;
        Assert.Equal(2UL, second.KeyEpoch);
        Assert.NotEqual(first.Signer, second.Signer);
    }

    [Fact]
    public async Task A_registration_that_failed_is_sent_again_with_new_evidence_of_the_same_key()
    {
        await using var process = await Process.StartAsync(fixture);
        await process.KeepAsync();
        var order = Assert.Single(process.Orders.All);
        process.Orders.Failed(order);

        await process.KeepAsync();
        Assert.Contains("did not take it", process.Keeper.Status.Failure, StringComparison.Ordinal);
        Assert.Single(process.Orders.All);
        process.Clock.Advance(TimeSpan.FromMinutes(1));
        await process.KeepAsync();

        Assert.Equal(2, process.Orders.All.Count);
        Assert.Equal(Process.Registered(order).Registration.Signer, Process.Registered(process.Orders.All[1]).Registration.Signer);
    }

    [Fact]
    public async Task A_revocation_that_does_not_concern_the_key_is_noted_once()
    {
        await using var process = await Process.StartAsync(fixture);
        await process.KeepAsync();
        var signer = Assert.Single(process.Ring.Signers);
        process.Register.Stands(Key(KeyState.Active, signer));
        process.Register.Revocations = new RevocationReading(new BlockNumber(120), Any: true);

        await process.KeepAsync();
        process.Register.Revocations = new RevocationReading(new BlockNumber(130), Any: false);
        await process.KeepAsync();

        Assert.Equal(2, process.Orders.All.Count);
        Assert.Equal($"refresh:{signer}:120", process.Orders.All[1].Key);
        Assert.Equal(new BlockNumber(130), await process.Store.CheckedBlockAsync(signer, Stop));
    }

    [Fact]
    public async Task The_watch_sees_a_revocation_at_once()
    {
        await using var process = await Process.StartAsync(fixture);
        await process.KeepAsync();
        var signer = Assert.Single(process.Ring.Signers);
        var watch = new KeyWatch(process.Ring, process.Register, process.Attested, NullLogger<KeyWatch>.Instance);
        process.Register.Stands(Key(KeyState.Active, signer));
        await watch.RunAsync(Stop);
        Assert.NotNull(process.Ring.Usable(Jobs.SampleJobs.At(Now + 700)));

        process.Register.Stands(Key(KeyState.Revoked, signer));
        await watch.RunAsync(Stop);

        Assert.Null(process.Ring.Usable(Jobs.SampleJobs.At(Now + 700)));
    }

    [Fact]
    public async Task Collateral_that_was_of_no_use_is_told_and_keeps_no_key_from_being_attested()
    {
        await using var process = await Process.StartAsync(fixture, source: new Messy());

        await process.KeepAsync();

        Assert.Single(process.Orders.All);
        Assert.Contains(process.Said, line => line.Contains("bad.json", StringComparison.Ordinal) && line.Contains("It is damaged.", StringComparison.Ordinal));
    }

    private static RegisteredKey Key(KeyState state, Address signer) => SampleKeys.Key(state, epoch: 1, Now, Now + (7 * 86_400), signer);

    /// <summary>One attested node, with three attesters of which one refuses everything.</summary>
    private sealed class Process : IAsyncDisposable
    {
        private readonly HttpClient _client;
        private readonly IEvidenceSource _source;

        private Process(OperationsScene scene, int threshold, IEvidenceSource? source)
        {
            (Scene, Register) = (scene, new FakeRegister { Threshold = threshold });
            _source = source ?? new EmulatedSource(AttestingScene.Roots, TeeType.Tdx, AttestingScene.Clock);
            _client = new HttpClient(new Attesting(this));
            Register.IsAttester = address => Attesters.Any(attester => attester.Address == address);
            Store = new KeyStore(scene.Database, scene.Queue, Orders, Clock);
            Ring = new KeyRing(isDevelopment: true, 36, Clock);
            Keeper = KeeperOf(Ring);
        }

        public OperationsScene Scene { get; }

        public FakeRegister Register { get; }

        public FakeOrders Orders { get; } = new();

        public ManualTime Clock { get; } = new();

        public KeyRing Ring { get; }

        public KeyStore Store { get; }

        public KeyKeeper Keeper { get; }

        public IReadOnlyList<LocalSigner> Attesters { get; } = [.. Enumerable.Range(0, 3).Select(_ => new LocalSigner(PrivateKey.Generate()))];

        public int Asked { get; private set; }

        public List<string> Said { get; } = [];

        public AttestedOptions Attested => new() { Source = _source, Attesters = [.. Enumerable.Range(0, 3).Select(i => new Uri($"http://attester-{i}/"))] };

        public static async Task<Process> StartAsync(IDatabaseFixture fixture, int threshold = 2, IEvidenceSource? source = null) =>
            new(await OperationsScene.OpenAsync(fixture), threshold, source);

        public Task KeepAsync() => Keeper.RunAsync(Stop);

        public KeyKeeper KeeperOf(KeyRing ring)
        {
            var contract = new IAttestedKeysContract(new NobodyAnswers(), AttestingScene.Deployment.Keys);
            // Attesters are outlasted in the real time.
            var collector = new VerdictCollector(Attested.Attesters, _client, TimeSpan.FromSeconds(30), TimeProvider.System);
            return new KeyKeeper(
                ring, new KeyStepPolicy(AttestingScene.Deployment.KeyTerms, resumeAfter: 0),
                new KeyAttestation(ring, _source, AttestingScene.Judge(), Register, collector, Store, contract, AttestingScene.Deployment, AttestingScene.Node),
                Register, Store, contract, Attested, new Book(Said), Clock);
        }

        /// <summary>What an order registers, and by whose word.</summary>
        public static (IAttestedKeysContract.KeyRegistration Registration, IReadOnlyList<Address> Attesters) Registered(Order order)
        {
            Assert.True(IAttestedKeysContract.RegisterKeyCall.TryDecode(order.Data.Span, out var call));
            var digest = KeyRegistrationDigest.Of(
                AttestingScene.Deployment.ChainId, AttestingScene.Deployment.Keys, call.Registration, UInt256.Zero, call.Deadline);
            Assert.True(Signature.TryParseEither(call.KeySignature.Span, out var own) && own.IsBy(call.Registration.Signer, digest));
            Assert.Equal(call.Attesters.Order(), call.Attesters);
            Assert.All(call.AttesterSignatures.Zip(call.Attesters), pair =>
                Assert.True(Signature.TryParse(pair.First.Span, out var signature) && signature.IsBy(pair.Second, digest)));
            return (call.Registration, call.Attesters);
        }

        public async ValueTask DisposeAsync()
        {
            Ring.Dispose();
            _client.Dispose();
            foreach (var attester in Attesters)
                attester.Dispose();
            await Scene.DisposeAsync();
        }

        private sealed class Attesting(Process process) : HttpMessageHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                process.Asked++;
                var number = request.RequestUri!.Host[^1] - '0';
                if (number == 1)
                    return new HttpResponseMessage(HttpStatusCode.InternalServerError);
                Assert.True(ClaimMessage.TryRead(await request.Content!.ReadAsByteArrayAsync(cancellationToken), out var claim, out var fault), fault);
                var attester = new Attester(AttestingScene.Judge(), AttestingScene.Blocks, process.Attesters[number], AttestingScene.NoCollateral, NullLogger<Attester>.Instance);
                var verdict = await attester.JudgeAsync(claim, cancellationToken);
                return new HttpResponseMessage { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(verdict!, AttestingJson.Default.VerdictMessage)) };
            }
        }
    }

    private sealed class FakeRegister : IKeyRegister
    {
        private KeySituation _situation = new(new BlockNumber(100), Now, 0, null, []);

        public int Threshold { get; set; }

        public string? Obstacle { get; set; }

        public int Anchored { get; private set; }

        public Func<Address, bool> IsAttester { get; set; } = _ => false;

        public RevocationReading Revocations { get; set; } = new(new BlockNumber(100), Any: false);

        public void Stands(RegisteredKey key) => _situation = new KeySituation(new BlockNumber(110), Now + 700, key.KeyEpoch, key, [key]);

        public Task<KeySituation> LookAsync(IReadOnlyCollection<Address> held, CancellationToken cancellationToken) =>
            Task.FromResult(_situation with { Held = [.. _situation.Held.Where(key => held.Contains(key.Signer))] });

        public Task<BlockWitness> AnchorAsync(CancellationToken cancellationToken)
        {
            Anchored++;
            return Task.FromResult(AttestingScene.Block);
        }

        public Task<BlockWitness?> FindAsync(Hash32 hash, CancellationToken cancellationToken) => AttestingScene.Blocks.FindAsync(hash, cancellationToken);

        public Task<string?> ObstacleAsync(IAttestedKeysContract.KeyRegistration registration, CancellationToken cancellationToken) => Task.FromResult(Obstacle);

        public Task<int> ThresholdAsync(CancellationToken cancellationToken) => Task.FromResult(Threshold);

        public Task<bool> IsAttesterAsync(Address address, CancellationToken cancellationToken) => Task.FromResult(IsAttester(address));

        public Task<RevocationReading> RevokedSinceAsync(BlockNumber block, CancellationToken cancellationToken) => Task.FromResult(Revocations);
    }

    /// <summary>An environment whose evidence is genuine, and says nothing about our key.</summary>
    private sealed class Mute : IEvidenceSource
    {
        public string Name => "mute";

        public async Task<MachineEvidence> FetchAsync(
            ReadOnlyMemory<byte> reportData, ReadOnlyMemory<byte> nonce, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken) =>
            await new EmulatedSource(AttestingScene.Roots, TeeType.Tdx, AttestingScene.Clock).FetchAsync(new byte[64], nonce, publicKey, cancellationToken);
    }

    /// <summary>An environment beside which a file is kept that nobody can use.</summary>
    private sealed class Messy : IEvidenceSource
    {
        public string Name => "messy";

        public async Task<MachineEvidence> FetchAsync(
            ReadOnlyMemory<byte> reportData, ReadOnlyMemory<byte> nonce, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken)
        {
            var source = new EmulatedSource(AttestingScene.Roots, TeeType.Tdx, AttestingScene.Clock);
            var evidence = await source.FetchAsync(reportData, nonce, publicKey, cancellationToken);
            return evidence with { Skipped = [new SkippedFile("bad.json", "It is damaged.")] };
        }
    }

    private sealed class Book(List<string> lines) : ILogger<KeyKeeper>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));
    }

    private sealed class NobodyAnswers : IContractCaller
    {
        public ValueTask<ReadOnlyMemory<byte>> CallAsync(Address to, ReadOnlyMemory<byte> data, BlockTag at, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing here asks the chain.");
    }
}
