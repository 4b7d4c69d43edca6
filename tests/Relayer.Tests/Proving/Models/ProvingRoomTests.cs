using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Setup;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Models;
using static OpenGradient.Relayer.Tests.Proving.SampleProvable;

namespace OpenGradient.Relayer.Tests.Proving.Models;

/// <summary>Who makes room for whom, where there is memory for one.</summary>
public sealed class ProvingRoomTests
{
    private static readonly HashSet<Hash32> Nobody = [];

    private readonly List<ProvableModel> _letGo = [];
    private readonly ProvingRoom _room;

    public ProvingRoomTests() => _room = new ProvingRoom(Options, longColumns: 0, _letGo.Add);

    [Fact]
    public void Nobody_makes_room_for_what_does_not_stay()
    {
        var (proven, needed, newcomer) = (ModelOf(1), ModelOf(2), ModelOf(3));
        Assert.True(_room.TryKeep(proven, beside: null));
        using (_room.Prove(proven))
        {
            // It takes more than there is, for as long.
            Assert.True(_room.TryKeep(needed, beside: null));

            Assert.False(_room.TryKeep(newcomer, Nobody));

            Assert.Equal([proven, needed], _room.Kept);
            Assert.Empty(_letGo);
        }

        Assert.Equal([needed], _room.Kept);
        Assert.True(_room.TryKeep(newcomer, Nobody));
        Assert.Equal([newcomer], _room.Kept);
    }

    [Fact]
    public void What_has_made_room_before_its_turn_is_found_while_it_is_proven_and_after()
    {
        var (proven, other) = (ModelOf(1), ModelOf(2));
        Assert.True(_room.TryKeep(proven, beside: null));
        Assert.True(_room.TryKeep(other, Nobody));
        Assert.Equal([proven], _letGo);

        using (_room.Prove(proven))
            Assert.Same(proven, _room.Find(proven.VersionId));

        Assert.Equal([proven], _room.Kept);
        Assert.Same(proven, _room.Find(proven.VersionId));
        Assert.Null(_room.Find(other.VersionId));
    }

    [Fact]
    public void What_is_proven_is_found_where_another_of_its_version_was_read_and_has_made_room()
    {
        var (proven, again) = (ModelOf(1), ModelOf(1));
        Assert.True(_room.TryKeep(again, beside: null));

        using (_room.Prove(proven))
        {
            Assert.Equal([again], _letGo);
            Assert.Same(proven, _room.Find(proven.VersionId));
        }

        Assert.Equal([proven], _room.Kept);
    }

    private static ProvingOptions Options { get; } = new()
    {
        Setup = _ => Task.FromResult<SetupReading>(new SetupReading.Accepted(Committed.Value.Setup)),
        CacheFolder = "",
        Threads = 1,
        MemoryBytes = ProvableModel.BytesFor(Committed.Value.Layout, threads: 1),
    };

    private static ProvableModel ModelOf(ulong number) => new(Hash32.FromUInt256(number), Committed.Value, Context, Options, longColumns: 0, TimeProvider.System);
}
