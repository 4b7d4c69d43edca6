namespace OpenGradient.Ethereum.Following;

/// <summary>
/// Asks several endpoints the same at once, and does not wait for the slowest: once enough have said enough, the others have a short grace,
/// after which they are taken for absent. Where it is never enough, each source's own time limit ends it.
/// </summary>
internal sealed class Ballot(TimeSpan grace, TimeProvider clock)
{
    /// <summary>One vote per voter, in their order.</summary>
    /// <param name="voters">Who is asked.</param>
    /// <param name="ask">Asks one; the token ends when the ballot closes.</param>
    /// <param name="absent">The vote of one who was not waited for.</param>
    /// <param name="isCarried">Whether these votes are enough.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    public async Task<IReadOnlyList<TVote>> HoldAsync<TVoter, TVote>(
        IReadOnlyList<TVoter> voters, Func<TVoter, CancellationToken, Task<TVote>> ask, Func<TVoter, SourceFailure, TVote> absent,
        Func<IEnumerable<TVote>, bool> isCarried, CancellationToken cancellationToken)
    {
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<TVote>[] asked = [.. voters.Select(voter => ask(voter, closing.Token))];
        var awaited = asked.ToList();
        var votes = new Dictionary<Task<TVote>, TVote>(asked.Length);
        var started = clock.GetTimestamp();
        try
        {
            Task? closed = null;
            while (awaited.Count > 0)
            {
                await Task.WhenAny(closed is null ? awaited : [.. awaited, closed]);
                foreach (var vote in awaited.FindAll(static vote => vote.IsCompleted))
                {
                    awaited.Remove(vote);
                    votes.Add(vote, await vote);
                }

                if (closed is { IsCompleted: true })
                    break;
                if (closed is null && grace != Timeout.InfiniteTimeSpan && isCarried(votes.Values))
                    closed = Task.Delay(grace, clock, closing.Token);
            }
        }
        finally
        {
            await closing.CancelAsync();
            await Task.WhenAll(awaited.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var missed = new SourceFailure.Unavailable($"No answer in {clock.GetElapsedTime(started).TotalSeconds:0.#} s, when the others had agreed.");
        return [.. asked.Select((vote, i) => votes.TryGetValue(vote, out var cast) ? cast : absent(voters[i], missed))];
    }
}
