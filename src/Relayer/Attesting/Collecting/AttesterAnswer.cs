using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Attesting.Collecting;

/// <summary>What came of asking one attester.</summary>
public abstract record AttesterAnswer
{
    private AttesterAnswer()
    {
    }

    /// <summary>A signature over our registration, by one whom the register names.</summary>
    public sealed record Given(Address Attester, Signature Signature) : AttesterAnswer;

    /// <summary>It refuses, and says why.</summary>
    public sealed record Refused(string Reasons) : AttesterAnswer;

    /// <summary>What it says does not count: it is no answer, no signature, or one of nobody whom the register names.</summary>
    public sealed record Worthless(string Details) : AttesterAnswer;

    /// <summary>It cannot be reached, or was too slow.</summary>
    public sealed record Silent(string Details) : AttesterAnswer;
}

/// <summary>What came of asking all of them.</summary>
/// <param name="Signatures">By distinct attesters, in ascending order of their addresses, as the register wants them.</param>
/// <param name="Others">What all others said, for people.</param>
public sealed record CollectedVerdicts(IReadOnlyList<AttesterAnswer.Given> Signatures, IReadOnlyList<string> Others);
