using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>
/// The algorithm by which a local copy of a chain's logs becomes, and stays, what the chain says, whatever happens to either.
/// </summary>
/// <remarks>
/// <para>
/// <b>Why.</b> Copies go wrong in few ways: a short answer is taken for the whole truth, a lagging node for a reorg, two nodes' answers for
/// one; rows are stored and the place is not; the code that undoes is another than the code that does. So there is one function,
/// <see cref="ConvergeAsync"/>, for a first start, back-filling, following, reorgs and restarts after a crash, and it can be read whole.
/// </para>
/// <para><b>Rules.</b></para>
/// <list type="bullet">
/// <item>State is what the sink stored, and only that. A step reads it, and ends in one commit or in none; what is kept in between (the
/// cursor, ranges loaded ahead) is a cache that may be dropped at any moment, and is before a walk back and after any failure.</item>
/// <item>One endpoint answers one step. Others only confirm: k of n load the same blocks by themselves and must come to the same hashes and
/// logs. Who differs is reported with what each said (<see cref="Disagreement"/>), and outvoted rather than averaged.</item>
/// <item>Final blocks are read by number in ranges that adapt; blocks that may be replaced are read by hash. Every segment names its
/// parent, and is stored only on top of that parent.</item>
/// <item>What is a reorg, and what merely lags, is said by <see cref="ReorgPolicy"/>.</item>
/// <item>An answer that contradicts the question, itself or the block's header is refused (<see cref="Inconsistency"/>), and so is
/// silence where the bloom filter proves that there is something to say (<see cref="BloomUse"/>).</item>
/// <item>Nothing final is ever undone. Where the chain did so, the follower stops, stores that it has, and stays stopped.</item>
/// </list>
/// </remarks>
internal sealed class Converge : IAsyncDisposable
{
    private readonly EndpointPool _pool;
    private readonly Panel _panel;
    private readonly IChainSink _sink;
    private readonly LogFilterSet _filters;
    private readonly FollowerOptions _options;
    private readonly TimeProvider _clock;
    private readonly RangePrefetch _ahead;

    private ChainCursor? _cursor;
    private volatile bool _isMoved;
    private ShorterChainWatch _watch = ShorterChainWatch.None;
    private Hash32 _head;
    private DateTimeOffset _headSince;
    private StepView? _view;
    private long _viewSince;

    public Converge(
        EndpointPool pool, IChainSink sink, LogFilterSet filters, FollowerOptions options, IFollowerObserver observer,
        Func<double> spread, TimeProvider clock)
    {
        _pool = pool;
        _panel = new Panel(pool, options, observer, spread, clock);
        _sink = sink;
        _filters = filters;
        _options = options;
        _clock = clock;
        _ahead = new RangePrefetch(options.PrefetchedRanges);
        Polling = options.Polling;
    }

    /// <summary>When to look again, as learnt so far.</summary>
    public PollPolicy Polling { get; private set; }

    /// <summary>One step. Whatever it throws comes from the sink, from the token, or is a bug; the next step starts from what is stored.</summary>
    public async ValueTask<StepOutcome> StepAsync(CancellationToken cancellationToken)
    {
        var keepsCaches = false;
        try
        {
            var outcome = await ConvergeAsync(cancellationToken);
            keepsCaches = outcome is StepOutcome.Advanced or StepOutcome.UpToDate or StepOutcome.EndpointBehind;
            return outcome;
        }
        finally
        {
            if (!keepsCaches)
                await ForgetAsync();
        }
    }

    /// <summary>Has the next step start from what is stored.</summary>
    public void Forget() => _isMoved = true;

    public ValueTask DisposeAsync() => _ahead.DisposeAsync();

