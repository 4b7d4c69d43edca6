namespace OpenGradient.Ethereum.TypedData;

/// <summary>
/// Typed data that is refused: not JSON, not the form of EIP-712, or values that are not of their declared types. The message says where
/// (<c>message.orders[2].price</c>) and what is wrong there.
/// </summary>
public sealed class TypedDataException : FormatException
{
    internal TypedDataException(string path, string problem)
        : base($"{path}: {problem}") => Path = path;

    internal TypedDataException(string path, string problem, Exception inner)
        : base($"{path}: {problem}", inner) => Path = path;

    /// <summary>Where in the document, from its root: <c>types.Order[1].type</c>.</summary>
    public string Path { get; }
}
