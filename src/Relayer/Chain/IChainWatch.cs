using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Chain;

/// <summary>What is known of the chain right now, without asking it.</summary>
public interface IChainWatch
{
    Moment Now { get; }

    NodeStanding Standing { get; }

    /// <summary>What gas costs now.</summary>
    Wei WeiPerGas { get; }

    /// <summary>What a byte of a transaction costs beside its gas, at the most: where a rollup pays another chain for its data.</summary>
    Wei WeiPerByte => new(UInt256.Zero);

    /// <summary>Whether what is stored is far behind the chain: what looks open may long be over, and nothing is begun by it.</summary>
    bool IsCatchingUp { get; }
}

/// <summary>How our node stands at the contracts.</summary>
/// <param name="Payee">Whom its operator has named to be paid.</param>
/// <param name="Stake">All of its stake that is not leaving.</param>
/// <param name="FreeStake">What of it liens can lock now.</param>
/// <param name="Balance">What it has at the hub for bonds.</param>
public sealed record NodeStanding(Address Payee, UInt256 Stake, UInt256 FreeStake, UInt256 Balance);
