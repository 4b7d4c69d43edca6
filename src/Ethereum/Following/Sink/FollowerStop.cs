using OpenGradient.Ethereum.Blocks;

namespace OpenGradient.Ethereum.Following;

/// <summary>Why a follower stopped for good: the chain has replaced a block that was final.</summary>
/// <param name="Ours">The final block that our rows are built on.</param>
/// <param name="Theirs">The block that the endpoints now have at that height.</param>
/// <param name="Endpoints">Who says so.</param>
/// <param name="At">When it was found.</param>
public sealed record FollowerStop(BlockRef Ours, BlockRef Theirs, IReadOnlyList<string> Endpoints, DateTimeOffset At)
{
    /// <summary>What a person should do.</summary>
    public string Advice =>
        $"Block {Ours} was final, and {string.Join(", ", Endpoints)} now have {Theirs} in its place. Check that every endpoint is on the "
        + "right chain and that the finality depth fits it. If the chain really went back that far, restore the rows from before block "
        + $"{Ours.Number} or start afresh; then remove the stored stop.";
}
