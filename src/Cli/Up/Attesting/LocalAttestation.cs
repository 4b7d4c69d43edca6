using OpenGradient.Attestation;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Cli.Up.Local;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Foundry;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Attesting.Platforms;

namespace OpenGradient.Cli.Up.Attesting;

/// <summary>
/// Attestation on the local network: a development attester in the place of hardware, its root and workload approved, and the verifiers that run here for attesters,
/// of which two must agree. Its roots are made for one run, and gone with it.
/// </summary>
internal sealed class LocalAttestation : IDisposable
{
    private const byte Threshold = 2;
    private const TeeType Emulated = TeeType.Tdx;

    private static readonly Hash32 Label = new([.. "emulated"u8, .. new byte[Hash32.ByteLength - 8]]);
    private static readonly TimeSpan RegistrationLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly LocalSystem _system;
    private readonly EmulatedRoots _roots = EmulatedRoots.Generate();
    private readonly AttestingOptions _rules;

    public LocalAttestation(LocalSystem system)
    {
        _system = system;
        Keys = new IAttestedKeysContract(system.Network.Client, system.Deployment.Keys);
        _rules = new AttestingOptions { Policy = new AttestationPolicy { AllowEmulated = true }, EmulatedRoots = _roots.Anchors };
    }

    public IAttestedKeysContract Keys { get; }

    /// <summary>For who asks privately: the emulated root counts, beside the vendors'.</summary>
    public (AttestationPolicy Policy, TrustAnchors Anchors) Trust => (_rules.Policy, TrustAnchors.Production.With(_roots.Anchors));

    /// <summary>The roots as a file has them, for who verifies later.</summary>
    public string ExportRoots() => _roots.Export();

    /// <summary>What runs in the attested node, as its evidence shows.</summary>
    public Hash32 WorkloadId { get; private set; }

    /// <summary>For a verifier that attests to keys.</summary>
    public AttestingOptions OfAttester => _rules with { Attester = new AttesterOptions { Listen = new Uri("http://127.0.0.1:0"), RequestsPerMinute = 600 } };

    /// <summary>For a node in the emulated environment.</summary>
    public AttestingOptions OfNode(IReadOnlyList<Uri> attesters) => _rules with
    {
        Attested = new AttestedOptions
        {
            Source = new EmulatedSource(_roots, Emulated, TimeProvider.System),
            Attesters = attesters,
            WatchEvery = TimeSpan.FromMilliseconds(300),
            KeepEvery = TimeSpan.FromMilliseconds(500),
        },
    };

    /// <summary>Has the timelock approve all of it.</summary>
    public async Task ApproveAsync(CancellationToken cancellationToken)
    {
        var shown = new EmulatedAttester(_roots, TimeProvider.System).Attest(Emulated, new byte[EmulatedAttester.ReportDataBytes]);
        var verdict = new AttestationVerifier(Trust.Anchors, TimeProvider.System)
            .Verify(shown.Kind, shown.Evidence, CollateralSet.Read(shown.Collateral), _rules.Policy);
        WorkloadId = verdict.WorkloadId ?? throw new InvalidOperationException("Emulated evidence does not hold.");
        var (schedule, execute) = DevelopmentTimelock.CallsOf(
            _system.Deployment.Timelock, Hash32.FromUInt256(1),
            [
                Keys.PrepareApproveRoot(verdict.RootId!.Value, Label, isEmulated: true), Keys.PrepareApproveWorkload(WorkloadId, "og up"),
                .. _system.Network.Verifiers.Select(verifier => Keys.PrepareSetAttester(verifier.Address, isAttester: true)), Keys.PrepareSetThreshold(Threshold),
            ]);
        await _system.Owner.SendAsync(schedule, cancellationToken);
        await _system.Owner.SendAsync(execute, cancellationToken);
    }

    /// <summary>Waits until the node's key is registered, and then lets the ten minutes pass in which it could be vetoed.</summary>
    public async Task ActivateAsync(Address node, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await Keys.CallEpochOfAsync(node, cancellationToken: cancellationToken) == 0)
        {
            if (TimeProvider.System.GetElapsedTime(started) > RegistrationLimit)
                throw new ExpectedFailureException(ExitCode.Failed, "The attested node's key was not registered.", "`og up` shows what the nodes warned of; run it again.");
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }

        await _system.Network.PassAsync(TimeSpan.FromSeconds(_system.Deployment.KeyTerms.VetoWindow + 1), cancellationToken);
        var signer = await Keys.CallSignerOfAsync(node, 1, cancellationToken: cancellationToken);
        var key = await Keys.CallKeyOfAsync(signer, cancellationToken: cancellationToken);
        if ((KeyState)key.State != KeyState.Active)
            throw new ExpectedFailureException(ExitCode.Failed, $"The attested node's key is {(KeyState)key.State}.", "Run it again.");
    }

    public void Dispose() => _roots.Dispose();
}
