using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>What one step goes by: the endpoint that answers it, and how far it may go.</summary>
/// <param name="Reader">The endpoint's voice.</param>
/// <param name="Remote">What it says about its chain.</param>
/// <param name="Target">The last block to take.</param>
/// <param name="Final">The highest number that counts as final, by the quorum where there is one.</param>
/// <param name="Heads">Every endpoint that was asked for its head in this step, with its answer.</param>
/// <param name="Filters">The logs to take; the same for the whole step.</param>
internal sealed record StepView(
    StepReader Reader,
    RemoteTip Remote,
    BlockNumber Target,
    BlockNumber Final,
    IReadOnlyList<KeyValuePair<Endpoint, BlockNumber>> Heads,
    IReadOnlyList<LogFilter> Filters)
{
    public Endpoint Endpoint => Reader.Endpoint;

    /// <summary>The view through one endpoint.</summary>
    /// <param name="reader">The endpoint.</param>
    /// <param name="remote">Its chain.</param>
    /// <param name="head">The highest head to believe in.</param>
    /// <param name="final">The highest final number to believe in.</param>
    /// <param name="heads">All heads that were read.</param>
    /// <param name="filters">The logs to take.</param>
    /// <param name="options">How far to stay below the head.</param>
    public static StepView Of(
        StepReader reader, RemoteTip remote, BlockNumber head, BlockNumber final,
        IReadOnlyList<KeyValuePair<Endpoint, BlockNumber>> heads, IReadOnlyList<LogFilter> filters, FollowerOptions options)
    {
        var target = new BlockNumber(head.Value > options.Confirmations ? head.Value - options.Confirmations : 0);
        return new StepView(reader, remote, options.EndBlock is { } end && end < target ? end : target, final, heads, filters);
    }
}
