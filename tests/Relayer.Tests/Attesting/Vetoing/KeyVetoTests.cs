using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Policies;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Archive;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Vetoing;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Attesting.Vetoing;

/// <summary>Keys that others have let pass, looked at again by one attester.</summary>
public sealed class KeyVetoTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_whose_evidence_is_refused_here_is_vetoed_once()
    {
        var (claim, registration) = await RegisteredAsync();
        await using var scene = await OperationsScene.OpenAsync(fixture);
        var veto = new Vetoing(scene, Strict);
        veto.Register.Stands(registration);
        veto.Claims.Keep(claim);

        await veto.Work.RunAsync(Stop);
        await veto.Work.RunAsync(Stop);

        var order = Assert.Single(veto.Orders.All);
        Assert.Equal((AttestingScene.Deployment.Keys, OrderPurpose.Register, $"veto:{registration.Signer}"), (order.To, order.Purpose, order.Key));
        Assert.True(IAttestedKeysContract.VetoCall.TryDecode(order.Data.Span, out var call));
        Assert.Equal(registration.Signer, call.Signer);
        Assert.StartsWith("workload", call.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_holds_is_left_alone()
    {
        var (claim, registration) = await RegisteredAsync();
        await AssertAsync(registration, claim, isVetoed: false);
    }

    [Fact]
    public async Task A_registration_that_says_something_else_than_its_evidence_is_vetoed()
    {
        var (claim, registration) = await RegisteredAsync();
        await AssertAsync(registration with { WorkloadId = Keccak256.Hash("another"u8) }, claim, isVetoed: true);
        await AssertAsync(registration with { PlatformId = Hash32.Zero }, claim, isVetoed: true);
        // How current a platform is goes by the collateral of whoever looks.
        await AssertAsync(registration with { TcbEval = registration.TcbEval + 1 }, claim, isVetoed: false);
    }

    [Fact]
    public async Task A_claim_that_is_not_the_keys_says_nothing_about_it()
    {
        var (claim, registration) = await RegisteredAsync();
        // A stranger brings the same evidence with a block, an epoch or an end that it is not for.
        await AssertAsync(registration, claim with { BlockHash = Keccak256.Hash("made up"u8) }, isVetoed: false);
        await AssertAsync(registration, claim with { KeyEpoch = 2 }, isVetoed: false);
        await AssertAsync(registration with { AttestedAt = registration.AttestedAt + 1 }, claim, isVetoed: false);
        await AssertAsync(registration with { ExpiresAt = registration.ExpiresAt + 1 }, claim, isVetoed: false);
        await AssertAsync(registration, claim with { Collateral = [] }, isVetoed: false);
        await AssertAsync(registration, claim: null, isVetoed: false);
    }

    [Fact]
    public async Task Who_is_no_attester_vetoes_nothing()
    {
        var (claim, registration) = await RegisteredAsync();
        await using var scene = await OperationsScene.OpenAsync(fixture);
        var veto = new Vetoing(scene, Strict);
        veto.Register.IsAttester = false;
        veto.Register.Stands(registration);
        veto.Claims.Keep(claim);

        await veto.Work.RunAsync(Stop);

        Assert.Empty(veto.Orders.All);
    }

    [Fact]
    public async Task A_key_that_a_reorganisation_brought_into_a_block_that_was_read_is_found()
    {
        var (claim, registration) = await RegisteredAsync();
        await using var scene = await OperationsScene.OpenAsync(fixture);
        var veto = new Vetoing(scene, Strict);
        veto.Claims.Keep(claim);
        await veto.Work.RunAsync(Stop);
        veto.Register.Stands(registration, block: 95);

        await veto.Work.RunAsync(Stop);

        Assert.Single(veto.Orders.All);
    }

    [Fact]
    public async Task A_list_that_is_full_passes_over_no_key()
    {
        var (claim, registration) = await RegisteredAsync();
        await using var scene = await OperationsScene.OpenAsync(fixture);
        var veto = new Vetoing(scene, Strict);
        veto.Claims.Keep(claim);
        for (var i = 1; i <= KeyVeto.MostPending; i++)
            veto.Register.Stands(registration with { Signer = new Address([.. new byte[16], 0x77, 0, (byte)(i >> 8), (byte)(i & 0xFF)]), EvidenceHash = Hash32.Zero }, block: 50);
        veto.Register.Stands(registration, block: 60);

        for (var i = 0; i < 6; i++)
            await veto.Work.RunAsync(Stop);
        Assert.Empty(veto.Orders.All);
        veto.Register.OnlyPending = registration.Signer;
        for (var i = 0; i < 10 && veto.Orders.All.Count == 0; i++)
            await veto.Work.RunAsync(Stop);

        Assert.Equal($"veto:{registration.Signer}", Assert.Single(veto.Orders.All).Key);
    }

    [Fact]
    public async Task A_bad_file_among_our_own_collateral_stops_no_veto()
    {
        var (claim, registration) = await RegisteredAsync();
        await using var scene = await OperationsScene.OpenAsync(fixture);
        var folder = Directory.CreateTempSubdirectory("veto-");
        try
        {
            var archive = new CollateralArchive(folder.FullName);
            await File.WriteAllTextAsync(Path.Combine(archive.CurrentFolder, "bad.json"), "{", Stop);
            await File.WriteAllBytesAsync(Path.Combine(archive.CurrentFolder, "big"), new byte[CollateralFile.MaxBytes + 1], Stop);
            var veto = new Vetoing(scene, Strict, archive);
            veto.Register.Stands(registration);
            veto.Claims.Keep(claim);

            await veto.Work.RunAsync(Stop);

            var order = Assert.Single(veto.Orders.All);
            Assert.True(IAttestedKeysContract.VetoCall.TryDecode(order.Data.Span, out var call));
            Assert.StartsWith("workload", call.Reason, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_key_that_holds_is_not_left_alone_for_a_bad_file_of_ours()
    {
        var (claim, registration) = await RegisteredAsync();
        await using var scene = await OperationsScene.OpenAsync(fixture);
        var folder = Directory.CreateTempSubdirectory("veto-");
        try
        {
            var archive = new CollateralArchive(folder.FullName);
            await File.WriteAllTextAsync(Path.Combine(archive.CurrentFolder, "bad.json"), "{", Stop);
            var log = new Said();
            var veto = new Vetoing(scene, AttestingScene.Judge(), archive, log);
            veto.Register.Stands(registration);
            veto.Claims.Keep(claim);

            await veto.Work.RunAsync(Stop);
            await veto.Work.RunAsync(Stop);

            Assert.Contains(log.Lines, line => line.Contains("It holds.", StringComparison.Ordinal));
            Assert.Single(log.Lines, line => line.Contains("bad.json", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_is_remembered_of_strangers_does_not_grow()
    {
        var claims = new ClaimMemory();
        var (claim, _) = await RegisteredAsync();
        claims.Keep(claim);
        for (var i = 0; i < ClaimMemory.Places; i++)
            claims.Keep(claim with { Evidence = new byte[] { (byte)i } });

        Assert.Empty(claims.Find(new Hash32(System.Security.Cryptography.SHA256.HashData(claim.Evidence.Span))));
        Assert.Single(claims.Find(new Hash32(System.Security.Cryptography.SHA256.HashData([0]))));
    }

    // A policy that names other workloads than the one that others have let pass.
    private static KeyJudge Strict => AttestingScene.Judge(
        AttestingScene.Options with { Policy = new AttestationPolicy { AllowEmulated = true, Workloads = [Keccak256.Hash("ours"u8)] } });

    private static async Task<(KeyClaim Claim, IAttestedKeysContract.KeyRegistration Registration)> RegisteredAsync()
    {
        var claim = await AttestingScene.ClaimAsync();
        return (claim, Assert.IsType<Judgement.Accepted>(AttestingScene.Judge().Judge(claim, AttestingScene.Block)).Registration);
    }

    private async Task AssertAsync(IAttestedKeysContract.KeyRegistration registration, KeyClaim? claim, bool isVetoed)
    {
        await using var scene = await OperationsScene.OpenAsync(fixture);
        var veto = new Vetoing(scene, AttestingScene.Judge());
        veto.Register.Stands(registration);
        if (claim is not null)
            veto.Claims.Keep(claim);

        await veto.Work.RunAsync(Stop);

        Assert.Equal(isVetoed ? 1 : 0, veto.Orders.All.Count);
    }

    private sealed class Vetoing
    {
        public Vetoing(OperationsScene scene, KeyJudge judge, CollateralArchive? archive = null, ILogger<KeyVeto>? log = null) => Work = new KeyVeto(
            Register, AttestingScene.Blocks, judge, Claims, new OwnCollateral(archive, TimeProvider.System, log ?? NullLogger<KeyVeto>.Instance), scene.Database, scene.Queue, Orders,
            new IAttestedKeysContract(new NobodyAnswers(), AttestingScene.Deployment.Keys), AttestingScene.Node, inclusionSeconds: 36, log ?? NullLogger<KeyVeto>.Instance);

        public FakePendingKeys Register { get; } = new();

        public ClaimMemory Claims { get; } = new();

        public FakeOrders Orders { get; } = new();

        public KeyVeto Work { get; }
    }

    private sealed class FakePendingKeys : IPendingKeys
    {
        private readonly List<(PendingKey Key, BlockNumber Block)> _keys = [];

        public bool IsAttester { get; set; } = true;

        /// <summary>The one key that is not valid yet; null where none of them is.</summary>
        public Address? OnlyPending { get; set; }

        public void Stands(IAttestedKeysContract.KeyRegistration registration, ulong block = 100) => _keys.Add(
            (new PendingKey(registration, KeyState.Pending, AttestingScene.BlockTime + 700, AttestingScene.BlockTime + 60), new BlockNumber(block)));

        // As the chain tells it: what is in blocks after the one that is named, up to the head.
        public Task<RegistrationReading> RegisteredSinceAsync(BlockNumber? block, CancellationToken cancellationToken) => Task.FromResult(new RegistrationReading(
            new BlockNumber(100),
            [.. _keys.Where(entry => block is not { } last || entry.Block > last).Select(entry => new RegisteredSigner(entry.Key.Registration.Signer, entry.Block))]));

        public Task<PendingKey?> StandingAsync(Address signer, CancellationToken cancellationToken)
        {
            var key = _keys.Find(entry => entry.Key.Registration.Signer == signer).Key;
            return Task.FromResult<PendingKey?>(OnlyPending is { } only && only != signer ? key with { State = KeyState.Active } : key);
        }

        public Task<bool> IsAttesterAsync(Address address, CancellationToken cancellationToken) => Task.FromResult(IsAttester);
    }

    private sealed class Said : ILogger<KeyVeto>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }

    private sealed class NobodyAnswers : IContractCaller
    {
        public ValueTask<ReadOnlyMemory<byte>> CallAsync(Address to, ReadOnlyMemory<byte> data, BlockTag at, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing here asks the chain.");
    }
}
