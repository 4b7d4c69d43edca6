using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Tests.Rows;

namespace OpenGradient.Indexer.Tests.Api.Queries;

/// <summary>Events of all our contracts that views are made of, about so few things that much happens to each.</summary>
internal static class FewThings
{
    private const int Things = 5;

    public static IReadOnlyList<EventFamily> Families { get; } =
    [
        Family("hub", OurFamilies.Hub(), 1), Family("models", OurFamilies.Models(), 2), Family("nodes", OurFamilies.Nodes(), 3), Family("keys", OurFamilies.Keys(), 4),
        Family("court", OurFamilies.Court(), 5),
    ];

    // What a view is made of; none of the others changes what it says.
    private static readonly EventTable[] Told =
        [.. Families.SelectMany(family => family.Tables).Where(table => AnalystViews.All.Any(view => view.Select.Contains(" " + table.Name, StringComparison.Ordinal)))];

    public static Log[] Logs(int count, Random random) => [.. Enumerable.Range(0, count).Select(_ => LogOf(Told[random.Next(Told.Length)], random))];

    /// <summary>A request of one of them for one of them.</summary>
    public static Log Request(int requester, int version)
    {
        var (family, random) = (Families[0], new Random(requester));
        var table = family.Tables.Single(table => table.Name == "hub_requested");
        var values = table.Event.Inputs.Components.Select(parameter => RandomValues.Of(parameter.Type, random)).ToArray();
        values[1] = new AbiValue.Address(ServedIndex.Someone(requester));
        values[3] = new AbiValue.Tuple(((AbiValue.Tuple)values[3]).Items.SetItem(0, new AbiValue.Bytes(Thing(version).ToArray())));
        return table.Event.Encode(family.Addresses[0], values);
    }

    public static Hash32 Thing(int number) => Hash32.FromUInt256((ulong)number);

    private static EventFamily Family(string name, IReadOnlyList<EventTable> tables, int number) => new(name, tables, [Contract(number)], new(0));

    private static Address Contract(int number) => Address.Parse($"0x00000000000000000000000000000000000000c{number}");

    private static Log LogOf(EventTable table, Random random)
    {
        var family = Families.Single(family => family.Tables.Contains(table));
        return table.Event.Encode(family.Addresses[0], [.. table.Event.Inputs.Components.Select(parameter => Among(RandomValues.Of(parameter.Type, random), random))]);
    }

    // Ids, addresses and numbers of which there are few, so that events are about the same things.
    private static AbiValue Among(AbiValue value, Random random) => value switch
    {
        AbiValue.Bytes { Value.Length: 32 } => new AbiValue.Bytes(Thing(random.Next(Things)).ToArray()),
        AbiValue.Address => new AbiValue.Address(ServedIndex.Someone(random.Next(Things))),
        AbiValue.UInt => new AbiValue.UInt((ulong)random.Next(Things)),
        AbiValue.Tuple tuple => new AbiValue.Tuple([.. tuple.Items.Select(item => Among(item, random))]),
        _ => value,
    };
}
