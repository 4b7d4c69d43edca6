using OpenGradient.Cli.Settings;

namespace OpenGradient.Cli.Up;

/// <summary>How <c>og up</c> runs.</summary>
internal sealed record UpSettings
{
    public const string ChainPortName = "OG_CHAIN_PORT";
    public const string ChainBlockTimeName = "OG_CHAIN_BLOCK_TIME_MS";

    private const int HighestPort = 65535;
    private const int LongestBlockTimeMs = 60_000;

    /// <summary>OG_CHAIN_PORT: the local chain's port on 127.0.0.1; 0 takes any free one.</summary>
    public required int ChainPort { get; init; }

    /// <summary>OG_CHAIN_BLOCK_TIME_MS: how often the local chain makes a block; 0 makes one for each transaction, at once.</summary>
    public required int ChainBlockTimeMs { get; init; }

    public static UpSettings From(EnvironmentFile file) => new()
    {
        ChainPort = file.Number(ChainPortName, 8545, 0, HighestPort),
        ChainBlockTimeMs = file.Number(ChainBlockTimeName, 0, 0, LongestBlockTimeMs),
    };
}
