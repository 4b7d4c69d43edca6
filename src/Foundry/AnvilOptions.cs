using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Wallets;

namespace OpenGradient.Foundry;

/// <summary>How a local chain is started. The defaults make one that mines each transaction at once.</summary>
public sealed record AnvilOptions
{
    /// <summary>The chain id that wallets and tools know as a local development chain.</summary>
    public static ChainId DevelopmentChainId { get; } = new(31337);

    /// <summary>0 lets the system choose a free port.</summary>
    public int Port { get; init; }

    public ChainId ChainId { get; init; } = DevelopmentChainId;

    /// <summary>Whose first accounts are funded; the public development mnemonic unless told.</summary>
    public string Mnemonic { get; init; } = DevelopmentAccounts.Phrase;

    public int Accounts { get; init; } = 10;

    /// <summary>The rules of the chain; Osaka follows Prague.</summary>
    public string Hardfork { get; init; } = "osaka";

    /// <summary>Null mines each transaction at once; otherwise a block every so long.</summary>
    public TimeSpan? BlockTime { get; init; }

    /// <summary>How many blocks lie between the head and the finalised block: 2 × this many.</summary>
    public int SlotsInAnEpoch { get; init; } = 32;

    /// <summary>Arguments passed on as they are.</summary>
    public IReadOnlyList<string> ExtraArguments { get; init; } = [];
}
