using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>
/// Who answers a step, and who confirms what was answered. A confirmation is not a question about a hash: each endpoint loads the same
/// blocks by itself, with the same checks, and the results are compared.
/// </summary>
internal sealed class Panel(EndpointPool pool, FollowerOptions options, IFollowerObserver observer, Func<double> spread, TimeProvider clock)
{
    private readonly Ballot _ballot = new(options.SlowVoteGrace, clock);

    /// <summary>How many blocks every endpoint that has a say can take at once.</summary>
    public ulong RangeBlocks(Endpoint endpoint) =>
        options.Quorum == 1 ? endpoint.Ranges.Blocks : pool.Open().Append(endpoint).Min(each => each.Ranges.Blocks);

    public StepReader Reader(Endpoint endpoint) => new(endpoint, options, clock);

    /// <summary>Asks for the remote tip: of one endpoint, or of all where a quorum has to have reached it.</summary>
    public async ValueTask<(StepView? View, StepOutcome? Otherwise)> OpenStepAsync(
        IReadOnlyList<LogFilter> filters, CancellationToken cancellationToken)
    {
        var open = pool.Open();
        if (open.Count == 0)
            return (null, new StepOutcome.NoEndpoint(pool.UntilOpen()));

        var asked = options.Quorum == 1 ? open.Take(1) : open;
        var readers = asked.Select(Reader).ToArray();
        var tips = await _ballot.HoldAsync(
            readers, static (reader, token) => reader.ReadTipAsync(token).AsTask(), static (_, failure) => failure,
            answers => answers.Count(answer => answer.Failure is null) >= options.Quorum, cancellationToken);
        var answered = new List<(StepReader Reader, RemoteTip Remote)>(tips.Count);
        StepOutcome? failed = null;
        foreach (var (reader, answer) in readers.Zip(tips))
        {
            if (answer.TryGet(out var remote, out var failure))
                answered.Add((reader, remote));
            else
                failed = Fail(reader.Endpoint, failure);
        }

        if (answered.Count < options.Quorum)
            return (null, options.Quorum == 1 ? failed : new StepOutcome.NoQuorum(answered.Count, options.Quorum));

        // The quorum's head is the highest that so many have reached; likewise what is final. One endpoint's boast moves neither.
        var head = answered.Select(each => each.Remote.Head.Number).OrderDescending().ElementAt(options.Quorum - 1);
        var final = answered.Select(each => each.Remote.Final).OrderDescending().ElementAt(options.Quorum - 1);
        var heads = answered.Select(each => KeyValuePair.Create(each.Reader.Endpoint, each.Remote.Head.Number)).ToArray();
        var chosen = answered.First(each => each.Remote.Head.Number >= head);
        return (StepView.Of(chosen.Reader, chosen.Remote, head, final, heads, filters, options), null);
    }

    /// <summary>The advance with the names of those who confirm it, and what the step came to instead where these are too few.</summary>
    public async ValueTask<(ChainAdvance Advance, StepOutcome? Otherwise)> ConfirmAsync(
        StepView view, ChainAdvance advance, CancellationToken cancellationToken)
    {
        if (options.Quorum == 1)
            return (advance, null);

        var others = pool.Open().Where(endpoint => endpoint != view.Endpoint).ToArray();
        var testimonies = await _ballot.HoldAsync(
            others, (endpoint, token) => TestifyAsync(endpoint, view, advance, token), Silent,
            votes => votes.Count(each => each.Vote == Vote.Agrees) + 1 >= options.Quorum, cancellationToken);
        NoteSilence(others, testimonies);
        var mine = new Testimony(view.Endpoint.Name, Vote.Agrees, advance.Next.Tip.Hash, Digest(advance.Segment));
        var agreeing = testimonies.Where(testimony => testimony.Vote == Vote.Agrees).Select(testimony => testimony.Endpoint);
        var confirmed = advance with { Endpoints = [view.Endpoint.Name, .. agreeing] };
        var isCarried = confirmed.Endpoints.Count >= options.Quorum;

        if (testimonies.Any(testimony => testimony.Vote == Vote.Differs))
            observer.OnDisagreement(new Disagreement(advance.Next.Tip.Number, [mine, .. testimonies]));
        foreach (var (endpoint, testimony) in others.Zip(testimonies).Where(each => each.Second.Vote != Vote.Silent))
        {
            endpoint.Learn(health => health.AfterSuccess(isBehind: false));
            if (isCarried)
                endpoint.Learn(health => health.AfterVerdict(testimony.Vote == Vote.Agrees));
        }

        if (isCarried || testimonies.Any(testimony => testimony.Vote == Vote.Differs))
            view.Endpoint.Learn(health => health.AfterVerdict(isCarried));
        return (confirmed, isCarried ? null : new StepOutcome.NoQuorum(confirmed.Endpoints.Count, options.Quorum));
    }

