using System.Buffers;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Tries;

/// <summary>
/// Encodes the nodes of the trie that holds some entries. They come sorted, so that what lies below a node is a range of them: a node is
/// its range cut at the next nibble, no tree is ever built, and one buffer, used as a stack, holds what is being encoded between root and
/// leaf.
/// </summary>
internal sealed class TrieEncoder : IDisposable
{
    // Longer encodings stand in their parent by their hash.
    private const int MaxEmbeddedLength = 31;
    private const int InitialBytes = 4096;

    private readonly Dictionary<Hash32, ReadOnlyMemory<byte>>? _nodes;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int _length;

    private TrieEncoder(Dictionary<Hash32, ReadOnlyMemory<byte>>? nodes) => _nodes = nodes;

    /// <summary>
    /// The hash of the root of the trie with these entries: sorted by key, no key twice, no value empty. Keeps every node that stands by
    /// its hash in <paramref name="nodes"/>, if there are such.
    /// </summary>
    public static Hash32 RootOf(ReadOnlySpan<TrieEntry> entries, Dictionary<Hash32, ReadOnlyMemory<byte>>? nodes)
    {
        if (entries.IsEmpty)
            return Trie.EmptyRoot;

        using var encoder = new TrieEncoder(nodes);
        return encoder.Keep(encoder.WriteNode(entries, depth: 0));
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    // Appends the encoding of the node for these entries, which agree in their first `depth` nibbles, and returns it.
    private ReadOnlySpan<byte> WriteNode(ReadOnlySpan<TrieEntry> entries, int depth)
    {
        var start = _length;
        Reserve(RlpPrefix.MaxLength);
        _length += RlpPrefix.MaxLength;

        var path = NibblePath.OfKey(entries[0].Key.Span).Slice(depth);
        if (entries.Length == 1)
        {
            WritePath(path, isLeaf: true);
            WriteBytes(entries[0].Value.Span);
            return CloseList(start);
        }

        // Between the first and the last of sorted keys, all agree where those two do.
        var shared = path.CommonPrefixLength(NibblePath.OfKey(entries[^1].Key.Span).Slice(depth));
        if (shared > 0)
        {
            WritePath(path.Slice(0, shared), isLeaf: false);
            WriteReference(entries, depth + shared);
        }
        else
        {
            WriteBranch(entries, depth);
        }

        return CloseList(start);
    }

    private void WriteBranch(ReadOnlySpan<TrieEntry> entries, int depth)
    {
        // The key that ends here sorts before those that go on.
        ReadOnlySpan<byte> value = [];
        if (entries[0].Key.Length * 2 == depth)
        {
            value = entries[0].Value.Span;
            entries = entries[1..];
        }

        for (var nibble = 0; nibble < TrieNode.ChildCount; nibble++)
        {
            var count = 0;
            while (count < entries.Length && NibblePath.NibbleOf(entries[count].Key.Span, depth) == nibble)
                count++;

            if (count == 0)
                WriteBytes([]);
            else
                WriteReference(entries[..count], depth + 1);
            entries = entries[count..];
        }

        WriteBytes(value);
    }

    // Appends what a parent holds of the node for these entries: the encoding itself, or its hash.
    private void WriteReference(ReadOnlySpan<TrieEntry> entries, int depth)
    {
        var start = _length;
        var node = WriteNode(entries, depth);
        if (node.Length <= MaxEmbeddedLength)
        {
            node.CopyTo(_buffer.AsSpan(start));
            _length = start + node.Length;
            return;
        }

        var hash = Keep(node);
        _length = start;
        WriteBytes(hash.Bytes);
    }

    private Hash32 Keep(ReadOnlySpan<byte> node)
    {
        var hash = Keccak256.Hash(node);
        _nodes?.TryAdd(hash, node.ToArray());
        return hash;
    }

    private void WritePath(NibblePath path, bool isLeaf)
    {
        Span<byte> compact = stackalloc byte[1 + Trie.MaxKeyLength];
        compact = compact[..path.CompactLength];
        path.WriteCompact(compact, isLeaf);
        WriteBytes(compact);
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        Reserve(checked(bytes.Length + RlpPrefix.MaxLength));
        if (bytes.Length != 1 || bytes[0] >= RlpPrefix.EmptyBytes)
            _length += RlpPrefix.Write(_buffer.AsSpan(_length), isList: false, bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    // The items of a node lie behind a gap: its prefix goes to the gap's end, now that their length is known.
    private ReadOnlySpan<byte> CloseList(int start)
    {
        var items = start + RlpPrefix.MaxLength;
        var prefixStart = items - RlpPrefix.LengthFor(_length - items);
        RlpPrefix.Write(_buffer.AsSpan(prefixStart), isList: true, _length - items);
        return _buffer.AsSpan(prefixStart, _length - prefixStart);
    }

    private void Reserve(int count)
    {
        var needed = checked(_length + count);
        if (needed <= _buffer.Length)
            return;

        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _length)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
