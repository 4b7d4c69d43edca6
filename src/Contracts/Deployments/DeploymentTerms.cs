using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Contracts.Deployments;

/// <summary>Whom a deployment belongs to.</summary>
/// <param name="Token">What fees and stakes are paid in.</param>
/// <param name="Guardian">Pauses the hub and revokes keys.</param>
/// <param name="Proposers">Of the timelock.</param>
/// <param name="Executors">Of the timelock; the zero address stands for anyone.</param>
/// <param name="DelaySeconds">How long the timelock waits.</param>
public sealed record DeploymentOwners(
    Address Token, Address Guardian, IReadOnlyList<Address> Proposers, IReadOnlyList<Address> Executors, ulong DelaySeconds);

/// <summary>What a hub goes by, as HubParameters in Solidity. Times are seconds; amounts are in the token's smallest unit.</summary>
public sealed record HubTerms
{
    public required ulong DefaultWindow { get; init; }

    public required ulong MinWindow { get; init; }

    public required ulong MaxWindow { get; init; }

    public required ulong AttestedHold { get; init; }

    public required ulong ClaimTime { get; init; }

    public required ulong ProvenClaimTime { get; init; }

    public required ulong DeliveryTime { get; init; }

    public required UInt256 MinBond { get; init; }

    /// <summary>A multiple of the fee.</summary>
    public required ulong SignedLienFees { get; init; }

    /// <inheritdoc cref="SignedLienFees"/>
    public required ulong AttestedLienFees { get; init; }

    /// <summary>In hundredths of a percent of the fee.</summary>
    public required ulong FailureShare { get; init; }
}

/// <summary>What a court goes by, as CourtParameters in Solidity. Times are seconds; amounts are in the token's smallest unit.</summary>
/// <param name="Phase">How long the committee has to seal, and again to reveal.</param>
/// <param name="SealTime">How long a challenger has between its seal and its revelation.</param>
/// <param name="SealBond">What a seal costs that is never revealed.</param>
/// <param name="MemberFee">What each member that reveals earns.</param>
/// <param name="DepositShare">In hundredths of a percent of the lien.</param>
/// <param name="SilenceShare">In hundredths of a percent of a silent member's stake.</param>
public sealed record CourtTerms(
    ulong Phase, ulong SealTime, UInt256 SealBond, UInt256 MemberFee, ulong DepositShare, ulong SilenceShare);

/// <summary>Times of the register of attested keys, in seconds.</summary>
/// <param name="VetoWindow">How long attesters can veto a key.</param>
/// <param name="Overlap">How long a key stays valid beside its successor.</param>
/// <param name="MaxLifetime">The longest time from attestation to expiry.</param>
public sealed record KeyTerms(ulong VetoWindow, ulong Overlap, ulong MaxLifetime);
