using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Attesting.Keys;

/// <summary>
/// The whole life of a node's keys, as one function of what is known: it asks nothing and changes nothing, so that a restart or a reorganisation comes to
/// the same step.
/// </summary>
/// <param name="terms">The register's times.</param>
/// <param name="resumeAfter">The epoch of a lost key that the operator has looked into.</param>
public sealed class KeyStepPolicy(KeyTerms terms, ulong resumeAfter)
{
    // Attesters, inclusion and a second try take their time, too.
    private const ulong Slack = 600;

    /// <param name="situation">How our keys stand at the register.</param>
    /// <param name="holds">Whether this process has a key.</param>
    /// <param name="sent">The last registration that was ordered for the epoch that comes next; null for none.</param>
    /// <param name="needsRefresh">Whether anything was revoked since the last key was registered or refreshed, and nothing was ordered about it.</param>
    public KeyStep Next(KeySituation situation, Func<Address, bool> holds, SentRegistration? sent, bool needsRefresh)
    {
        var next = situation.LastEpoch + 1;
        if (sent is not null && sent.Epoch == next && IsOnItsWay(sent, situation))
            return new KeyStep.Rest(KeyWait.Registration);
        if (situation.Last is not { } last)
            return new KeyStep.Attest(next);
        var isLooked = last.KeyEpoch <= resumeAfter;
        return last.State switch
        {
            KeyState.Vetoed when !isLooked => new KeyStep.Stop($"The key of epoch {last.KeyEpoch} was vetoed by an attester."),
            KeyState.Revoked when last.IsRevokedByName && !isLooked => new KeyStep.Stop($"The key of epoch {last.KeyEpoch} was revoked."),
            KeyState.Pending => new KeyStep.Rest(holds(last.Signer) ? KeyWait.Activation : KeyWait.LostKey),
            KeyState.Active when !holds(last.Signer) || situation.Time >= RenewalOf(last) => new KeyStep.Attest(next),
            KeyState.Active when needsRefresh => new KeyStep.Refresh(last.Signer),
            KeyState.Active => new KeyStep.Rest(KeyWait.Nothing),
            _ => new KeyStep.Attest(next),
        };
    }

    /// <summary>
    /// When a successor is asked for, as chain time: with a third of its life left, and early enough to wait out the veto twice. It is registered while the key is
    /// valid, and answers that the key has signed are settled in the overlap that the register leaves.
    /// </summary>
    public ulong RenewalOf(RegisteredKey key)
    {
        var life = key.ExpiresAt - Math.Min(key.AttestedAt, key.ExpiresAt);
        var ahead = Math.Max(life / 3, (2 * terms.VetoWindow) + Slack);
        return key.ExpiresAt - Math.Min(ahead, key.ExpiresAt);
    }

    // What was sent counts as sent until it cannot be mined any more, or was mined in a block that this view of the register has seen.
    private static bool IsOnItsWay(SentRegistration sent, KeySituation situation) => sent.State switch
    {
        SentState.Pending => true,
        SentState.Mined => sent.Block is { } block && block > situation.Block,
        _ => false,
    };
}

/// <summary>A registration that was ordered.</summary>
/// <param name="Epoch">Of the key.</param>
/// <param name="State">How far it got.</param>
/// <param name="Block">The block that it is in, where it is in one.</param>
/// <param name="OrderId">The order.</param>
public sealed record SentRegistration(ulong Epoch, SentState State, BlockNumber? Block, long OrderId);
