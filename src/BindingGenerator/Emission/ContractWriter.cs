using OpenGradient.BindingGenerator.Model;

namespace OpenGradient.BindingGenerator.Emission;

/// <summary>Writes the file of a contract: its class, and in it the records of all that belongs to it.</summary>
internal static class ContractWriter
{
    private const int DigitsPerLine = 110;

    private static readonly string[] Usings =
    [
        "System", "System.Buffers", "System.Collections.Generic", "System.Diagnostics.CodeAnalysis", "System.Threading", "System.Threading.Tasks",
        "OpenGradient.Ethereum.Abi", "OpenGradient.Ethereum.Blocks", "OpenGradient.Ethereum.Contracts", "OpenGradient.Ethereum.Primitives",
    ];

    public static string Write(BoundContract contract, string rootNamespace)
    {
        var code = new CodeWriter();
        code.Line(BindingSource.FirstLine);
        code.Line($"// The C# of the contract {contract.Artifact.Name}, written by `og bindings` from {contract.Artifact.Source}.");
        code.Line("// Changes by hand are lost; `og test` finds them. Lists and bytes in records compare by reference, all else by value.");
        code.Line("// </auto-generated>");
        code.Line("#nullable enable");
        code.Gap();
        foreach (var name in Usings)
            code.Line($"using {name};");
        code.Gap();
        code.Line($"namespace {rootNamespace};");
        code.Gap();
        WriteClass(code, contract);
        return code.ToString();
    }

    private static void WriteClass(CodeWriter code, BoundContract contract)
    {
        code.Line("/// <summary>");
        code.Line($"/// The contract <c>{contract.Artifact.Name}</c>: asks what it can be asked, and prepares transactions that call it.");
        code.Line("/// </summary>");
        code.Line($"public sealed partial class {contract.ClassName}(IContractCaller chain, Address address)");
        code.Open();
        code.Line("/// <summary>The chain that is asked.</summary>");
        code.Line("public IContractCaller Chain { get; } = chain;");
        code.Gap();
        code.Line("/// <summary>Where the contract is.</summary>");
        code.Line("public Address Address { get; } = address;");
        code.Gap();
        foreach (var function in contract.Functions)
        {
            FunctionWriter.WriteMethod(code, function);
            code.Gap();
        }

        WriteDeployment(code, contract);
        WriteEventOf(code, contract.Events);
        WriteErrorOf(code, contract.Errors);
        WriteEach(code, contract.Structs, StructWriter.Write);
        WriteEach(code, contract.Events, EventWriter.Write);
        WriteEach(code, contract.Errors, ErrorWriter.Write);
        WriteEach(code, contract.Functions, FunctionWriter.WriteRecords);
        WriteCreationCode(code, contract.Artifact.CreationCode);
        code.Close();
    }

    private static void WriteEach<T>(CodeWriter code, IEnumerable<T> all, Action<CodeWriter, T> write)
    {
        foreach (var one in all)
        {
            write(code, one);
            code.Gap();
        }
    }

    private static void WriteDeployment(CodeWriter code, BoundContract contract)
    {
        if (contract.Artifact.CreationCode.Length == 0)
            return;

        var inputs = contract.ConstructorInputs;
        var parameters = inputs.Select(m => $"{m.Type.CSharp} {m.Parameter}").ToList();
        var payment = string.Empty;
        if (contract.Artifact.Abi.Constructor.IsPayable)
        {
            parameters.Add("Wei payment");
            payment = ", payment";
        }

        code.Line("/// <summary>A transaction that creates the contract.</summary>");
        code.List("public static ContractDeployment Deployment(", parameters, ")");
        code.Open();
        code.Line($"var writer = new AbiWriter([], Convert.FromHexString(CreationCode), {RecordWriter.HeadBytes(inputs)});");
        RecordWriter.WriteMembers(code, inputs, "writer", m => m.Parameter);
        code.Line($"return new ContractDeployment(writer.ToArray(){payment});");
        code.Close();
        code.Gap();
    }

    private static void WriteEventOf(CodeWriter code, IReadOnlyList<BoundEvent> events)
    {
        if (events.Count == 0)
            return;

        code.Line("/// <summary>");
        code.Line("/// The event that a log is of; null when it is none of this contract's, or malformed. Those without a signature are tried last.");
        code.Line("/// </summary>");
        code.Line("public static IContractEvent? EventOf(Log log) =>");
        var ordered = events.OrderBy(e => e.Event.IsAnonymous).ToList();
        for (var i = 0; i < ordered.Count; i++)
            code.Continuation($"{(i == 0 ? string.Empty : ": ")}{ordered[i].Name}.TryDecode(log, out var event{i}) ? event{i}");
        code.Continuation(": null;");
        code.Gap();
    }

    private static void WriteErrorOf(CodeWriter code, IReadOnlyList<BoundError> errors)
    {
        if (errors.Count == 0)
            return;

        code.Line("/// <summary>The error behind a failed call; null when it is none of this contract's, or malformed.</summary>");
        code.Line("public static IContractError? ErrorOf(RevertReason reason) =>");
        for (var i = 0; i < errors.Count; i++)
            code.Continuation($"{(i == 0 ? string.Empty : ": ")}{errors[i].Name}.TryDecode(reason, out var error{i}) ? error{i}");
        code.Continuation(": null;");
        code.Gap();
    }

    private static void WriteCreationCode(CodeWriter code, string digits)
    {
        if (digits.Length == 0)
            return;

        code.Line("private const string CreationCode =");
        for (var start = 0; start < digits.Length; start += DigitsPerLine)
        {
            var isLast = start + DigitsPerLine >= digits.Length;
            code.Continuation($"\"{digits[start..Math.Min(start + DigitsPerLine, digits.Length)]}\"{(isLast ? ";" : " +")}");
        }
    }
}