    private async ValueTask<StepOutcome> ConvergeAsync(CancellationToken cancellationToken)
    {
        if (_isMoved)
        {
            _isMoved = false;
            await ForgetAsync();
        }

        // The local tip.
        var local = _cursor ??= await _sink.ReadCursorAsync(cancellationToken);
        if (local.Stop is { } stop)
            return new StepOutcome.Stopped(stop);

        // The remote tip. From here on one endpoint answers.
        var (view, otherwise) = await OpenStepAsync(local, cancellationToken);
        if (view is null)
            return otherwise!;
        Note(view.Remote.Head);
        if (local.IsEmpty)
            return await AnchorAsync(view, cancellationToken);

        // An endpoint that ends below us lags, until all of them have for long enough.
        var relation = ReorgPolicy.Compare(local, view.Remote);
        if (relation == TipRelation.Shorter && !IsReallyShorter(local, view))
            return Behind(local, view);

        // Load what comes after the local tip, and check that it does come after it.
        var basis = local.Tip;
        var load = relation == TipRelation.Decides ? await LoadAsync(view, basis, cancellationToken) : Answer.Of(Loaded.Nothing);
        if (!load.TryGet(out var loaded, out var failure))
            return _panel.Fail(view.Endpoint, failure);

        if (!loaded.Follows)
        {
            // It does not: walk back, without caches, to the common ancestor, and load what comes after that.
            await ForgetAsync();
            if ((await _sink.ReadCursorAsync(cancellationToken)) is var stored && (stored.IsEmpty || stored.Tip != local.Tip))
                return new StepOutcome.Contended();
            if (!(await WalkBackAsync(view, local, cancellationToken)).TryGet(out var meeting, out failure))
                return _panel.Fail(view.Endpoint, failure);
            if (!local.Holds(meeting))
                return await StopAsync(view, local.Final, meeting, cancellationToken);
            if (view.Remote.FinalBlock is { } final && local.Contradicts(final) && final.Number <= meeting.Number)
                return _panel.Fail(view.Endpoint, Contradiction($"Its final block {final} is not on the way to its head {view.Remote.Head.Ref}."));

            basis = meeting;
            if (!(await LoadAsync(view, basis, cancellationToken)).TryGet(out loaded, out failure))
                return _panel.Fail(view.Endpoint, failure);
            if (!loaded.Follows)
                return _panel.Fail(view.Endpoint, Contradiction($"Its chain changed above {basis} within a step."));
        }

        // Rows and cursor, in one transaction.
        return await CommitAsync(view, local, basis, loaded.Segment, cancellationToken);
    }

    // Far below the head nothing depends on where it is: until all that was final is stored, or it is time to look for a new block, the last look serves.
    private async ValueTask<(StepView? View, StepOutcome? Otherwise)> OpenStepAsync(ChainCursor local, CancellationToken cancellationToken)
    {
        if (_view is { } last && !local.IsEmpty && local.Tip.Number < LastFinal(last) && ReferenceEquals(last.Filters, _filters.Current)
            && _clock.GetElapsedTime(_viewSince) < Polling.Interval)
        {
            return (last, null);
        }

        _viewSince = _clock.GetTimestamp();
        var opened = await _panel.OpenStepAsync(_filters.Current, cancellationToken);
        _view = opened.View;
        return opened;
    }

    // A first start takes its place right below the first block that is wanted, or on the last final block if that is lower, so that what
    // it stands on can never be undone. It also means that a genesis block is never asked for logs: it has no transactions.
    private async ValueTask<StepOutcome> AnchorAsync(StepView view, CancellationToken cancellationToken)
    {
        var below = new BlockNumber(Math.Max(_options.StartBlock.Value, 1) - 1);
        var answer = await view.Reader.ReadHeaderAsync(below < view.Final ? below : view.Final, cancellationToken);
        return answer.TryGet(out var header, out var failure)
            ? await CommitAsync(view, new ChainAdvance
            {
                Expected = null,
                Orphaned = [],
                Segment = null,
                Next = new ChainCursor([header.Ref]),
                Filters = view.Filters,
                Endpoints = [view.Endpoint.Name],
            }, cancellationToken)
            : _panel.Fail(view.Endpoint, failure);
    }

