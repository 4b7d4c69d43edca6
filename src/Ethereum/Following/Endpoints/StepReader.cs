using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>
/// One endpoint's voice within a step: asks it, checks each answer, times it, and puts answers together into what a step needs. Everything
/// that one reader returns comes from one endpoint.
/// </summary>
internal sealed class StepReader(Endpoint endpoint, FollowerOptions options, TimeProvider clock)
{
    private const int MaxRefusals = 20;

    public Endpoint Endpoint => endpoint;

    public async ValueTask<Answer<RemoteTip>> ReadTipAsync(CancellationToken cancellationToken)
    {
        // The final block comes first: the head can only be above it, unless the answers come from two nodes behind one address.
        BlockRef? final = null;
        if (options.Finality.UsesTag)
        {
            var answer = await ReadHeaderAsync(BlockTag.Finalized, cancellationToken);
            if (answer.TryGet(out var header, out var failure))
                final = header.Ref;
            else if (failure is not SourceFailure.UnknownBlock)
                return failure;
        }

        if (!(await ReadHeaderAsync(options.Target, cancellationToken)).TryGet(out var head, out var headFailure))
            return headFailure;
        if (final?.Number > head.Number)
            return AnswerChecks.Refuse(Inconsistency.FinalizedAboveHead, $"Its final block {final} lies above its head {head.Ref}.");

        endpoint.Learn(health => health.AfterHead(head.Number, clock.GetUtcNow()));
        return Answer.Of(new RemoteTip(head, options.Finality.Under(head.Number, final?.Number), final));
    }

    public async ValueTask<Answer<SealedHeader>> ReadHeaderAsync(BlockTag block, CancellationToken cancellationToken)
    {
        var answer = await TimeAsync(endpoint.Source.ReadHeaderAsync(block, cancellationToken));
        if (!answer.TryGet(out var header, out var failure))
            return failure;
        return AnswerChecks.Header(block, header, options.HeaderCheck) is { } refusal ? refusal : answer;
    }

    /// <summary>As <see cref="ReadBlocksAsync"/>, for as much of the range as is answered: what comes after it is left to the next step.</summary>
    public async ValueTask<Answer<ChainSegment>> ReadStartOfBlocksAsync(
        BlockRange range, SealedHeader? head, IReadOnlyList<LogFilter> filters, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var (segment, failure) = await ReadUntilFailureAsync(range, head, filters, cancellationToken);
        LearnRange(range.Count, segment?.Logs.Count ?? 0, failure, clock.GetElapsedTime(started));
        return segment is not null ? Answer.Of(segment) : failure!;
    }

    /// <summary>Blocks that may still be replaced: headers that link, then the logs of each by hash.</summary>
    public async ValueTask<Answer<ChainSegment>> ReadBlocksAsync(
        BlockRange range, SealedHeader? head, IReadOnlyList<LogFilter> filters, CancellationToken cancellationToken)
    {
        var (segment, failure) = await ReadUntilFailureAsync(range, head, filters, cancellationToken);
        return failure is null ? Answer.Of(segment!) : failure;
    }

    // Blocks up to the first that was not answered, and why it was not.
    private async ValueTask<(ChainSegment? Segment, SourceFailure? Failure)> ReadUntilFailureAsync(
        BlockRange range, SealedHeader? head, IReadOnlyList<LogFilter> filters, CancellationToken cancellationToken)
    {
        var read = head is not null && range.First == head.Number
            ? Answer.Of<IReadOnlyList<SealedHeader>>([head])
            : await ReadHeadersAsync(range, cancellationToken);
        if (!read.TryGet(out var headers, out var failure))
            return (null, failure);
        if (head is not null && headers[^1].Number == head.Number && headers[^1].Hash != head.Hash)
            return (null, AnswerChecks.Refuse(Inconsistency.BrokenLink, $"Its head was {head.Ref} and became {headers[^1].Ref} within a step."));

        var logs = new List<LocatedLog>();
        for (var i = 0; i < headers.Count; i++)
        {
            if (headers[i].Number < options.StartBlock)
                continue;
            if (!(await ReadBlockLogsAsync(headers[i], filters, cancellationToken)).TryGet(out var ofBlock, out failure))
            {
                // Who contradicts itself is believed in nothing; who only fell silent said the truth before.
                var counts = i > 0 && failure is (SourceFailure.Unavailable or SourceFailure.RateLimited);
                return (counts ? Segment([.. headers.Take(i)], new BlockRange(range.First, headers[i - 1].Number), logs) : null, failure);
            }

            logs.AddRange(ofBlock);
        }

        return (Segment(headers, range, logs), null);
    }

