using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Cli.Chain;

/// <summary>
/// Finds logs of a deployment from its first block on, however few blocks an endpoint looks through at once. What it gives is one endpoint's word.
/// </summary>
internal static class LogSearch
{
    private const int MostLogs = 200_000;

    public static async Task<IReadOnlyList<LocatedLog>> FindAsync(
        EthereumClient client, BlockNumber from, LogFilter filter, CancellationToken cancellationToken)
    {
        var source = new RpcChainSource(client);
        var head = await client.GetBlockNumberAsync(cancellationToken);
        if (head < from)
            return [];

        // All at once first: many endpoints look a topic up, and do not walk.
        var policy = new RangePolicy { Most = ulong.MaxValue, Blocks = new BlockRange(from, head).Count };
        List<LocatedLog> found = [];
        while (from <= head)
        {
            var count = Math.Min(policy.Blocks, new BlockRange(from, head).Count);
            var answer = await source.ReadLogsAsync(new BlockRange(from, from + (count - 1)), filter, cancellationToken);
            if (answer.TryGet(out var read, out var failure))
            {
                found.AddRange(read.Logs.Where(log => filter.Matches(log.Content)));
                if (found.Count > MostLogs)
                    throw Failed($"There are more than {MostLogs} events.", "Ask for less, such as one model or one request.");
                from += count;
            }
            else if (failure is SourceFailure.RangeTooLarge refused && count > 1)
            {
                policy = policy.AfterRefusal(count, refused.SuggestedBlocks);
            }
            else
            {
                throw Failed($"The endpoint did not give the events: {failure.Reason}", $"Look at {ChainSettings.EndpointName}: it must serve eth_getLogs.");
            }
        }

        return found;
    }

    private static ExpectedFailureException Failed(string problem, string remedy) => new(ExitCode.Failed, problem, remedy);
}