    private async ValueTask<Answer<Loaded>> LoadAsync(StepView view, BlockRef basis, CancellationToken cancellationToken)
    {
        var next = basis.Number + 1;
        if (next > view.Target)
        {
            // There is nothing to load whose parent could be checked, so the basis itself is looked at.
            if (basis == view.Remote.Head.Ref)
                return Answer.Of(new Loaded(null, Follows: true));
            var answer = basis.Number == view.Remote.Head.Number
                ? Answer.Of(view.Remote.Head)
                : await view.Reader.ReadHeaderAsync(basis.Number, cancellationToken);
            return answer.TryGet(out var header, out var missing) ? Answer.Of(new Loaded(null, header.Ref == basis)) : missing;
        }

        var read = next <= view.Final
            ? await _ahead.ReadAsync(view.Endpoint, next, view.Filters, cancellationToken)
                ?? await view.Reader.ReadStartOfRangeAsync(PlanRange(view, next), view.Filters, cancellationToken)
            : await view.Reader.ReadStartOfBlocksAsync(PlanBlocks(view, next), view.Remote.Head, view.Filters, cancellationToken);
        return read.TryGet(out var segment, out var failure)
            ? Answer.Of(new Loaded(segment, segment.ParentHash == basis.Hash))
            : failure;
    }

    // From the endpoint's block at our tip's height, or its head if that is lower, down by parent hash to the first block that is ours. At
    // the height of our final block it ends in any case, and what it found there is ours or replaces it.
    private static async ValueTask<Answer<BlockRef>> WalkBackAsync(StepView view, ChainCursor local, CancellationToken cancellationToken)
    {
        var step = Answer.Of(view.Remote.Head);
        if (view.Remote.Head.Number > local.Tip.Number)
            step = await view.Reader.ReadHeaderAsync(local.Tip.Number, cancellationToken);
        while (true)
        {
            if (!step.TryGet(out var theirs, out var failure))
                return failure;
            if (local.Holds(theirs.Ref) || theirs.Number <= local.Final.Number)
                return Answer.Of(theirs.Ref);

            step = await view.Reader.ReadHeaderAsync(BlockTag.At(theirs.ParentHash), cancellationToken);
            if (step.TryGet(out var parent, out _) && parent.Number != theirs.Number - 1)
                return Contradiction($"Block {parent.Ref} cannot be the parent of {theirs.Ref}.");
        }
    }

    private ValueTask<StepOutcome> CommitAsync(
        StepView view, ChainCursor local, BlockRef basis, ChainSegment? segment, CancellationToken cancellationToken)
    {
        var isFinal = segment is not null && segment.Blocks.Last <= view.Final;
        var added = segment is null ? [] : isFinal ? [segment.Last] : segment.Headers.Select(header => header.Ref);
        var next = local.After(basis, added, view.Final);
        if (segment is null && next.Tip == local.Tip && next.Final == local.Final)
            return ValueTask.FromResult<StepOutcome>(UpToDate(local, view));

        if (isFinal)
        {
            _ahead.Fill(
                view.Endpoint, segment!.Last.Number, LastFinal(view), view.Filters, first => PlanRange(view, first),
                (range, token) => LoadAheadAsync(view, range, token));
        }

        return CommitAsync(view, new ChainAdvance
        {
            Expected = local.Tip,
            Orphaned = local.Above(basis),
            Segment = segment,
            Next = next,
            Filters = view.Filters,
            Endpoints = [view.Endpoint.Name],
        }, cancellationToken);
    }

    private async ValueTask<StepOutcome> CommitAsync(StepView view, ChainAdvance advance, CancellationToken cancellationToken)
    {
        var (confirmed, refusal) = await _panel.ConfirmAsync(view, advance, cancellationToken);
        if (refusal is not null)
            return refusal;
        if (await _sink.CommitAsync(confirmed, cancellationToken) == CommitOutcome.Stale)
            return new StepOutcome.Contended();

        _cursor = confirmed.Next;
        view.Endpoint.Learn(health => health.AfterSuccess(isBehind: false));
        _pool.Prefer(view.Endpoint);
        return new StepOutcome.Advanced(confirmed, view.Remote, confirmed.Next.Tip.Number >= view.Target);
    }