    /// <summary>As <see cref="ReadRangeAsync"/>, for as much of the range as the endpoint can be brought to answer.</summary>
    public async ValueTask<Answer<ChainSegment>> ReadStartOfRangeAsync(
        BlockRange range, IReadOnlyList<LogFilter> filters, CancellationToken cancellationToken)
    {
        for (var refusals = 0; ; refusals++)
        {
            var answer = await ReadRangeAsync(range, filters, cancellationToken);
            if (answer.Failure is not SourceFailure.RangeTooLarge refusal)
                return answer;
            if (refusals == MaxRefusals)
                return new SourceFailure.Unavailable($"It refused {MaxRefusals} ever shorter ranges from block {range.First} ({refusal.Detail}).");
            range = new BlockRange(range.First, new(range.First.Value + endpoint.Ranges.Blocks - 1));
        }
    }

    /// <summary>Blocks that are final, by number: one question per filter, and the headers that its answers are held against.</summary>
    public async ValueTask<Answer<ChainSegment>> ReadRangeAsync(
        BlockRange range, IReadOnlyList<LogFilter> filters, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var answer = await ReadRangeOnceAsync(range, range.First >= options.StartBlock ? filters : [], cancellationToken);
        var elapsed = clock.GetElapsedTime(started);
        if (range.First < options.StartBlock)
            return answer;

        LearnRange(range.Count, answer.TryGet(out var segment, out var silence) ? segment.Logs.Count : 0, silence, elapsed);
        return answer.Failure is SourceFailure.RangeTooLarge refused && range.Count == 1 ? RefusedAlone(range.First, refused) : answer;
    }

    private async ValueTask<Answer<ChainSegment>> ReadRangeOnceAsync(
        BlockRange range, IReadOnlyList<LogFilter> filters, CancellationToken cancellationToken)
    {
        SealedHeader? last = null;
        var answers = new List<IReadOnlyList<LocatedLog>>(filters.Count);
        foreach (var filter in filters)
        {
            if (!(await TimeAsync(endpoint.Source.ReadLogsAsync(range, filter, cancellationToken))).TryGet(out var answer, out var silence))
                return silence;
            if (AnswerChecks.Header(range.Last, answer.Last, options.HeaderCheck) is { } otherBlock)
                return otherBlock;
            if (last is not null && last.Hash != answer.Last.Hash)
                return AnswerChecks.Refuse(Inconsistency.TwoBlocksAtOneNumber, $"The final block {last.Ref} became {answer.Last.Ref}.");
            last = answer.Last;
            if (AnswerChecks.Logs(range, filter, answer.Logs, number => number == last.Number ? last.Hash : null) is { } refusal)
                return refusal;
            answers.Add(answer.Logs);
        }

        if (!AnswerChecks.Merge(answers).TryGet(out var logs, out var failure))
            return failure;
        if (!(await ReadRangeHeadersAsync(range, last, filters.Count > 0, cancellationToken)).TryGet(out var headers, out failure))
            return failure;
        if (last is not null && headers[^1].Hash != last.Hash)
            return AnswerChecks.Refuse(Inconsistency.TwoBlocksAtOneNumber, $"The final block {last.Ref} became {headers[^1].Ref}.");
        if (!(await HoldAgainstAsync(headers, logs, filters, cancellationToken)).TryGet(out logs, out failure))
            return failure;
        return Answer.Of(Segment(headers, range, logs));
    }

