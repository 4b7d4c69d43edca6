using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Relayer.Chain;

/// <summary>Several endpoints that are asked the same, of which so many must say the same before it is believed.</summary>
internal sealed class EndpointQuorum(IReadOnlyList<EthereumClient> endpoints, int quorum, ILogger logger, TimeProvider clock)
{
    // When enough have answered, the others have so long: a judgement by more of them is a better one.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    public int Needed => quorum;

    /// <summary>What they say, each of them: a quorum at the least, and whoever else answers soon after. Throws what an endpoint threw where fewer answer.</summary>
    public async Task<IReadOnlyList<T>> HearAsync<T>(Func<EthereumClient, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = AskAll(ask, over.Token, cancellationToken);
        List<Answer<T>> answers = [];
        Task? patience = null;
        while (asked.Count > 0)
        {
            if (answers.Count(answer => answer.Failure is null) >= quorum)
                patience ??= Task.Delay(Grace, clock, over.Token);
            List<Task> awaited = [.. asked];
            if (patience is not null)
                awaited.Add(patience);
            if (await Task.WhenAny(awaited) is not Task<Answer<T>> next)
                break;
            asked.Remove(next);
            answers.Add(await next);
        }

        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return Enough(answers);
    }

    /// <summary>What a quorum says in the same words, as soon as it does.</summary>
    public async Task<T> AgreeAsync<T>(string what, Func<EthereumClient, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class =>
        await FindAgreedAsync(ask, cancellationToken) ?? throw new RpcException(
            "the quorum", what, new RpcError.Malformed($"No {quorum} of {endpoints.Count} endpoints say the same."));

    /// <summary>As <see cref="AgreeAsync"/>; null where they answer, and do not agree.</summary>
    public async Task<T?> FindAgreedAsync<T>(Func<EthereumClient, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = AskAll(ask, over.Token, cancellationToken);
        List<Answer<T>> answers = [];
        while (asked.Count > 0)
        {
            var next = await Task.WhenAny(asked);
            asked.Remove(next);
            answers.Add(await next);
            if (Agreement.Of(answers.Where(answer => answer.Failure is null).Select(answer => answer.Told!), quorum) is { } agreed)
            {
                await over.CancelAsync();
                return agreed;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        Enough(answers);
        return null;
    }

    /// <summary>The highest block that a quorum has in common.</summary>
    public async Task<SealedHeader> HeadAsync(IEnumerable<BlockNumber> heads, CancellationToken cancellationToken)
    {
        foreach (var number in Agreement.Candidates(heads, quorum))
        {
            if (await FindAgreedAsync(async (client, token) => new KnownHeader(await client.GetHeaderAsync(BlockTag.At(number), token)), cancellationToken) is { Header: { } agreed })
                return agreed;
        }

        throw new RpcException("the quorum", "eth_getBlockByNumber", new RpcError.Malformed($"No {quorum} of {endpoints.Count} endpoints have a block in common."));
    }

    private List<Task<Answer<T>>> AskAll<T>(Func<EthereumClient, CancellationToken, Task<T>> ask, CancellationToken over, CancellationToken stopping) =>
        [.. endpoints.Select(client => AskAsync(client, ask, over, stopping))];

    // Never throws for what an endpoint does: somebody else may answer.
    private async Task<Answer<T>> AskAsync<T>(EthereumClient client, Func<EthereumClient, CancellationToken, Task<T>> ask, CancellationToken over, CancellationToken stopping)
    {
        try
        {
            return new Answer<T>(await ask(client, over), Failure: null);
        }
        catch (Exception failure) when (failure is RpcException or ContractRevertedException or AbiException or OperationCanceledException)
        {
            // Whom nobody waits for any more has not failed.
            if (endpoints.Count > 1 && (failure is not OperationCanceledException || (!over.IsCancellationRequested && !stopping.IsCancellationRequested)))
                logger.LookFailed(client.Endpoint.Name, failure.Message);
            return new Answer<T>(default, ExceptionDispatchInfo.Capture(failure));
        }
    }

    private List<T> Enough<T>(List<Answer<T>> answers)
    {
        List<T> told = [.. answers.Where(answer => answer.Failure is null).Select(answer => answer.Told!)];
        if (told.Count < quorum)
            answers.Find(answer => answer.Failure is not null)!.Failure!.Throw();
        return told;
    }

    private sealed record Answer<T>(T? Told, ExceptionDispatchInfo? Failure);

    // Endpoints are held to the block's hash: that says all that stands in it.
    private sealed record KnownHeader(SealedHeader? Header)
    {
        public bool Equals(KnownHeader? other) => other is not null && Header?.Hash == other.Header?.Hash && Header?.Header.Timestamp == other.Header?.Header.Timestamp;

        public override int GetHashCode() => Header?.Hash.GetHashCode() ?? 0;
    }
}
