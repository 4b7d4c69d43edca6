using System.Runtime.InteropServices;

namespace OpenGradient.Ethereum.Tries;

/// <summary>A key and what a trie holds at it, which is never empty.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TrieEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);
