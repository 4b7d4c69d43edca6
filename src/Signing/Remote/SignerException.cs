namespace OpenGradient.Signing.Remote;

/// <summary>Why a signer did not sign.</summary>
public enum SignerFault
{
    /// <summary>It could not be asked, or did not answer in time: asking later may help.</summary>
    Unreachable,

    /// <summary>It does not have the key.</summary>
    UnknownKey,

    /// <summary>It does not sign this, in this version or at all.</summary>
    Unsupported,

    /// <summary>It refused, or answered what cannot be read.</summary>
    Refused,

    /// <summary>What it gave is not a signature by the expected account of what was to be signed.</summary>
    WrongSignature,
}

/// <summary>There is no signature. The message names the signer and what happened; never a key, nor what was to be signed.</summary>
public sealed class SignerException(SignerFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public SignerFault Fault { get; } = fault;
}
