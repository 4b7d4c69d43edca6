using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Attestation.Policies;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
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
        public Vetoing(OperationsScene scene, KeyJudge judge) => Work = new KeyVeto(
            Register, AttestingScene.Blocks, judge, Claims, archive: null, scene.Database, scene.Queue, Orders,
            new IAttestedKeysContract(new NobodyAnswers(), AttestingScene.Deployment.Keys), AttestingScene.Node, inclusionSeconds: 36, NullLogger<KeyVeto>.Instance);

        public FakePendingKeys Register { get; } = new();

        public ClaimMemory Claims { get; } = new();

        public FakeOrders Orders { get; } = new();

        public KeyVeto Work { get; }
    }

    private sealed class FakePendingKeys : IPendingKeys
    {
        private PendingKey? _key;

        public bool IsAttester { get; set; } = true;

        public void Stands(IAttestedKeysContract.KeyRegistration registration) =>
            _key = new PendingKey(registration, KeyState.Pending, AttestingScene.BlockTime + 700, AttestingScene.BlockTime + 60);

        public Task<RegistrationReading> RegisteredSinceAsync(BlockNumber? block, CancellationToken cancellationToken) =>
            Task.FromResult(new RegistrationReading(new BlockNumber(100), block is null && _key is { } key ? [key.Registration.Signer] : []));

        public Task<PendingKey?> StandingAsync(Address signer, CancellationToken cancellationToken) =>
            Task.FromResult(_key?.Registration.Signer == signer ? _key : null);

        public Task<bool> IsAttesterAsync(Address address, CancellationToken cancellationToken) => Task.FromResult(IsAttester);
    }

    private sealed class NobodyAnswers : IContractCaller
    {
        public ValueTask<ReadOnlyMemory<byte>> CallAsync(Address to, ReadOnlyMemory<byte> data, BlockTag at, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing here asks the chain.");
    }
}
