namespace OpenGradient.Ethereum.Tries;

/// <summary>Why a proof shows nothing.</summary>
public enum ProofFault
{
    None = 0,

    /// <summary>The way of the key goes on to a node that is not there.</summary>
    MissingNode,

    /// <summary>The way of the key ended before this node.</summary>
    UnusedNode,

    /// <summary>The node is not the one whose hash its parent, or the root, names.</summary>
    WrongHash,

    /// <summary>The bytes are not a node, or not one that a trie can hold at this place.</summary>
    MalformedNode,

    /// <summary>The node is longer than <see cref="TrieProof.MaxNodeLength"/>.</summary>
    NodeTooLong,

    /// <summary>The trie holds something at the key that is not of the kind that belongs there.</summary>
    MalformedValue,
}

/// <summary>What a proof shows of a key: a value, that there is none, or nothing at all.</summary>
/// <typeparam name="T">What the trie holds at its keys.</typeparam>
public abstract record ProofResult<T>
{
    private ProofResult()
    {
    }

    /// <summary>The trie holds this at the key.</summary>
    public sealed record Present(T Value) : ProofResult<T>;

    /// <summary>The trie holds nothing at the key.</summary>
    public sealed record Absent : ProofResult<T>;

    /// <summary>The proof is none.</summary>
    /// <param name="Fault">What is wrong.</param>
    /// <param name="NodeIndex">The node at which it was found; the number of nodes where one is missing.</param>
    public sealed record Invalid(ProofFault Fault, int NodeIndex) : ProofResult<T>;
}
