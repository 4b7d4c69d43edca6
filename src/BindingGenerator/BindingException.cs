namespace OpenGradient.BindingGenerator;

/// <summary>No bindings can be written for a contract; the message says why and what to do.</summary>
public sealed class BindingException : Exception
{
    public BindingException(string message)
        : base(message)
    {
    }

    public BindingException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
