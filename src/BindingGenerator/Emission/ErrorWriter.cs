using OpenGradient.BindingGenerator.Model;

namespace OpenGradient.BindingGenerator.Emission;

/// <summary>Writes the record of a custom error.</summary>
internal static class ErrorWriter
{
    public static void Write(CodeWriter code, BoundError bound)
    {
        RecordWriter.Open(code, $"The error <c>{bound.Shown}</c>.", bound.Name, bound.Members, " : IContractError");
        code.Line($"public const string Declaration = \"{bound.Declaration}\";");
        code.Gap();
        code.Line($"public static Selector Selector => new({bound.Error.Selector});");
        code.Gap();
        code.Line("/// <summary>Reads why a call reverted; false when it was another reason, or is malformed.</summary>");
        code.Line($"public static bool TryDecode(RevertReason reason, [NotNullWhen(true)] out {bound.Name}? decoded)");
        code.Open();
        code.Line("decoded = null;");
        code.Line("if (reason is not RevertReason.Custom custom || custom.Selector != Selector)");
        code.Continuation("return false;");
        code.Gap();
        RecordWriter.WriteDecoded(code, bound.Name, bound.Members, "custom.Arguments.Span");
        code.Close();
        code.Gap();
        RecordWriter.WriteEncoding(code, bound.Members, isCall: false);
        code.Close();
    }
}
