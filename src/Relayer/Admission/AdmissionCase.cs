using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission;

/// <summary>A request, and all that admission is decided by.</summary>
public sealed record AdmissionCase
{
    public required Job Job { get; init; }

    /// <summary>What the chain says of the version; null where nothing was told of it.</summary>
    public required VersionStatus? Version { get; init; }

    /// <summary>Whether this relayer is configured to serve the version.</summary>
    public required bool IsServed { get; init; }

    public required Moment Now { get; init; }

    /// <summary>Our node.</summary>
    public required Address Node { get; init; }

    /// <summary>All of our stake that can be locked at all, in the token's smallest unit.</summary>
    public required UInt256 Stake { get; init; }

    /// <summary>The lien that the answer locks.</summary>
    public required UInt256 Lien { get; init; }

    /// <summary>What answering costs us, in the token's smallest unit: gas, data on another chain, and computing, as far as each is weighed against fees.</summary>
    public required UInt256 Cost { get; init; }

    public required AdmissionLimits Limits { get; init; }

    /// <summary>Whether a proof would be made in time, here or by a process that lives.</summary>
    public bool HasProver { get; init; } = true;

    /// <summary>Our key that may sign attested answers now; null for none.</summary>
    public UsableKey? AttestedKey { get; init; }
}
