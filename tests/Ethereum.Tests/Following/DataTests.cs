using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tests.Following.Simulation;

namespace OpenGradient.Ethereum.Tests.Following;

public sealed class DataTests
{
    private static readonly Hash32 One = Hash32.FromUInt256(1);
    private static readonly Hash32 Two = Hash32.FromUInt256(2);

    [Fact]
    public void A_filter_takes_any_of_each_position_and_all_of_the_positions()
    {
        var filter = new LogFilter([SimulatedChain.ContractA], [[One, Two], [], [Two]]);

        Assert.True(filter.Matches(LogOf(SimulatedChain.ContractA, One, One, Two)));
        Assert.True(filter.Matches(LogOf(SimulatedChain.ContractA, Two, Two, Two, One)));
        Assert.False(filter.Matches(LogOf(SimulatedChain.ContractB, One, One, Two)));
        Assert.False(filter.Matches(LogOf(SimulatedChain.ContractA, One, One, One)));
        Assert.False(filter.Matches(LogOf(SimulatedChain.ContractA, One, One)));
        Assert.True(LogFilter.All.Matches(LogOf(SimulatedChain.ContractB)));
        Assert.Throws<ArgumentException>(() => new LogFilter(topics: [[], [], [], [], []]));
    }

    [Fact]
    public void A_filter_never_denies_a_bloom_filter_that_holds_a_match()
    {
        var log = LogOf(SimulatedChain.ContractA, One, Two);
        var bloom = Bloom.Of([log, LogOf(SimulatedChain.ContractB)]);

        Assert.True(new LogFilter([SimulatedChain.ContractA], [[One], [Two]]).MayMatch(bloom));
        Assert.True(LogFilter.All.MayMatch(bloom));
        Assert.False(new LogFilter([Address.Parse("0x00000000000000000000000000000000000000cc")]).MayMatch(bloom));
        Assert.False(new LogFilter(topics: [[Hash32.FromUInt256(3)]]).MayMatch(bloom));
    }

    [Fact]
    public void A_probe_of_a_bloom_filter_says_what_the_filter_says_of_the_thing_itself()
    {
        var random = new Random(7);
        var bloom = Bloom.Of([.. Enumerable.Range(0, 40).Select(_ => LogOf(RandomAddress(), RandomTopic(), RandomTopic()))]);
        var hits = 0;
        for (var i = 0; i < 2_000; i++)
        {
            var (address, topic) = (RandomAddress(), RandomTopic());
            Assert.Equal(bloom.MayContain(address), bloom.MayContain(BloomProbe.Of(address)));
            Assert.Equal(bloom.MayContain(topic), bloom.MayContain(BloomProbe.Of(topic)));
            hits += bloom.MayContain(topic) ? 1 : 0;
        }

        // With 360 bits set of 2048, some by chance twice, a few in a thousand are false positives.
        Assert.InRange(hits, 1, 40);

        Address RandomAddress()
        {
            Span<byte> bytes = stackalloc byte[Address.ByteLength];
            random.NextBytes(bytes);
            return new Address(bytes);
        }

        Hash32 RandomTopic()
        {
            Span<byte> bytes = stackalloc byte[Hash32.ByteLength];
            random.NextBytes(bytes);
            return new Hash32(bytes);
        }
    }

    [Fact]
    public void A_digest_changes_with_everything_that_a_log_says()
    {
        var log = new SimulatedChain(blocks: 1)[1].Logs[0];
        LocatedLog[] others =
        [
            log with { LogIndex = 1 },
            log with { TransactionIndex = 1 },
            log with { TransactionHash = One },
            log with { Block = log.Block with { Hash = One } },
            log with { Block = log.Block with { Number = new(7) } },
            log with { Content = log.Content with { Address = SimulatedChain.ContractB } },
            log with { Content = log.Content with { Topics = [] } },
            log with { Content = log.Content with { Topics = [One] } },
            log with { Content = log.Content with { Data = new byte[] { 1 } } },
        ];

        Hash32[] digests = [LogsDigest.Of([]), LogsDigest.Of([log]), LogsDigest.Of([log, log]), .. others.Select(other => LogsDigest.Of([other]))];
        Assert.Equal(digests.Length, digests.Distinct().Count());
        Assert.NotEqual(LogsDigest.Of([log, others[0]]), LogsDigest.Of([others[0], log]));
        Assert.Equal(LogsDigest.Of([log]), LogsDigest.Of([log with { BlockTimestamp = 5 }]));
    }

    [Fact]
    public void A_cursor_knows_its_blocks_and_nothing_else()
    {
        var cursor = new ChainCursor([Ref(5), Ref(6), Ref(7)]);

        Assert.Equal(Ref(6), cursor.At(new(6)));
        Assert.Null(cursor.At(new(4)));
        Assert.Null(cursor.At(new(8)));
        Assert.Null(ChainCursor.None.At(new(0)));
        Assert.True(cursor.Contradicts(Ref(6) with { Hash = One }));
        Assert.False(cursor.Contradicts(Ref(8)));
        Assert.Equal([Ref(7), Ref(6)], cursor.Above(Ref(5)));
        Assert.Throws<ArgumentException>(() => new ChainCursor([Ref(5), Ref(7)]));
    }

    [Fact]
    public void A_cursor_keeps_what_may_still_be_replaced_and_the_block_below()
    {
        var cursor = new ChainCursor([Ref(5), Ref(6), Ref(7)]);
        var sibling = Ref(7) with { Hash = One };

        Assert.Equal([Ref(6), sibling], cursor.After(Ref(6), [sibling], final: new(6)).Recent);
        Assert.Equal([Ref(5), Ref(6)], cursor.After(Ref(6), [], final: new(3)).Recent);
        Assert.Equal([Ref(90)], cursor.After(Ref(7), [Ref(90)], final: new(200)).Recent);
        Assert.Equal([Ref(7)], cursor.After(Ref(7), [], final: new(200)).Recent);
    }

    [Fact]
    public void A_range_is_never_empty()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockRange(new(2), new(1)));
        Assert.Equal(1UL, new BlockRange(new(2), new(2)).Count);
        Assert.Equal(ulong.MaxValue, new BlockRange(new(0), new(ulong.MaxValue)).Count);
    }

    [Fact]
    public void An_answer_that_was_never_set_is_a_bug() =>
        Assert.Throws<InvalidOperationException>(() => default(Answer<string>).TryGet(out _, out _));

    [Fact]
    public void Refuses_options_that_cannot_work()
    {
        var options = new FollowerOptions { StartBlock = new(5) };

        Assert.Null(options.Fault(endpoints: 1));
        FollowerOptions[] wrong =
        [
            options with { Quorum = 0 }, options with { Quorum = 3 }, options with { EndBlock = new(4) }, options with { MaxBlocksPerStep = 0 },
            options with { PrefetchedRanges = -1 }, options with { Ranges = new RangePolicy { Most = 0 } },
            options with { Target = BlockTag.Pending }, options with { Target = new BlockNumber(7) },
            options with { Finality = FinalityRule.Depth(FollowerOptions.MaxFinalityDepth + 1) },
        ];
        Assert.All(wrong, each => Assert.NotNull(each.Fault(endpoints: 2)));
        Assert.Throws<ArgumentException>(() => new ChainFollower([], new CheckedSink(), new LogFilterSet()));
    }

    private static BlockRef Ref(ulong number) => new(new(number), Hash32.FromUInt256(number + 1_000));

    private static Log LogOf(Address address, params Hash32[] topics) => new(address, topics, default);
}