    private async ValueTask<Answer<IReadOnlyList<SealedHeader>>> ReadRangeHeadersAsync(
        BlockRange range, SealedHeader? last, bool hasLogs, CancellationToken cancellationToken)
    {
        if (range.Count == 1 && last is not null)
            return Answer.Of<IReadOnlyList<SealedHeader>>([last]);
        if (hasLogs && options.RangeVerification == RangeVerification.EveryHeader)
            return await ReadHeadersAsync(range, cancellationToken);

        if (!(await ReadHeaderAsync(range.First, cancellationToken)).TryGet(out var first, out var failure))
            return failure;
        if (range.Count == 1)
            return Answer.Of<IReadOnlyList<SealedHeader>>([first]);
        if (last is null && !(await ReadHeaderAsync(range.Last, cancellationToken)).TryGet(out last, out failure))
            return failure;
        return Answer.Of<IReadOnlyList<SealedHeader>>([first, last]);
    }

    // The logs of a range against the headers that are known: the same hash at the same height, and what the bloom filters say.
    private async ValueTask<Answer<IReadOnlyList<LocatedLog>>> HoldAgainstAsync(
        IReadOnlyList<SealedHeader> headers, IReadOnlyList<LocatedLog> logs, IReadOnlyList<LogFilter> filters,
        CancellationToken cancellationToken)
    {
        // Both ascend by number.
        var next = 0;
        foreach (var header in headers)
        {
            while (next < logs.Count && logs[next].Block.Number < header.Number)
                next++;
            var first = next;
            while (next < logs.Count && logs[next].Block.Number == header.Number)
                next++;
            IReadOnlyList<LocatedLog> ofBlock = [.. logs.Skip(first).Take(next - first)];
            if (ofBlock.Count > 0 && ofBlock[0].Block.Hash != header.Hash)
            {
                return AnswerChecks.Refuse(
                    Inconsistency.LogOfOtherBlock, $"It has logs of {ofBlock[0].Block}, and the block at that height is {header.Ref}.");
            }

            if (await QuestionAsync(header, ofBlock, filters, cancellationToken) is { } refusal)
                return refusal;
        }

        return Answer.Of(logs);
    }

    private async ValueTask<Answer<IReadOnlyList<LocatedLog>>> ReadBlockLogsAsync(
        SealedHeader header, IReadOnlyList<LogFilter> filters, CancellationToken cancellationToken)
    {
        var bloom = header.Header.LogsBloom;
        var asked = options.BloomUse == BloomUse.CheckAndSkip && !bloom.IsEmpty ? [.. filters.Where(f => f.MayMatch(bloom))] : filters;
        var answers = new List<IReadOnlyList<LocatedLog>>(asked.Count);
        foreach (var filter in asked)
        {
            if (!(await ReadBlockLogsAsync(header, filter, cancellationToken)).TryGet(out var logs, out var failure))
                return failure;
            answers.Add(logs);
        }

        var merged = AnswerChecks.Merge(answers);
        if (!merged.TryGet(out var all, out _))
            return merged;
        return await QuestionAsync(header, all, filters, cancellationToken) is { } refusal ? refusal : merged;
    }

    private async ValueTask<Answer<IReadOnlyList<LocatedLog>>> ReadBlockLogsAsync(
        SealedHeader header, LogFilter filter, CancellationToken cancellationToken)
    {
        var answer = await TimeAsync(endpoint.Source.ReadLogsAsync(header.Hash, filter, cancellationToken));
        if (!answer.TryGet(out var logs, out var failure))
            return failure is SourceFailure.RangeTooLarge ? RefusedAlone(header.Number, failure) : failure;
        var block = new BlockRange(header.Number, header.Number);
        return AnswerChecks.Logs(block, filter, logs, _ => header.Hash) is { } refusal ? refusal : answer;
    }

