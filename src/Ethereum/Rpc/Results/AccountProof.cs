using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>An account's state with the trie nodes that prove it against a state root (EIP-1186). Not checked here.</summary>
/// <param name="Address">The account.</param>
/// <param name="Balance">Its balance.</param>
/// <param name="Nonce">Its nonce.</param>
/// <param name="CodeHash">The hash of its code.</param>
/// <param name="StorageHash">The root of its storage trie.</param>
/// <param name="Proof">Encoded nodes from the state root down.</param>
/// <param name="Storage">The slots that were asked for.</param>
public sealed record AccountProof(
    Address Address,
    Wei Balance,
    ulong Nonce,
    Hash32 CodeHash,
    Hash32 StorageHash,
    IReadOnlyList<ReadOnlyMemory<byte>> Proof,
    IReadOnlyList<StorageProof> Storage);

/// <summary>A slot of an account's storage with its proof.</summary>
/// <param name="Key">The slot.</param>
/// <param name="Value">What it holds; zero proves absence.</param>
/// <param name="Proof">Encoded nodes from the storage root down.</param>
public sealed record StorageProof(Hash32 Key, UInt256 Value, IReadOnlyList<ReadOnlyMemory<byte>> Proof);
