using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Abi;

/// <summary>An event of a contract: which logs are its own, and what they say.</summary>
public sealed class AbiEvent
{
    private const int MaxTopics = 4;

    private readonly int _indexed;
    private readonly int _dataBytes;

    public AbiEvent(string name, AbiType.Tuple inputs, bool isAnonymous = false)
    {
        Name = name;
        Inputs = inputs;
        IsAnonymous = isAnonymous;
        Signature = name + inputs.Name;
        Topic0 = isAnonymous ? null : Keccak256.Hash(Encoding.UTF8.GetBytes(Signature));
        _indexed = inputs.Components.Count(p => p.IsIndexed);
        _dataBytes = inputs.Components.Where(p => !p.IsIndexed).Sum(p => p.Type.HeadBytes);
        if (TopicCount > MaxTopics)
            throw new AbiException(name, $"{_indexed} indexed parameters are more than a log has topics for.");
    }

    public string Name { get; }

    public AbiType.Tuple Inputs { get; }

    /// <summary>Whether its logs do not carry the signature, so that only the number of topics tells them apart.</summary>
    public bool IsAnonymous { get; }

    /// <summary>The name and the inputs' types: <c>Transfer(address,address,uint256)</c>.</summary>
    public string Signature { get; }

    /// <summary>The hash of the signature, the first topic of its logs; null for an anonymous event.</summary>
    public Hash32? Topic0 { get; }

    /// <summary>How many topics its logs have.</summary>
    public int TopicCount => SignatureTopics + _indexed;

    private int SignatureTopics => IsAnonymous ? 0 : 1;

    /// <summary>
    /// Reads a declaration such as <c>event Transfer(address indexed from, address indexed to, uint256 value)</c>; <c>anonymous</c> may follow.
    /// Throws <see cref="AbiException"/>.
    /// </summary>
    public static AbiEvent Parse(ReadOnlySpan<char> declaration)
    {
        var syntax = new AbiSyntax(declaration);
        var name = syntax.ReadDeclaredName("event");
        var inputs = syntax.ReadParameters(mayBeIndexed: true);
        var isAnonymous = syntax.TakeWord("anonymous");
        syntax.ExpectEnd();
        return new AbiEvent(name, inputs, isAnonymous);
    }

    /// <summary>
    /// Whether a log has this event's signature and as many topics. Events that differ only in what is indexed share a signature: the
    /// <c>Transfer</c> of fungible tokens and that of unique ones do.
    /// </summary>
    public bool Matches(Log log) => log.Topics.Count == TopicCount && (Topic0 is not { } topic0 || log.Topics[0] == topic0);

    /// <summary>
    /// The values of a log in the order of <see cref="Inputs"/>; an indexed one that does not fit a topic is <see cref="AbiValue.Hashed"/>.
    /// False when the log is another event's, or malformed.
    /// </summary>
    public bool TryDecode(Log log, [NotNullWhen(true)] out AbiValue.Tuple? values, AbiDecoding decoding = AbiDecoding.Canonical)
    {
        values = Matches(log) ? Read(log, decoding, trail: null, out _) : null;
        return values is not null;
    }

    /// <inheritdoc cref="TryDecode"/>
    /// <exception cref="AbiException">The log is another event's, or malformed: the message says where.</exception>
    public AbiValue.Tuple Decode(Log log, AbiDecoding decoding = AbiDecoding.Canonical)
    {
        if (!Matches(log))
            throw new AbiException(string.Empty, $"The log's topics are not those of {Signature}.");

        var trail = new AbiCodec.Trail();
        return Read(log, decoding, trail, out var fault) ?? throw AbiException.Decoding(trail.ToString(), fault.Fault, fault.Position);
    }

    /// <summary>
    /// The topics to ask a node for: the signature, then for each indexed parameter its value, or null for any.
    /// </summary>
    public Hash32?[] EncodeFilter(params ReadOnlySpan<AbiValue?> indexed)
    {
        if (indexed.Length > _indexed)
            throw new AbiException(Name, $"The event has {_indexed} indexed parameters, not {indexed.Length}.");

        var parameters = Inputs.Components.Where(p => p.IsIndexed).ToList();
        var topics = new Hash32?[SignatureTopics + indexed.Length];
        if (!IsAnonymous)
            topics[0] = Topic0;
        for (var i = 0; i < indexed.Length; i++)
            topics[SignatureTopics + i] = indexed[i] is { } value ? AbiPacked.Topic(parameters[i].Type, value) : null;
        return topics;
    }

    /// <summary>The log that emitting these values, in the order of <see cref="Inputs"/>, leaves.</summary>
    public Log Encode(Address emitter, params ReadOnlySpan<AbiValue> values)
    {
        AbiCodec.CheckCount(Inputs.Components.Count, values.Length, Inputs);
        var topics = new List<Hash32>(TopicCount);
        var data = new List<AbiValue>();
        if (Topic0 is { } topic0)
            topics.Add(topic0);
        for (var i = 0; i < values.Length; i++)
        {
            if (Inputs.Components[i].IsIndexed)
                topics.Add(AbiPacked.Topic(Inputs.Components[i].Type, values[i]));
            else
                data.Add(values[i]);
        }

        var dataTypes = new AbiType.Tuple([.. Inputs.Components.Where(p => !p.IsIndexed)]);
        return new Log(emitter, [.. topics], AbiCodec.EncodeParameters(dataTypes, CollectionsMarshal.AsSpan(data)));
    }

    public override string ToString() => Signature;

    private AbiValue.Tuple? Read(Log log, AbiDecoding decoding, AbiCodec.Trail? trail, out (AbiFault Fault, int Position) fault)
    {
        Span<byte> words = stackalloc byte[MaxTopics * AbiReader.WordLength];
        var topics = AbiReader.OverTopics(log, SignatureTopics, words[..(_indexed * AbiReader.WordLength)]);
        var data = new AbiReader(log.Data.Span, _dataBytes, decoding);
        var parameters = Inputs.Components;
        var items = new AbiValue[parameters.Count];
        for (var i = 0; i < items.Length; i++)
        {
            var (name, type) = parameters[i];
            var item = !parameters[i].IsIndexed ? AbiCodec.Read(ref data, type, trail)
                : AbiPacked.IsHashedInTopics(type) ? new AbiValue.Hashed(topics.ReadBytes32())
                : AbiCodec.Read(ref topics, type, trail);
            if (item is null)
            {
                trail?.Add(name, i);
                fault = data.Fault == AbiFault.None ? (topics.Fault, topics.FaultPosition) : (data.Fault, data.FaultPosition);
                return null;
            }

            items[i] = item;
        }

        fault = data.End() ? default : (data.Fault, data.FaultPosition);
        return fault.Fault == AbiFault.None ? new AbiValue.Tuple(ImmutableCollectionsMarshal.AsImmutableArray(items)) : null;
    }
}