    // A bloom filter that says "perhaps" where no log came is either a false positive or a log held back, and asking somebody else only
    // adds an opinion. So the endpoint has to show all logs of the block in a way that the header proves. A false positive passes, since
    // there are no logs of ours among them.
    private async ValueTask<SourceFailure?> QuestionAsync(
        SealedHeader header, IReadOnlyList<LocatedLog> logs, IReadOnlyList<LogFilter> filters, CancellationToken cancellationToken)
    {
        var bloom = header.Header.LogsBloom;
        if (options.BloomUse == BloomUse.None)
            return null;
        if (AnswerChecks.WithinBloom(header, logs) is { } outside)
            return outside;
        if (!filters.Any(filter => filter.MayMatch(bloom) && !logs.Any(log => filter.Matches(log.Content))))
            return null;

        if (!(await new LogCensus(endpoint.Source).TakeAsync(header, cancellationToken)).TryGet(out var all, out var failure))
            return failure;
        var wanted = all.Where(log => filters.Any(filter => filter.Matches(log.Content))).ToArray();
        if (!AnswerChecks.Merge([wanted]).TryGet(out var expected, out failure))
            return failure;
        return LogsDigest.Of(expected) == LogsDigest.Of(logs.Select(LogCensus.Anonymous))
            ? null
            : AnswerChecks.Refuse(
                Inconsistency.MissingLogs, $"Of block {header.Ref} it has {expected.Count} matching logs, and answered {logs.Count}.");
    }

    private async ValueTask<Answer<IReadOnlyList<SealedHeader>>> ReadHeadersAsync(BlockRange range, CancellationToken cancellationToken)
    {
        var answer = await TimeAsync(endpoint.Source.ReadHeadersAsync(range, cancellationToken));
        if (!answer.TryGet(out var headers, out var failure))
            return failure;
        return AnswerChecks.Headers(range, headers, options.HeaderCheck) is { } refusal ? refusal : answer;
    }

    private async ValueTask<Answer<T>> TimeAsync<T>(ValueTask<Answer<T>> question)
        where T : notnull
    {
        var started = clock.GetTimestamp();
        var answer = await question;
        var elapsed = clock.GetElapsedTime(started);
        if (answer.Failure is null)
            endpoint.Learn(health => health.AfterAnswer(elapsed));
        return answer;
    }

    // How long the next question is to be: one that was too much for an endpoint, or that it was too busy for, is asked in shorter pieces. So is one whose answer was refused: of who leaves
    // out logs now and then a long answer hardly ever holds, and the further we fell behind the longer we would ask.
    private void LearnRange(ulong asked, int logs, SourceFailure? failure, TimeSpan elapsed) => endpoint.LearnRange(policy => failure switch
    {
        null => policy.AfterAnswer(asked, logs, elapsed),
        SourceFailure.RangeTooLarge refusal => policy.AfterRefusal(asked, refusal.SuggestedBlocks),
        SourceFailure.Unavailable or SourceFailure.Malformed or SourceFailure.RateLimited or SourceFailure.Inconsistent => policy.AfterSilence(asked),
        _ => policy,
    });

    private static SourceFailure.Unavailable RefusedAlone(BlockNumber block, SourceFailure refusal) =>
        new($"It refuses the logs of block {block} alone as too many ({refusal}). Narrow the filters.");

    private static ChainSegment Segment(IReadOnlyList<SealedHeader> headers, BlockRange range, IReadOnlyList<LocatedLog> logs) => new()
    {
        Blocks = range,
        ParentHash = headers[0].ParentHash,
        Last = headers[^1].Ref,
        Headers = headers,
        Logs = logs,
    };
}