    // What the sink can do beforehand is done here, beside the transaction of an earlier range.
    private async Task<Answer<ChainSegment>> LoadAheadAsync(StepView view, BlockRange range, CancellationToken cancellationToken)
    {
        var answer = await _panel.Reader(view.Endpoint).ReadStartOfRangeAsync(range, view.Filters, cancellationToken);
        return answer.TryGet(out var segment, out _) ? Answer.Of(segment with { Prepared = _sink.Prepare(segment) }) : answer;
    }

    private async ValueTask<StepOutcome> StopAsync(
        StepView view, BlockRef ours, BlockRef theirs, CancellationToken cancellationToken)
    {
        var (stop, otherwise) = await _panel.JudgeDeepReorgAsync(view, ours, theirs, cancellationToken);
        if (stop is null)
            return otherwise!;
        await _sink.StopAsync(stop, cancellationToken);
        return new StepOutcome.Stopped(stop);
    }

    private StepOutcome.UpToDate UpToDate(ChainCursor local, StepView view)
    {
        // One that has had nothing new for long may have stalled while others went on; so may they: all take turns.
        var isQuiet = _clock.GetUtcNow() - _headSince > Polling.QuietAfter;
        view.Endpoint.Learn(health => health.AfterSuccess(isBehind: isQuiet));
        _pool.Prefer(view.Endpoint);
        return new StepOutcome.UpToDate(local, view.Remote);
    }

    private static StepOutcome.EndpointBehind Behind(ChainCursor local, StepView view)
    {
        view.Endpoint.Learn(health => health.AfterSuccess(isBehind: true));
        return new StepOutcome.EndpointBehind(view.Endpoint.Name, local.Tip, view.Remote);
    }

    private bool IsReallyShorter(ChainCursor local, StepView view)
    {
        var now = _clock.GetUtcNow();
        foreach (var (endpoint, head) in view.Heads)
            _watch = head < local.Tip.Number ? _watch.AfterShorter(local.Tip, endpoint.Name, now) : ShorterChainWatch.None;

        // An endpoint that has not even reached what is final proves nothing by it.
        return view.Remote.Head.Number >= local.Final.Number
            && _watch.IsProven(_pool.All.Select(endpoint => endpoint.Name), _options.Reorgs.ShorterChainPatience, now);
    }

    private void Note(SealedHeader head)
    {
        Polling = Polling.AfterHeader(head);
        if (head.Hash != _head)
            (_head, _headSince) = (head.Hash, _clock.GetUtcNow());
        if (_cursor is { IsEmpty: false } local && head.Number >= local.Tip.Number)
            _watch = ShorterChainWatch.None;
    }

    private async ValueTask ForgetAsync()
    {
        _cursor = null;
        _view = null;
        await _ahead.ClearAsync();
    }

    private BlockRange PlanRange(StepView view, BlockNumber first)
    {
        var last = LastFinal(view);
        // Below the first wanted block only the edges are read, however far apart they are.
        if (first < _options.StartBlock)
            return new BlockRange(first, Lower(last, _options.StartBlock - 1));
        return new BlockRange(first, Lower(last, new(first.Value + _panel.RangeBlocks(view.Endpoint) - 1)));
    }

    private BlockRange PlanBlocks(StepView view, BlockNumber first) =>
        new(first, Lower(view.Target, new(first.Value + Math.Min((ulong)_options.MaxBlocksPerStep, _panel.RangeBlocks(view.Endpoint)) - 1)));

    private static BlockNumber LastFinal(StepView view) => Lower(view.Final, view.Target);

    private static BlockNumber Lower(BlockNumber left, BlockNumber right) => left < right ? left : right;

    private static SourceFailure.Inconsistent Contradiction(string detail) => AnswerChecks.Refuse(Inconsistency.BrokenLink, detail);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Loaded(ChainSegment? Segment, bool Follows)
    {
        public static Loaded Nothing => default;
    }
}
