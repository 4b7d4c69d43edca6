using System.Globalization;
using OpenGradient.BindingGenerator.Model;

namespace OpenGradient.BindingGenerator.Emission;

/// <summary>What the records of structs, calls, events and errors have in common.</summary>
internal static class RecordWriter
{
    /// <summary>The head of a record and the brace that opens it.</summary>
    public static void Open(CodeWriter code, string summary, string name, IReadOnlyList<BoundMember> members, string implements = "")
    {
        code.Line($"/// <summary>{summary}</summary>");
        code.List($"public sealed record {name}(", [.. members.Select(m => $"{m.Type.CSharp} {m.Property}")], $"){implements}");
        code.Open();
    }

    /// <summary><c>new(reader.Read…, …)</c> with what stands before and after it.</summary>
    public static void Construct(CodeWriter code, string before, IEnumerable<string> readings, string after) =>
        code.List($"{before}(", [.. readings], $"){after}");

    /// <summary>A line for each member that writes it.</summary>
    public static void WriteMembers(CodeWriter code, IEnumerable<BoundMember> members, string writer, Func<BoundMember, string> value)
    {
        foreach (var member in members)
            code.Line($"{member.Type.Write(writer, value(member))};");
    }

    public static int HeadBytes(IEnumerable<BoundMember> members) => members.Sum(m => m.Type.Abi.HeadBytes);

    /// <summary>Memory on the stack: all that is needed where the size is known, else a beginning.</summary>
    public static string StackMemory(IReadOnlyList<BoundMember> members, int prefix)
    {
        const int Limit = 1024;
        const int Beginning = 512;
        var known = prefix + HeadBytes(members);
        var bytes = members.All(m => !m.Type.Abi.IsDynamic) && known <= Limit ? known : Beginning;
        return $"stackalloc byte[{bytes.ToString(CultureInfo.InvariantCulture)}]";
    }

    /// <summary><c>Encode</c> and what it stands on, for what starts with a selector.</summary>
    public static void WriteEncoding(CodeWriter code, IReadOnlyList<BoundMember> members, bool isCall)
    {
        const int SelectorBytes = 4;
        if (members.Count == 0)
        {
            code.Line("public byte[] Encode() => Selector.ToArray();");
            code.Gap();
            if (isCall)
            {
                code.Line("public void EncodeTo(IBufferWriter<byte> destination) => destination.Write(Encode());");
                code.Gap();
            }

            return;
        }

        var start = $"var writer = new AbiWriter({StackMemory(members, SelectorBytes)}, Selector, {HeadBytes(members)});";
        code.Line("public byte[] Encode()");
        code.Open();
        code.Line(start);
        code.Line("WriteArguments(ref writer);");
        code.Line("return writer.ToArray();");
        code.Close();
        code.Gap();
        if (isCall)
        {
            code.Line("public void EncodeTo(IBufferWriter<byte> destination)");
            code.Open();
            code.Line(start);
            code.Line("WriteArguments(ref writer);");
            code.Line("writer.CopyTo(destination);");
            code.Close();
            code.Gap();
        }

        code.Line("private void WriteArguments(ref AbiWriter writer)");
        code.Open();
        WriteMembers(code, members, "writer", m => m.Property);
        code.Close();
        code.Gap();
    }

    /// <summary>The end of a decoder: reads the members, and gives them only if the reader got to the end.</summary>
    public static void WriteDecoded(CodeWriter code, string name, IReadOnlyList<BoundMember> members, string data)
    {
        code.Line($"var reader = new AbiReader({data}, {HeadBytes(members)});");
        Construct(code, $"var read = new {name}", members.Select(m => m.Type.Read("reader")), ";");
        code.Line("decoded = reader.End() ? read : null;");
        code.Line("return decoded is not null;");
    }
}
