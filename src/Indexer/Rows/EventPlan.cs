using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Rows;

/// <summary>
/// How the logs of one event become rows: made once from the declaration, and then a straight walk over the bytes, with no reflection and,
/// but for lists, no allocation for a row. The members of structs are columns; lists are JSON.
/// </summary>
internal sealed class EventPlan
{
    private const int WordLength = 32;

    private readonly PlanStep[] _steps;
    private readonly int _topics;
    private readonly int _dataBytes;

    private EventPlan(PlanStep[] steps, IReadOnlyList<Column> columns, int topics, int dataBytes) =>
        (_steps, Columns, _topics, _dataBytes) = (steps, columns, topics, dataBytes);

    /// <summary>The event's own columns, in the order of its parameters.</summary>
    public IReadOnlyList<Column> Columns { get; }

    public static EventPlan For(AbiEvent of)
    {
        var leaves = new List<(string Prefix, AbiParameter Parameter, bool IsTopic)>();
        var steps = new List<PlanStep>();
        foreach (var parameter in of.Inputs.Components)
            Add(steps, leaves, "", parameter, parameter.IsIndexed);
        return new EventPlan(
            [.. steps], Name(leaves), of.Inputs.Components.Count(parameter => parameter.IsIndexed),
            of.Inputs.Components.Where(parameter => !parameter.IsIndexed).Sum(parameter => parameter.Type.HeadBytes));
    }

    /// <summary>Appends the event's own fields; a fault says that the log is no such event, and that what was appended means nothing.</summary>
    public AbiFault Write(Log log, RowBuffer row)
    {
        if (log.Topics.Count != _topics + 1)
            return AbiFault.DataTooShort;

        Span<byte> words = stackalloc byte[(Log.MaxTopics - 1) * WordLength];
        var topics = AbiReader.OverTopics(log, 1, words[..(_topics * WordLength)]);
        var data = new AbiReader(log.Data.Span, _dataBytes);
        Span<AbiFrame> frames = stackalloc AbiFrame[AbiType.MaxNesting];
        var depth = 0;
        foreach (var step in _steps)
        {
            switch (step.Kind)
            {
                case StepKind.Enter:
                    frames[depth++] = data.EnterTuple(step.Size);
                    break;
                case StepKind.Leave:
                    data.Leave(frames[--depth]);
                    break;
                default:
                    if (step.IsTopic)
                        Append(ref topics, step, row);
                    else
                        Append(ref data, step, row);
                    break;
            }
        }

        if (data.End() && topics.End())
            return AbiFault.None;
        return data.Fault == AbiFault.None ? topics.Fault : data.Fault;
    }

    private static void Append(ref AbiReader reader, PlanStep step, RowBuffer row)
    {
        switch (step.Kind)
        {
            case StepKind.UInt64:
                row.WriteSaturated(reader.ReadUInt64(step.Size));
                break;
            case StepKind.Int64:
                row.Write(reader.ReadInt64(step.Size));
                break;
            case StepKind.UInt256:
                row.Write(reader.ReadUInt256(step.Size));
                break;
            case StepKind.Int256:
                row.Write(reader.ReadInt256(step.Size));
                break;
            case StepKind.Bool:
                row.Write(reader.ReadBool());
                break;
            case StepKind.Address:
                row.Write(reader.ReadAddress().Bytes);
                break;
            case StepKind.Bytes32:
                row.Write(reader.ReadBytes32().Bytes);
                break;
            case StepKind.FixedBytes:
                row.Write(reader.ReadFixedBytes(step.Size).Bytes);
                break;
            case StepKind.Bytes:
                row.Write(reader.ReadBytes());
                break;
            case StepKind.Text:
                row.WriteText(reader.ReadBytes());
                break;
            case StepKind.Json:
                row.Write(JsonLists.Read(ref reader, step.Type));
                break;
            default:
                throw new InvalidOperationException($"{step.Kind} is no field.");
        }
    }

