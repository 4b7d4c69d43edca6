using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Ethereum.SmartAccounts;

/// <summary>Whether a signature is an account's own, as far as could be found out. A closed family.</summary>
public abstract record SignatureVerdict
{
    private SignatureVerdict()
    {
    }

    /// <summary>It is. For the state that was asked: a contract may change its mind, a key never does.</summary>
    public sealed record Valid(SignatureAuthority Authority) : SignatureVerdict;

    /// <summary>It is not.</summary>
    /// <param name="Fault">Why.</param>
    /// <param name="Detail">The account's or the node's own words, where there are any.</param>
    public sealed record Invalid(SignatureFault Fault, string? Detail = null) : SignatureVerdict;

    /// <summary>The node did not answer: nothing is known, and asking again may help.</summary>
    public sealed record Undecided(RpcError Error) : SignatureVerdict;
}

/// <summary>By whose word a signature is valid.</summary>
public enum SignatureAuthority
{
    /// <summary>The account has no code, and its key signed.</summary>
    Key,

    /// <summary>The account's code says so (ERC-1271); for an account that delegates (EIP-7702), the code that it delegates to.</summary>
    Contract,

    /// <summary>The account's code would say so, once it is deployed or prepared as the signature tells (ERC-6492).</summary>
    CounterfactualContract,

    /// <summary>
    /// The account delegates (EIP-7702) to code that does not say so, but its own key signed, which rules the account still. Contracts that
    /// ask only the code will refuse the signature.
    /// </summary>
    KeyOfDelegatingAccount,
}

/// <summary>Why a signature is not valid.</summary>
public enum SignatureFault
{
    /// <summary>The account has no code, and these bytes are no signature by its key.</summary>
    NotByKey,

    /// <summary>The account's code answered something else than the magic value.</summary>
    Refused,

    /// <summary>The account's code failed, or has no such function.</summary>
    Reverted,

    /// <summary>The account's code answered with fewer than 32 bytes.</summary>
    ShortAnswer,

    /// <summary>Not even the factory's call that the signature names gives the account code.</summary>
    NotDeployed,

    /// <summary>It ends as ERC-6492 has it, but what stands before that cannot be read.</summary>
    MalformedWrapper,

    /// <summary>It is longer than any real one.</summary>
    TooLong,
}
