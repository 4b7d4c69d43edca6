namespace OpenGradient.Contracts.Models;

/// <summary>When two answers to one question count as the same.</summary>
public enum SemanticsKind : byte
{
    /// <summary>Nothing can be compared.</summary>
    None,

    /// <summary>Equal or wrong; only this can be proven.</summary>
    Integer,

    /// <summary>Within a tolerance.</summary>
    Float,
}
