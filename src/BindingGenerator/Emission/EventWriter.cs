using OpenGradient.BindingGenerator.Model;

namespace OpenGradient.BindingGenerator.Emission;

/// <summary>Writes the record of an event.</summary>
internal static class EventWriter
{
    private const int WordBytes = 32;

    public static void Write(CodeWriter code, BoundEvent bound)
    {
        var indexed = bound.Members.Where(m => m.IsIndexed).ToList();
        var data = bound.Members.Where(m => !m.IsIndexed).ToList();
        RecordWriter.Open(code, $"The event <c>{bound.Shown}</c>.", bound.Name, bound.Members, $" : IContractEvent<{bound.Name}>");
        code.Line($"public const string Declaration = \"{bound.Declaration}\";");
        code.Gap();
        WriteSignature(code, bound);
        WriteDecoding(code, bound, indexed.Count, data);
        if (indexed.Count > 0)
            WriteFilter(code, bound, indexed);
        WriteToLog(code, bound, indexed, data);
        code.Close();
    }

    private static void WriteSignature(CodeWriter code, BoundEvent bound)
    {
        var topics = bound.Event.TopicCount;
        if (bound.Event.Topic0 is { } topic0)
        {
            code.Line("/// <summary>The hash of the event's signature.</summary>");
            code.Line($"public static Hash32 Topic0 {{ get; }} = Hash32.Parse(\"{topic0}\");");
            code.Gap();
            code.Line($"static Hash32? IContractEvent<{bound.Name}>.SignatureTopic => Topic0;");
            code.Gap();
            code.Line("/// <summary>Whether a log has this event's signature and as many topics.</summary>");
            code.Line($"public static bool Matches(Log log) => log.Topics.Count == {topics} && log.Topics[0] == Topic0;");
        }
        else
        {
            code.Line($"static Hash32? IContractEvent<{bound.Name}>.SignatureTopic => null;");
            code.Gap();
            code.Line("/// <summary>Whether a log has as many topics as this event: its logs do not name it.</summary>");
            code.Line($"public static bool Matches(Log log) => log.Topics.Count == {topics};");
        }

        code.Gap();
    }

    private static void WriteDecoding(CodeWriter code, BoundEvent bound, int indexed, List<BoundMember> data)
    {
        code.Line("/// <summary>Reads a log; false when it is another event's, or malformed.</summary>");
        code.Line($"public static bool TryDecode(Log log, [NotNullWhen(true)] out {bound.Name}? decoded)");
        code.Open();
        code.Line("decoded = null;");
        code.Line("if (!Matches(log))");
        code.Continuation("return false;");
        code.Gap();
        if (indexed > 0)
        {
            var skipped = bound.Event.IsAnonymous ? 0 : 1;
            code.Line($"var topics = AbiReader.OverTopics(log, {skipped}, stackalloc byte[{indexed * WordBytes}]);");
        }

        code.Line($"var data = new AbiReader(log.Data.Span, {RecordWriter.HeadBytes(data)});");
        RecordWriter.Construct(
            code, $"var read = new {bound.Name}", bound.Members.Select(m => m.Type.Read(m.IsIndexed ? "topics" : "data")), ";");
        code.Line($"decoded = {(indexed > 0 ? "topics.End() && " : string.Empty)}data.End() ? read : null;");
        code.Line("return decoded is not null;");
        code.Close();
        code.Gap();
        code.Line("/// <summary>Reads a log. Throws <c>AbiException</c>, which says where it is malformed.</summary>");
        code.Line($"public static {bound.Name} Decode(Log log) =>");
        code.Continuation("TryDecode(log, out var decoded) ? decoded : throw DecodingFailure.OfLog(Declaration, log);");
        code.Gap();
    }

    private static void WriteFilter(CodeWriter code, BoundEvent bound, List<BoundMember> indexed)
    {
        List<string> topics = [.. indexed.Select(FilterTopic)];
        if (!bound.Event.IsAnonymous)
            topics.Insert(0, "Topic0");
        code.Line("/// <summary>The topics to ask a node for; null stands for any value.</summary>");
        code.List("public static Hash32?[] Filter(", [.. indexed.Select(m => $"{m.Type.CSharp}? {m.Parameter} = null")], ") =>");
        code.Line("[");
        foreach (var topic in topics)
            code.Continuation(topic + ",");
        code.Line("];");
        code.Gap();
    }

    private static void WriteToLog(CodeWriter code, BoundEvent bound, List<BoundMember> indexed, List<BoundMember> data)
    {
        List<string> topics = [.. indexed.Select(m => Topic(m, m.Property))];
        if (!bound.Event.IsAnonymous)
            topics.Insert(0, "Topic0");
        var listed = $"[{string.Join(", ", topics)}]";
        if (data.Count == 0)
        {
            code.Line($"public Log ToLog(Address emitter) => new(emitter, {listed}, ReadOnlyMemory<byte>.Empty);");
            return;
        }

        code.Line("public Log ToLog(Address emitter)");
        code.Open();
        code.Line($"var writer = new AbiWriter({RecordWriter.StackMemory(data, 0)}, {RecordWriter.HeadBytes(data)});");
        RecordWriter.WriteMembers(code, data, "writer", m => m.Property);
        code.Line($"return new Log(emitter, {listed}, writer.ToArray());");
        code.Close();
    }

    private static string FilterTopic(BoundMember member) =>
        Topic(member, "value") is "value" ? member.Parameter : $"{member.Parameter} is null ? null : {Topic(member, member.Parameter + ".Value")}";

    private static string Topic(BoundMember member, string value) =>
        member.Type is BoundScalar { Topic: { } topic }
            ? topic.Replace("{0}", value, StringComparison.Ordinal)
            : throw new InvalidOperationException($"{member.Type.CSharp} is not a topic.");
}
