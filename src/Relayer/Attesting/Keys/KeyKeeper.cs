using Microsoft.Extensions.Logging;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Attesting.Keys;

/// <summary>Does what <see cref="KeyStepPolicy"/> says is next about our keys, again and again. What fails is tried again, later each time.</summary>
public sealed class KeyKeeper(
    KeyRing ring, KeyStepPolicy policy, KeyAttestation attestation, IKeyRegister register, KeyStore store, IAttestedKeysContract contract, AttestedOptions options,
    ILogger<KeyKeeper> logger, TimeProvider clock) : ITimedWork
{
    private static readonly BackoffPolicy Backoff = new() { First = TimeSpan.FromSeconds(2), Longest = TimeSpan.FromMinutes(5) };

    private int _failures;
    private long _failedOrder;
    private long _failedAt;
    private volatile KeyStatus _status = new(new KeyStep.Rest(KeyWait.Registration), Failure: null);

    public string Name => "attested-key-keeper";

    public TimeSpan Every => options.KeepEvery;

    public WorkScope Scope => WorkScope.Replica;

    /// <summary>What it did last, and why that failed.</summary>
    public KeyStatus Status => _status;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var situation = await register.LookAsync(ring.Signers, cancellationToken);
        ring.Post(situation);
        var sent = await store.SentAsync(situation.LastEpoch + 1, cancellationToken);
        var refresh = await RefreshAsync(situation, cancellationToken);
        var step = policy.Next(situation, ring.Holds, sent, refresh is { Any: true });
        // What the register refused once it may refuse again: attesters are not asked at every turn.
        if (step is KeyStep.Attest(var retried) && sent is { State: SentState.Failed } && sent.OrderId != _failedOrder)
        {
            _failedOrder = sent.OrderId;
            Fail(retried, step, "The registration was sent, and the register did not take it: see the transaction.");
        }

        switch (step)
        {
            case KeyStep.Attest when IsTooSoon():
                return;
            case KeyStep.Attest(var epoch):
                await AttestAsync(epoch, situation.Block, step, cancellationToken);
                return;
            case KeyStep.Refresh(var signer):
                await store.RefreshAsync(signer, refresh!.UpTo, contract.PrepareRefresh(signer), cancellationToken);
                logger.RefreshOrdered(signer.ToString(), refresh.UpTo.Value);
                break;
            case KeyStep.Stop(var reason) when _status.Step != step:
                logger.KeysStopped(reason);
                break;
            default:
                // Nothing is to be done but to wait.
                break;
        }

        // A registration on its way may still fail, once more.
        if (step is not KeyStep.Rest(KeyWait.Registration))
            _failures = 0;
        _status = new KeyStatus(step, Failure: null);
    }

    private async Task AttestAsync(ulong epoch, BlockNumber block, KeyStep step, CancellationToken cancellationToken)
    {
        var attested = await attestation.RunAsync(epoch, block, cancellationToken);
        foreach (var file in attested.Skipped)
            logger.CollateralSkipped(file.Name, file.Reason);
        switch (attested)
        {
            case Attested.Ordered ordered:
                _status = new KeyStatus(new KeyStep.Rest(KeyWait.Registration), Failure: null);
                logger.RegistrationOrdered(ordered.Signer.ToString(), epoch, ordered.RootLabel, ordered.Attesters);
                foreach (var other in ordered.Others)
                    logger.AttesterWasNoHelp(epoch, other);
                break;
            case Attested.Failed failed:
                Fail(epoch, step, failed.Reason);
                break;
            default:
                throw new InvalidOperationException("There is an end of having a key attested that the keeper does not know.");
        }
    }

    private void Fail(ulong epoch, KeyStep step, string reason)
    {
        (_failures, _failedAt, _status) = (_failures + 1, clock.GetTimestamp(), new KeyStatus(step, reason));
        logger.AttestationFailed(epoch, _failures, reason);
    }

    private bool IsTooSoon() => _failures > 0 && clock.GetElapsedTime(_failedAt) < Backoff.After(_failures, spread: 1);

    // Nothing that was revoked before it was registered concerns a key; what was revoked later costs each of its answers a look, until it is refreshed.
    private async Task<RevocationReading?> RefreshAsync(KeySituation situation, CancellationToken cancellationToken)
    {
        if (situation.Last is not { State: KeyState.Active } last || !ring.Holds(last.Signer)
            || await store.CheckedBlockAsync(last.Signer, cancellationToken) is not { } checkedBlock)
            return null;
        var reading = await register.RevokedSinceAsync(checkedBlock, cancellationToken);
        if (!reading.Any && reading.UpTo > checkedBlock)
            await store.CheckAsync(last.Signer, reading.UpTo, cancellationToken);
        return reading;
    }
}

/// <summary>What the keeper does about our keys.</summary>
/// <param name="Step">What was next.</param>
/// <param name="Failure">Why it did not succeed; null where it did.</param>
public sealed record KeyStatus(KeyStep Step, string? Failure);

/// <summary>Looks at the register all the time, so that a key that was taken away signs no more: having a key attested may take a while.</summary>
public sealed class KeyWatch(KeyRing ring, IKeyRegister register, AttestedOptions options, ILogger<KeyWatch> logger) : ITimedWork
{
    public string Name => "attested-key-watch";

    public TimeSpan Every => options.WatchEvery;

    public WorkScope Scope => WorkScope.Replica;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var before = ring.Situation?.Last;
        var situation = await register.LookAsync(ring.Signers, cancellationToken);
        ring.Post(situation);
        if (situation.Last is { } last && (before is null || (last.Signer, last.State) != (before.Signer, before.State)))
            logger.KeyStands(last.KeyEpoch, last.Signer.ToString(), last.State);
    }
}
