using OpenGradient.Ethereum.Abi;

namespace OpenGradient.BindingGenerator.Model;

/// <summary>A parameter, an output or a member of a struct.</summary>
/// <param name="Property">The name of the record's property.</param>
/// <param name="Parameter">The name of a method's parameter.</param>
/// <param name="Type">Its type; for an indexed value that only leaves its hash, that of the hash.</param>
/// <param name="IsIndexed">Whether it is a topic.</param>
internal sealed record BoundMember(string Property, string Parameter, BoundType Type, bool IsIndexed = false);

/// <summary>A struct, shared by all that use it.</summary>
/// <param name="Name">The record's name.</param>
/// <param name="Declared">What Solidity calls it.</param>
internal sealed record BoundStruct(string Name, string Declared)
{
    public required AbiType.Tuple Type { get; init; }

    /// <summary>Set when all names are known, since structs hold structs.</summary>
    public IReadOnlyList<BoundMember> Members { get; set; } = [];
}

/// <summary>A function. Its records and methods are all named after <see cref="Name"/>.</summary>
internal sealed record BoundFunction(
    string Name, AbiFunction Function, string Shown, IReadOnlyList<BoundMember> Inputs, IReadOnlyList<BoundMember> Outputs)
{
    /// <summary>The declaration with the members of structs, which can be read again; <see cref="Shown"/> names the structs instead.</summary>
    public string Declaration => Declarations.Of(Function);

    public string Call => Name + "Call";

    /// <summary>The record of several outputs.</summary>
    public string Return => Name + "Return";

    /// <summary>The C# type of what is returned.</summary>
    public string ReturnType => Outputs.Count switch
    {
        0 => "Nothing",
        1 => Outputs[0].Type.CSharp,
        _ => Return,
    };
}

internal sealed record BoundEvent(string Name, AbiEvent Event, string Shown, IReadOnlyList<BoundMember> Members)
{
    public string Declaration => Declarations.Of(Event);
}

internal sealed record BoundError(string Name, AbiError Error, string Shown, IReadOnlyList<BoundMember> Members)
{
    public string Declaration => Declarations.Of(Error);
}

/// <summary>A contract with every name decided: what remains is to write it down.</summary>
internal sealed record BoundContract(
    string ClassName,
    ContractArtifact Artifact,
    IReadOnlyList<BoundMember> ConstructorInputs,
    IReadOnlyList<BoundStruct> Structs,
    IReadOnlyList<BoundFunction> Functions,
    IReadOnlyList<BoundEvent> Events,
    IReadOnlyList<BoundError> Errors);
