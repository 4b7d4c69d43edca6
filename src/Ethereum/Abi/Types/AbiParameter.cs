namespace OpenGradient.Ethereum.Abi;

/// <summary>A named value: a parameter of a function, event or error, or a member of a struct.</summary>
/// <param name="Name">As the contract's author wrote it; may be empty.</param>
/// <param name="Type">Its type.</param>
public sealed record AbiParameter(string Name, AbiType Type)
{
    /// <summary>For an event's parameter: whether it is a topic rather than part of the data.</summary>
    public bool IsIndexed { get; init; }

    /// <summary>What solc calls the type in the source: <c>struct Hub.Order[]</c>, <c>enum Hub.State</c>, <c>contract IERC20</c>.</summary>
    public string? InternalType { get; init; }

    /// <summary>As it stands in a declaration: type, <c>indexed</c>, name.</summary>
    public override string ToString() => $"{Type}{(IsIndexed ? " indexed" : string.Empty)}{(Name.Length > 0 ? " " : string.Empty)}{Name}";
}
