using OpenGradient.BindingGenerator.Model;

namespace OpenGradient.BindingGenerator.Emission;

/// <summary>Writes a function: the record of a call, the record of what it returns if that is more than one value, and the method.</summary>
internal static class FunctionWriter
{
    public static void WriteRecords(CodeWriter code, BoundFunction bound)
    {
        RecordWriter.Open(
            code, $"A call of <c>{bound.Shown}</c>.", bound.Call, bound.Inputs, $" : IContractFunction<{bound.ReturnType}>");
        code.Line($"public const string Declaration = \"{bound.Declaration}\";");
        code.Gap();
        code.Line($"public static Selector Selector => new({bound.Function.Selector});");
        code.Gap();
        code.Line("/// <summary>Reads calldata; false when it calls another function, or is malformed.</summary>");
        code.Line($"public static bool TryDecode(ReadOnlySpan<byte> calldata, [NotNullWhen(true)] out {bound.Call}? decoded)");
        code.Open();
        code.Line("decoded = null;");
        code.Line("if (!Selector.Starts(calldata))");
        code.Continuation("return false;");
        code.Gap();
        RecordWriter.WriteDecoded(code, bound.Call, bound.Inputs, "calldata[4..]");
        code.Close();
        code.Gap();
        WriteDecodeReturn(code, bound);
        RecordWriter.WriteEncoding(code, bound.Inputs, isCall: true);
        code.Line(
            $"{bound.ReturnType} IContractFunction<{bound.ReturnType}>.DecodeReturn(ReadOnlySpan<byte> returnData) => DecodeReturn(returnData);");
        code.Close();
        if (bound.Outputs.Count < 2)
            return;

        code.Gap();
        code.Line($"/// <summary>What <c>{bound.Function.Name}</c> returns.</summary>");
        code.List($"public sealed record {bound.Return}(", [.. bound.Outputs.Select(m => $"{m.Type.CSharp} {m.Property}")], ");");
    }

    public static void WriteMethod(CodeWriter code, BoundFunction bound)
    {
        var parameters = bound.Inputs.Select(m => $"{m.Type.CSharp} {m.Parameter}").ToList();
        var call = $"new {bound.Call}({string.Join(", ", bound.Inputs.Select(m => m.Parameter))})";
        if (bound.Function.IsReadOnly)
        {
            parameters.AddRange(["BlockTag? at = null", "CancellationToken cancellationToken = default"]);
            code.Line($"/// <summary>Asks <c>{bound.Shown}</c>.</summary>");
            code.List($"public ValueTask<{bound.ReturnType}> Call{bound.Name}Async(", parameters, ") =>");
            code.Continuation($"Chain.CallAsync(Address, {call}, at, cancellationToken);");
            return;
        }

        var isPayable = bound.Function.Mutability == Ethereum.Abi.StateMutability.Payable;
        if (isPayable)
            parameters.Add("Wei payment");
        code.Line($"/// <summary>A transaction that calls <c>{bound.Shown}</c>.</summary>");
        code.List($"public ContractCall Prepare{bound.Name}(", parameters, ") =>");
        code.Continuation($"new(Address, {call}.Encode(){(isPayable ? ", payment" : string.Empty)});");
    }

    private static void WriteDecodeReturn(CodeWriter code, BoundFunction bound)
    {
        code.Line("/// <summary>Reads what a call returned. Throws <c>AbiException</c> when it is not what the function declares.</summary>");
        code.Line($"public static {bound.ReturnType} DecodeReturn(ReadOnlySpan<byte> returnData)");
        code.Open();
        code.Line($"var reader = new AbiReader(returnData, {RecordWriter.HeadBytes(bound.Outputs)});");
        var value = "value";
        switch (bound.Outputs.Count)
        {
            case 0:
                value = "default(Nothing)";
                break;
            case 1:
                code.Line($"var value = {bound.Outputs[0].Type.Read("reader")};");
                break;
            default:
                RecordWriter.Construct(code, $"var value = new {bound.Return}", bound.Outputs.Select(m => m.Type.Read("reader")), ";");
                break;
        }

        code.Line($"return reader.End() ? {value} : throw DecodingFailure.OfReturn(Declaration, returnData);");
        code.Close();
        code.Gap();
    }
}
