namespace OpenGradient.Ethereum.TypedData;

/// <summary>What a document may ask for. Far above what wallets show to people, far below what costs anything to refuse.</summary>
public static class TypedDataLimits
{
    /// <summary>The longest document, in bytes.</summary>
    public const int DocumentBytes = 1 << 20;

    /// <summary>How deep JSON may nest: structures and arrays together.</summary>
    public const int Depth = 64;

    /// <summary>How many structures may be declared.</summary>
    public const int Types = 128;

    /// <summary>How many fields one structure may have.</summary>
    public const int Fields = 256;

    /// <summary>How long a name may be.</summary>
    public const int NameLength = 128;

    /// <summary>How many dimensions an array may have.</summary>
    public const int ArrayDimensions = 16;

    /// <summary>
    /// How long the texts of all types may be together. Each type's hash is over its text and those of all it refers to, so this and
    /// <see cref="Types"/> bound the work.
    /// </summary>
    public const int TypeTextLength = 1 << 16;
}
