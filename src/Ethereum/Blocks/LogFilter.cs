using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>Which logs are wanted: <c>eth_getLogs</c>' own conditions, which can be asked of a node, a log and a bloom filter alike.</summary>
public sealed class LogFilter
{
    /// <summary>EVM logs have no more.</summary>
    public const int MaxTopics = 4;

    private readonly HashSet<Address> _addresses;
    private readonly HashSet<Hash32>[] _topics;
    private readonly BloomProbe[] _addressProbes;
    private readonly BloomProbe[][] _topicProbes;

    /// <param name="addresses">Any of these emitters; none given means every emitter.</param>
    /// <param name="topics">For each position any of these; an empty position takes every topic, but one must be there.</param>
    public LogFilter(IReadOnlyCollection<Address>? addresses = null, IReadOnlyList<IReadOnlyList<Hash32>>? topics = null)
    {
        if (topics is { Count: > MaxTopics })
            throw new ArgumentException($"A log has at most {MaxTopics} topics, and this filter speaks of {topics.Count}.", nameof(topics));
        _addresses = [.. addresses ?? []];
        Addresses = [.. _addresses.Order()];
        Topics = [.. (topics ?? []).Select(position => position.ToArray())];
        _topics = [.. Topics.Select(position => position.ToHashSet())];
        _addressProbes = [.. Addresses.Select(BloomProbe.Of)];
        _topicProbes = [.. Topics.Select(position => position.Select(BloomProbe.Of).ToArray())];
    }

    /// <summary>Every log.</summary>
    public static LogFilter All { get; } = new();

    /// <summary>One contract's logs with these topics, in which null stands for any: what generated events' filters give.</summary>
    public static LogFilter Of(Address emitter, params IReadOnlyList<Hash32?> topics) =>
        new([emitter], [.. topics.Select(topic => topic is { } wanted ? (IReadOnlyList<Hash32>)[wanted] : [])]);

    /// <summary>Without duplicates, ascending; empty means every emitter.</summary>
    public IReadOnlyList<Address> Addresses { get; }

    public IReadOnlyList<IReadOnlyList<Hash32>> Topics { get; }

    public bool Matches(Log log)
    {
        if (_addresses.Count > 0 && !_addresses.Contains(log.Address))
            return false;
        if (log.Topics.Count < _topics.Length)
            return false;
        for (var i = 0; i < _topics.Length; i++)
        {
            if (_topics[i].Count > 0 && !_topics[i].Contains(log.Topics[i]))
                return false;
        }

        return true;
    }

    /// <summary>False says that no log of the block matches; true says nothing.</summary>
    public bool MayMatch(Bloom bloom) =>
        (_addressProbes.Length == 0 || Array.Exists(_addressProbes, bloom.MayContain))
        && Array.TrueForAll(_topicProbes, position => position.Length == 0 || Array.Exists(position, bloom.MayContain));
}
