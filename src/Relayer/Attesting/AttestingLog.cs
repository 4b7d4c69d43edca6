using Microsoft.Extensions.Logging;
using OpenGradient.Contracts.Keys;

namespace OpenGradient.Relayer.Attesting;

/// <summary>What attesting says. Evidence and keys are never in it. Its events are 60 to 79.</summary>
internal static partial class AttestingLog
{
    [LoggerMessage(60, LogLevel.Information, "The registration of {Signer} for epoch {Epoch} was ordered, under a root that is {RootLabel}, by {Attesters} attesters")]
    public static partial void RegistrationOrdered(this ILogger logger, string signer, ulong epoch, string rootLabel, int attesters);

    [LoggerMessage(61, LogLevel.Warning, "The key of epoch {Epoch} was not attested, {Failures} times in a row: {Reason}")]
    public static partial void AttestationFailed(this ILogger logger, ulong epoch, int failures, string reason);

    [LoggerMessage(62, LogLevel.Information, "An attester was no help with epoch {Epoch}: {Answer}")]
    public static partial void AttesterWasNoHelp(this ILogger logger, ulong epoch, string answer);

    [LoggerMessage(63, LogLevel.Information, "The key of epoch {Epoch}, {Signer}, is {State} now")]
    public static partial void KeyStands(this ILogger logger, ulong epoch, string signer, KeyState state);

    [LoggerMessage(64, LogLevel.Information, "A refresh of {Signer} was ordered: something was revoked before block {Block} that does not concern it")]
    public static partial void RefreshOrdered(this ILogger logger, string signer, ulong block);

    [LoggerMessage(65, LogLevel.Error, "No key is registered any more until somebody has looked into it: {Reason}")]
    public static partial void KeysStopped(this ILogger logger, string reason);

    [LoggerMessage(66, LogLevel.Information, "Attested to {Signer} for epoch {Epoch} of node {Node}, under a root that is {RootLabel}")]
    public static partial void Attested(this ILogger logger, string signer, ulong epoch, string node, string rootLabel);

    [LoggerMessage(67, LogLevel.Information, "Refused to attest to {Signer} for epoch {Epoch} of node {Node}: {Reasons} reasons, the first is {First}")]
    public static partial void AttestationRefused(this ILogger logger, string signer, ulong epoch, string node, int reasons, string first);

    [LoggerMessage(68, LogLevel.Warning, "The chain was not asked about a block that evidence names: {Reason}")]
    public static partial void BlockNotFound(this ILogger logger, string reason);

    [LoggerMessage(69, LogLevel.Information, "Collateral {Name} was refreshed")]
    public static partial void CollateralAdopted(this ILogger logger, string name);

    [LoggerMessage(70, LogLevel.Warning, "Collateral {Name} was not refreshed, and what was in use stays: {Reason}")]
    public static partial void CollateralNotRefreshed(this ILogger logger, string name, string reason);

    [LoggerMessage(71, LogLevel.Warning, "A veto of {Signer} was ordered, epoch {Epoch} of node {Node}: {Reason}")]
    public static partial void KeyVetoOrdered(this ILogger logger, string signer, ulong epoch, string node, string reason);

    [LoggerMessage(72, LogLevel.Information, "The pending key {Signer}, epoch {Epoch} of node {Node}, is left alone: {Reason}")]
    public static partial void KeyLeft(this ILogger logger, string signer, ulong epoch, string node, string reason);

    [LoggerMessage(73, LogLevel.Information, "The evidence {Hash} was published in {Store}")]
    public static partial void EvidencePublished(this ILogger logger, string hash, string store);

    [LoggerMessage(74, LogLevel.Warning, "The evidence of a key was not published, and is tried again: {Reason}")]
    public static partial void EvidenceNotPublished(this ILogger logger, string reason);

    [LoggerMessage(75, LogLevel.Warning, "Collateral {Name} in use was left out, and what it says counts for nothing: {Reason}")]
    public static partial void CollateralSkipped(this ILogger logger, string name, string reason);

    [LoggerMessage(76, LogLevel.Warning, "More than {Count} keys are pending: those registered from block {Block} on are looked at when there is room, or not in time")]
    public static partial void TooManyPending(this ILogger logger, int count, ulong block);

    [LoggerMessage(77, LogLevel.Error, "Our own collateral was not read, and nothing is attested to without it: {Reason}")]
    public static partial void OwnCollateralUnread(this ILogger logger, string reason);
}