    private static void Add(
        List<PlanStep> steps, List<(string, AbiParameter, bool)> leaves, string prefix, AbiParameter parameter, bool isTopic)
    {
        var type = parameter.Type;
        // An indexed value that does not fit a topic is its hash.
        if (isTopic && (type.IsDynamic || type is AbiType.Tuple or AbiType.FixedArray))
        {
            steps.Add(new PlanStep(StepKind.Bytes32, 0, IsTopic: true, type));
            leaves.Add((prefix, parameter with { Type = new AbiType.FixedBytes(WordLength) }, true));
            return;
        }

        if (type is AbiType.Tuple tuple)
        {
            if (tuple.IsDynamic)
                steps.Add(new PlanStep(StepKind.Enter, tuple.Components.Sum(member => member.Type.HeadBytes), IsTopic: false, type));
            foreach (var member in tuple.Components)
                Add(steps, leaves, parameter.Name, member, isTopic: false);
            if (tuple.IsDynamic)
                steps.Add(new PlanStep(StepKind.Leave, 0, IsTopic: false, type));
            return;
        }

        var (kind, size) = StepOf(type);
        steps.Add(new PlanStep(kind, size, isTopic, type));
        leaves.Add((prefix, parameter, isTopic));
    }

    private static (StepKind Kind, int Size) StepOf(AbiType type) => type switch
    {
        AbiType.UInt { Bits: <= 64 } number => (StepKind.UInt64, number.Bits),
        AbiType.UInt number => (StepKind.UInt256, number.Bits),
        AbiType.Int { Bits: <= 64 } number => (StepKind.Int64, number.Bits),
        AbiType.Int number => (StepKind.Int256, number.Bits),
        AbiType.Bool => (StepKind.Bool, 0),
        AbiType.Address => (StepKind.Address, 0),
        AbiType.FixedBytes { Length: WordLength } => (StepKind.Bytes32, 0),
        AbiType.FixedBytes bytes => (StepKind.FixedBytes, bytes.Length),
        AbiType.Bytes => (StepKind.Bytes, 0),
        AbiType.String => (StepKind.Text, 0),
        AbiType.Array or AbiType.FixedArray => (StepKind.Json, 0),
        _ => throw new ArgumentException($"{type} has no column.", nameof(type)),
    };

    // A name that is taken, by the base columns or another leaf, gets the name of what surrounds it in front.
    private static List<Column> Name(List<(string Prefix, AbiParameter Parameter, bool IsTopic)> leaves)
    {
        var taken = EventTable.BaseColumns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var columns = new List<Column>(leaves.Count);
        for (var i = 0; i < leaves.Count; i++)
        {
            var (prefix, parameter, _) = leaves[i];
            var name = ColumnNames.Of(parameter.Name.Length > 0 ? parameter.Name : $"value{i}", parameter.Type);
            if (!taken.Add(name) && !taken.Add(name = $"{(prefix.Length > 0 ? ColumnNames.Snake(prefix) : "event")}_{name}"))
                throw new ArgumentException($"Two columns would be called {name}.", nameof(leaves));
            columns.Add(new Column(name, KindOf(parameter.Type)));
        }

        return columns;
    }

    private static ColumnKind KindOf(AbiType type) => StepOf(type).Kind switch
    {
        StepKind.UInt64 or StepKind.Int64 => ColumnKind.Integer,
        StepKind.UInt256 => ColumnKind.Amount,
        StepKind.Int256 => ColumnKind.SignedAmount,
        StepKind.Bool => ColumnKind.Boolean,
        StepKind.Address => ColumnKind.Address,
        StepKind.Bytes32 => ColumnKind.Hash,
        StepKind.Text => ColumnKind.Text,
        StepKind.Json => ColumnKind.Json,
        _ => ColumnKind.Bytes,
    };

    private enum StepKind
    {
        UInt64, Int64, UInt256, Int256, Bool, Address, Bytes32, FixedBytes, Bytes, Text, Json, Enter, Leave,
    }

    private sealed record PlanStep(StepKind Kind, int Size, bool IsTopic, AbiType Type);
}