    /// <summary>
    /// What to make of an endpoint that has another block in place of a final one: a stop, or what the step came to instead. A stop is for
    /// good, so that it takes the majority of all endpoints, at least the quorum, each of which calls its block final itself, and nobody
    /// who upholds ours. An endpoint that does not call it final is stuck on a replaced branch; it rests, and so does one that others contradict.
    /// </summary>
    public async ValueTask<(FollowerStop? Stop, StepOutcome? Otherwise)> JudgeDeepReorgAsync(
        StepView view, BlockRef ours, BlockRef theirs, CancellationToken cancellationToken)
    {
        if (view.Remote.Final < ours.Number)
        {
            return (null, Fail(view.Endpoint, AnswerChecks.Refuse(
                Inconsistency.FinalBlockReplaced,
                $"It has {theirs} in place of the final block {ours}, and calls only {view.Remote.Final} final: it is stuck on a branch that was replaced.")));
        }

        var others = pool.All.Where(endpoint => endpoint != view.Endpoint).ToArray();
        var testimonies = await Task.WhenAll(others.Select(endpoint => TestifyFinalAsync(Reader(endpoint), ours, cancellationToken)));

        NoteSilence(others, testimonies);
        string[] accusers = [view.Endpoint.Name, .. testimonies.Where(each => each.Vote == Vote.Agrees).Select(each => each.Endpoint)];
        if (testimonies.Any(testimony => testimony.Vote == Vote.Differs))
        {
            observer.OnDisagreement(new Disagreement(
                ours.Number, [new Testimony(view.Endpoint.Name, Vote.Agrees, theirs.Hash), .. testimonies]));
            view.Endpoint.Learn(health => health.AfterVerdict(upheld: false));
            return (null, Fail(view.Endpoint, AnswerChecks.Refuse(
                Inconsistency.FinalBlockReplaced, $"It has {theirs} in place of the final block {ours}, which other endpoints still have.")));
        }

        var needed = Math.Max(options.Quorum, (pool.All.Count / 2) + 1);
        return accusers.Length < needed
            ? (null, new StepOutcome.NoQuorum(accusers.Length, needed))
            : (new FollowerStop(ours, theirs, accusers, clock.GetUtcNow()), null);
    }

    /// <summary>Records a failure, after which the endpoint rests for a while.</summary>
    public StepOutcome.EndpointFailed Fail(Endpoint endpoint, SourceFailure failure)
    {
        observer.OnEndpointFailure(endpoint.Name, failure);
        endpoint.Learn(health => health.AfterFailure(failure, options.Backoff, spread(), clock.GetUtcNow()));
        return new StepOutcome.EndpointFailed(endpoint.Name, failure);
    }

    private async Task<Testimony> TestifyAsync(
        Endpoint endpoint, StepView view, ChainAdvance advance, CancellationToken cancellationToken)
    {
        var reader = Reader(endpoint);
        if (advance.Segment is not { } segment)
            return await TestifyTipAsync(reader, advance, cancellationToken);

        var answer = segment.Blocks.Last <= view.Final
            ? await reader.ReadRangeAsync(segment.Blocks, view.Filters, cancellationToken)
            : await reader.ReadBlocksAsync(segment.Blocks, head: null, view.Filters, cancellationToken);
        if (!answer.TryGet(out var own, out var failure))
            return Silent(endpoint, failure);
        var logs = Digest(own);
        var agrees = own.Last == segment.Last && own.ParentHash == segment.ParentHash && logs == Digest(segment);
        return new Testimony(endpoint.Name, agrees ? Vote.Agrees : Vote.Differs, own.Last.Hash, logs);
    }

    // Without new blocks the question is whether the tip to come is theirs too and, after a rewind, that the old tip is not.
    private static async Task<Testimony> TestifyTipAsync(StepReader reader, ChainAdvance advance, CancellationToken cancellationToken)
    {
        if (!(await reader.ReadHeaderAsync(advance.Next.Tip.Number, cancellationToken)).TryGet(out var tip, out var failure))
            return Silent(reader.Endpoint, failure);
        var agrees = tip.Hash == advance.Next.Tip.Hash;
        if (agrees && advance.IsReorg)
        {
            var old = await reader.ReadHeaderAsync(advance.Orphaned[0].Number, cancellationToken);
            if (!old.TryGet(out var header, out failure) && failure is not SourceFailure.UnknownBlock)
                return Silent(reader.Endpoint, failure);
            agrees = header?.Hash != advance.Orphaned[0].Hash;
        }

        return new Testimony(reader.Endpoint.Name, agrees ? Vote.Agrees : Vote.Differs, tip.Hash);
    }

    private static async Task<Testimony> TestifyFinalAsync(StepReader reader, BlockRef ours, CancellationToken cancellationToken)
    {
        if (!(await reader.ReadTipAsync(cancellationToken)).TryGet(out var remote, out var failure))
            return Silent(reader.Endpoint, failure);
        if (!(await reader.ReadHeaderAsync(ours.Number, cancellationToken)).TryGet(out var header, out failure))
            return Silent(reader.Endpoint, failure);
        var vote = header.Hash == ours.Hash ? Vote.Differs : remote.Final >= ours.Number ? Vote.Agrees : Vote.Silent;
        return new Testimony(reader.Endpoint.Name, vote, header.Hash);
    }

    // An endpoint that merely lacks the block yet has done nothing wrong.
    private void NoteSilence(IReadOnlyList<Endpoint> asked, IReadOnlyList<Testimony> testimonies)
    {
        foreach (var (endpoint, testimony) in asked.Zip(testimonies))
        {
            if (testimony.Reason is { } failure and not SourceFailure.UnknownBlock)
                Fail(endpoint, failure);
        }
    }

    private static Testimony Silent(Endpoint endpoint, SourceFailure failure) => new(endpoint.Name, Vote.Silent, Reason: failure);

    private static Hash32? Digest(ChainSegment? segment) => segment is null ? null : LogsDigest.Of(segment.Logs);
}
