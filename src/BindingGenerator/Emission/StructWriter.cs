using OpenGradient.BindingGenerator.Model;

namespace OpenGradient.BindingGenerator.Emission;

/// <summary>Writes the record of a struct.</summary>
internal static class StructWriter
{
    public static void Write(CodeWriter code, BoundStruct bound)
    {
        RecordWriter.Open(code, $"The struct <c>{bound.Declared}</c>.", bound.Name, bound.Members);
        RecordWriter.Construct(
            code,
            $"internal static {bound.Name} Read(ref AbiReader reader) => new",
            bound.Members.Select(m => m.Type.Read("reader")),
            ";");
        code.Gap();
        code.Line($"internal static void Write(ref AbiWriter writer, {bound.Name} item)");
        code.Open();
        RecordWriter.WriteMembers(code, bound.Members, "writer", m => $"item.{m.Property}");
        code.Close();
        code.Close();
    }
}
