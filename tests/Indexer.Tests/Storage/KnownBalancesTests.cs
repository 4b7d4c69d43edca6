using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Balances;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Tests.Storage;

public sealed class KnownBalancesTests
{
    private static readonly FamilyEntry Entry = new() { Name = "token", Fingerprint = Hash32.FromUInt256(7), GapLast = 100 };
    private static readonly ChainCursor First = PlaceAt(10);
    private static readonly ChainCursor Second = PlaceAt(20);
    private readonly KnownBalances _known = new();

    [Fact]
    public void Knows_what_was_written_at_its_place()
    {
        _known.Take(ChainCursor.None, First, Entry, [Key(1), Key(2)], [State(11), State(22)]);

        var states = new BalanceState[3];
        Assert.Equal([1], _known.Read(First, Entry, [Key(2), Key(3), Key(1)], states));
        Assert.Equal([State(22), default, State(11)], states);
    }

    [Fact]
    public void Keeps_what_an_advance_left_alone()
    {
        _known.Take(ChainCursor.None, First, Entry, [Key(1), Key(2)], [State(11), State(22)]);
        _known.Take(First, Second, Entry, [Key(2)], [State(23)]);

        var states = new BalanceState[2];
        Assert.Empty(_known.Read(Second, Entry, [Key(1), Key(2)], states));
        Assert.Equal([State(11), State(23)], states);
    }

    [Fact]
    public void Knows_nothing_at_another_place_or_of_a_family_that_stands_otherwise()
    {
        _known.Take(ChainCursor.None, First, Entry, [Key(1)], [State(11)]);

        FamilyEntry filled = new() { Name = "token", Fingerprint = Hash32.FromUInt256(7), GapLast = null };
        FamilyEntry changed = new() { Name = "token", Fingerprint = Hash32.FromUInt256(8), GapLast = 100 };
        foreach (var (tip, entry) in new[]
        {
            (Second, Entry), (ChainCursor.None, Entry), (PlaceAt(10, hash: 99), Entry), (PlaceAt(10, final: 6), Entry), (First, filled), (First, changed),
        })
        {
            var states = new BalanceState[1];
            Assert.Equal([0], _known.Read(tip, entry, [Key(1)], states));
            Assert.Equal([default], states);
        }
    }

    [Fact]
    public void Forgets_what_came_before_when_another_has_written_in_between()
    {
        _known.Take(ChainCursor.None, First, Entry, [Key(1)], [State(11)]);
        _known.Take(Second, PlaceAt(30), Entry, [Key(2)], [State(22)]);

        Assert.Equal([0], _known.Read(PlaceAt(30), Entry, [Key(1), Key(2)], new BalanceState[2]));
    }

    [Fact]
    public void Is_bounded()
    {
        const int Many = 70_000;
        _known.Take(ChainCursor.None, First, Entry, [.. Enumerable.Range(0, Many).Select(Key)], [.. Enumerable.Range(0, Many).Select(State)]);

        Assert.Equal(Many - 65_536, _known.Read(First, Entry, [.. Enumerable.Range(0, Many).Select(Key)], new BalanceState[Many]).Count);

        _known.Take(First, Second, Entry, [Key(1)], [State(1)]);
        Assert.Equal([1], _known.Read(Second, Entry, [Key(1), Key(2)], new BalanceState[2]));
    }

    private static ChainCursor PlaceAt(ulong number, ulong? hash = null, ulong final = 5) =>
        new([.. Enumerable.Range((int)final, (int)(number - final)).Select(i => new BlockRef(new((ulong)i), Hash32.FromUInt256((ulong)i))), new BlockRef(new(number), Hash32.FromUInt256(hash ?? number))]);

    private static BalanceKey Key(int account) => new(default, new Address(Hash32.FromUInt256((ulong)account).Bytes[12..]));

    private static BalanceState State(int sum) => new(new BalanceChange((ulong)sum, sum), default);
}
