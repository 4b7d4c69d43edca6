using System.Diagnostics.CodeAnalysis;

namespace OpenGradient.Ethereum.Following;

/// <summary>What an endpoint answered: a value, or why there is none.</summary>
public readonly record struct Answer<T>
    where T : notnull
{
    private readonly T? _value;

    private Answer(T? value, SourceFailure? failure)
    {
        _value = value;
        Failure = failure;
    }

    /// <summary>Null when there is a value.</summary>
    public SourceFailure? Failure { get; }

    /// <summary>Tells which of the two it is.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out SourceFailure? failure)
    {
        value = _value;
        failure = Failure;
        return failure is null && (value is not null ? true : throw new InvalidOperationException("This answer was never set."));
    }

    public static implicit operator Answer<T>(SourceFailure failure) => new(default, failure);

    internal static Answer<T> Of(T value) => new(value, null);
}

/// <summary>Makes answers; C# has no implicit conversion from an interface type such as a list.</summary>
public static class Answer
{
    public static Answer<T> Of<T>(T value)
        where T : notnull => Answer<T>.Of(value);
}
