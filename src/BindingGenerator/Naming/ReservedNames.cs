namespace OpenGradient.BindingGenerator.Naming;

/// <summary>Names that generated code uses itself, so that nothing from a contract may hide them.</summary>
internal static class ReservedNames
{
    /// <summary>Types that generated code names: a struct called so would hide them.</summary>
    public static readonly string[] Types =
    [
        "AbiException", "AbiReader", "AbiWriter", "Address", "BlockTag", "CancellationToken", "ContractCall", "ContractDeployment", "Convert",
        "DecodingFailure", "EventTopic", "ExternalFunction", "FixedBytes", "Hash32", "IBufferWriter", "IContractCaller", "IContractError",
        "IContractEvent", "IContractFunction", "IReadOnlyList", "Int256", "Log", "NotNullWhen", "NotNullWhenAttribute", "Nothing", "Object",
        "ReadOnlyMemory", "ReadOnlySpan", "RevertReason", "Selector", "Span", "String", "System", "UInt256", "ValueTask", "Wei",
        "OpenGradient", "CreationCode",
    ];

    /// <summary>Members of generated records, members that the compiler gives every record, and types that their code names.</summary>
    public static readonly string[] Members =
    [
        "Declaration", "Selector", "Topic0", "SignatureTopic", "Encode", "EncodeTo", "Decode", "TryDecode", "DecodeReturn", "Matches", "Filter",
        "ToLog", "Read", "Write", "WriteArguments", "Equals", "GetHashCode", "ToString", "GetType", "Deconstruct", "PrintMembers",
        "EqualityContract", "MemberwiseClone", "Finalize", "ReferenceEquals", "Clone", "AbiReader", "AbiWriter", "DecodingFailure", "EventTopic",
        "Hash32", "Log", "RevertReason", "UInt256", "Int256", "FixedBytes", "ExternalFunction",
    ];

    /// <summary>Members of the class of a contract.</summary>
    public static readonly string[] ContractMembers =
    [
        .. Types, "Chain", "Deployment", "EventOf", "ErrorOf", "Equals", "GetHashCode", "ToString", "GetType", "MemberwiseClone", "Finalize",
        "ReferenceEquals",
    ];

    /// <summary>Parameters that generated methods have besides those of the contract's functions.</summary>
    public static readonly string[] Parameters = ["at", "cancellationToken", "payment", "writer"];
}
