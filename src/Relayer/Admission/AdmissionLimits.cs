using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;

namespace OpenGradient.Relayer.Admission;

/// <summary>What an operator takes on.</summary>
public sealed record AdmissionLimits
{
    public static readonly uint MostCallbackGas = 2_000_000;

    /// <summary>The assurances that this relayer can give.</summary>
    public IReadOnlySet<Assurance> Assurances { get; init; } = new HashSet<Assurance> { Assurance.Signed };

    /// <summary>Who is served; empty for everyone.</summary>
    public IReadOnlySet<Address> Requesters { get; init; } = new HashSet<Address>();

    /// <summary>The least fee, in the token's smallest unit.</summary>
    public UInt256 LeastFee { get; init; } = UInt256.Zero;

    /// <summary>What must be earned beyond the costs, in hundredths of a percent of them.</summary>
    public uint MarginBp { get; init; } = 1_000;

    /// <summary>The most gas for a callback.</summary>
    public uint CallbackGas { get; init; } = MostCallbackGas;

    /// <summary>Whether requests are answered that name us as a member of a quorum.</summary>
    public bool AnswersQuorums { get; init; }

    /// <summary>For how many transactions an answer may have to wait: claim, confirmation, settlement.</summary>
    public const ulong TransactionsPerAnswer = 3;

    /// <summary>How long running takes, at worst that is planned for, and three transactions with it.</summary>
    public required ulong LeastSeconds { get; init; }

    /// <summary>How long a transaction takes that is part of <see cref="LeastSeconds"/>.</summary>
    public ulong InclusionSeconds { get; init; }

    /// <summary>The same where transactions are known to take longer than was planned.</summary>
    public ulong LeastSecondsAt(Moment now) =>
        LeastSeconds + (TransactionsPerAnswer * (Math.Max(now.InclusionSeconds, InclusionSeconds) - InclusionSeconds));

    /// <summary>How long a proof takes, at worst that is planned for: so much more where one is asked for.</summary>
    public ulong ProveSeconds { get; init; }
}
