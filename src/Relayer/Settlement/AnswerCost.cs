using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving.Planning;

namespace OpenGradient.Relayer.Settlement;

/// <summary>What the chain takes for answering a request: gas, and where a rollup pays another chain for its data, that too.</summary>
public static class AnswerCost
{
    // A claim's call, which repeats the request, with its signature and envelope.
    private const int ClaimBytes = 750;

    // A proof beside its inputs: the points and what it reveals of small models.
    private const int ProofBytes = 2_500;

    /// <summary>As far as can be told before it is run.</summary>
    public static Wei Of(Job job, IChainWatch chain)
    {
        var isProven = job.Assurance == Assurance.Proven;
        var gas = SettlementGas.Of(job) + SettlementGas.OfClaim + (isProven ? ProofGas.Expected(job) : 0);
        var bytes = (ulong)(SettlementGas.BytesOf(job) + ClaimBytes + (isProven ? ProofBytes + job.Brought.Length : 0));
        return new Wei((chain.WeiPerGas.Value * gas) + (chain.WeiPerByte.Value * bytes));
    }
}
