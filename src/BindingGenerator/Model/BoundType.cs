using OpenGradient.Ethereum.Abi;

namespace OpenGradient.BindingGenerator.Model;

/// <summary>A type of the ABI together with the C# that stands for it.</summary>
/// <param name="Abi">The type.</param>
/// <param name="CSharp">The C# type, as it is written.</param>
internal abstract record BoundType(AbiType Abi, string CSharp)
{
    /// <summary>An expression that reads a value from an <c>AbiReader</c>.</summary>
    public abstract string Read(string reader);

    /// <summary>A statement, without its semicolon, that writes a value to an <c>AbiWriter</c>.</summary>
    public abstract string Write(string writer, string value);

    /// <summary>What gives one element to a list's reader: a lambda, or the name of a method.</summary>
    public virtual string ElementReader() => $"static (ref list) => {Read("list")}";

    /// <summary>What takes one element from a list's writer.</summary>
    public virtual string ElementWriter() => $"static (ref list, item) => {Write("list", "item")}";
}

/// <summary>A value of one word, bytes or a string.</summary>
/// <param name="Abi">The type.</param>
/// <param name="CSharp">The C# type.</param>
/// <param name="Reading">The reader's method with its arguments.</param>
/// <param name="Writing">The writer's method, in which {0} stands for the value.</param>
/// <param name="Topic">The expression of a topic, in which {0} stands for the value; null for what is hashed in topics.</param>
internal sealed record BoundScalar(AbiType Abi, string CSharp, string Reading, string Writing, string? Topic) : BoundType(Abi, CSharp)
{
    public override string Read(string reader) => $"{reader}.{Reading}";

    public override string Write(string writer, string value) => $"{writer}.{Writing.Replace("{0}", value, StringComparison.Ordinal)}";
}

/// <summary>A <c>T[]</c>.</summary>
internal sealed record BoundArray(AbiType Abi, BoundType Element) : BoundType(Abi, $"IReadOnlyList<{Element.CSharp}>")
{
    public override string Read(string reader) => $"{reader}.ReadArray({Element.Abi.HeadBytes}, {Element.ElementReader()})";

    public override string Write(string writer, string value) =>
        $"{writer}.WriteArray({value}, {Element.Abi.HeadBytes}, {Element.ElementWriter()})";
}

/// <summary>A <c>T[k]</c>.</summary>
internal sealed record BoundFixedArray(AbiType Abi, BoundType Element, int Length) : BoundType(Abi, $"IReadOnlyList<{Element.CSharp}>")
{
    private string Method => Abi.IsDynamic ? "DynamicFixedArray" : "FixedArray";

    public override string Read(string reader) => $"{reader}.Read{Method}({Length}, {Element.ElementReader()})";

    public override string Write(string writer, string value) => $"{writer}.Write{Method}({value}, {Length}, {Element.ElementWriter()})";
}

/// <summary>A struct, which has a record of its own.</summary>
internal sealed record BoundTuple(AbiType.Tuple Tuple, BoundStruct Struct) : BoundType(Tuple, Struct.Name)
{
    private int BodyBytes => Tuple.Components.Sum(c => c.Type.HeadBytes);

    public override string Read(string reader) =>
        Tuple.IsDynamic ? $"{reader}.ReadTuple({BodyBytes}, {CSharp}.Read)" : $"{CSharp}.Read(ref {reader})";

    public override string Write(string writer, string value) => Tuple.IsDynamic
        ? $"{writer}.WriteTuple({value}, {BodyBytes}, {CSharp}.Write)"
        : $"{writer}.WriteStaticTuple({value}, {CSharp}.Write)";

    public override string ElementReader() => Tuple.IsDynamic ? base.ElementReader() : $"{CSharp}.Read";

    public override string ElementWriter() => Tuple.IsDynamic ? base.ElementWriter() : $"{CSharp}.Write";
}
