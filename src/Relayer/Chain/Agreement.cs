using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Chain;

/// <summary>What follows from what several endpoints say, of whom fewer than a quorum lie.</summary>
internal static class Agreement
{
    /// <summary>What a quorum says in the same words; null where none does.</summary>
    public static T? Of<T>(IEnumerable<T> told, int quorum)
        where T : class => told.GroupBy(one => one).FirstOrDefault(alike => alike.Count() >= quorum)?.Key;

    /// <summary>How far a quorum says that something has come: whoever is ahead of that has no witness, and whoever is behind holds nobody up.</summary>
    public static ulong Reached(IEnumerable<ulong> told, int quorum) => told.OrderDescending().Skip(quorum - 1).First();

    /// <summary>The one in the middle, of two the higher: no single endpoint makes gas dear or cheap.</summary>
    public static Wei Middle(IReadOnlyCollection<Wei> told) => told.Order().Skip(told.Count / 2).First();

    /// <summary>
    /// The blocks that a quorum may have, the highest first: endpoints are a block or two apart, and the head of whoever is ahead is known to nobody else.
    /// </summary>
    public static IReadOnlyList<BlockNumber> Candidates(IEnumerable<BlockNumber> heads, int quorum) =>
        [.. heads.OrderDescending().Skip(quorum - 1).Distinct()];
}
