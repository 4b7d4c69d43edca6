using OpenGradient.Ethereum.Abi;

namespace OpenGradient.Cli.Chain;

/// <summary>Why a contract refused, and what to do, for people.</summary>
internal sealed record Refusal(string Problem, string Remedy)
{
    public ExpectedFailureException ToFailure() => new(ExitCode.Failed, Problem, Remedy);
}

/// <summary>Puts a contract's refusal into words; null for one that it does not know.</summary>
internal delegate Refusal? RefusalWords(RevertReason reason);
