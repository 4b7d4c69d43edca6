namespace OpenGradient.Explorer;

/// <summary>How the pages show things.</summary>
public sealed record ExplorerOptions
{
    /// <summary>How many decimals the token of fees has; from 0 to 36.</summary>
    public int TokenDecimals { get; init; } = 18;

    /// <summary>The relayers' own addresses that the operator's page reads, at most 32; whoever reaches the pages sees what they tell.</summary>
    public IReadOnlyList<Uri> Relayers { get; init; } = [];

    /// <summary>How long a relayer may take to answer.</summary>
    public TimeSpan RelayerTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
