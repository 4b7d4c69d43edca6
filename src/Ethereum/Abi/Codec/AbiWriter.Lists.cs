using System.Runtime.CompilerServices;

namespace OpenGradient.Ethereum.Abi;

/// <summary>Writes one element of a list, or the members of a tuple.</summary>
public delegate void AbiElementWriter<in T>(ref AbiWriter writer, T item);

/// <content>Whole lists and tuples at once, as generated code writes them.</content>
public ref partial struct AbiWriter
{
    /// <summary>Writes a <c>T[]</c>.</summary>
    public void WriteArray<T>(
        IReadOnlyList<T> items,
        int elementHeadBytes,
        AbiElementWriter<T> element,
        [CallerArgumentExpression(nameof(items))] string path = "")
    {
        var outer = EnterList(items.Count, elementHeadBytes);
        WriteItems(items, element, path);
        Leave(outer);
    }

    /// <summary>Writes a <c>T[k]</c> of static elements in place; no other number of them is taken.</summary>
    public void WriteFixedArray<T>(
        IReadOnlyList<T> items,
        int length,
        AbiElementWriter<T> element,
        [CallerArgumentExpression(nameof(items))] string path = "")
    {
        CheckLength(items, length, path);
        WriteItems(items, element, path);
    }

    /// <summary>Writes a <c>T[k]</c> of dynamic elements behind an offset; no other number of them is taken.</summary>
    public void WriteDynamicFixedArray<T>(
        IReadOnlyList<T> items,
        int length,
        AbiElementWriter<T> element,
        [CallerArgumentExpression(nameof(items))] string path = "")
    {
        CheckLength(items, length, path);
        var outer = EnterTuple(length * WordLength);
        WriteItems(items, element, path);
        Leave(outer);
    }

    /// <summary>Writes a tuple of static members in place.</summary>
    public void WriteStaticTuple<T>(
        T value, AbiElementWriter<T> members, [CallerArgumentExpression(nameof(value))] string path = "")
    {
        try
        {
            members(ref this, value);
        }
        catch (AbiException wrong)
        {
            throw wrong.WithinGenerated(path);
        }
    }

    /// <summary>Writes a dynamic tuple behind an offset.</summary>
    public void WriteTuple<T>(
        T value, int headBytes, AbiElementWriter<T> members, [CallerArgumentExpression(nameof(value))] string path = "")
    {
        var outer = EnterTuple(headBytes);
        WriteStaticTuple(value, members, path);
        Leave(outer);
    }

    private void WriteItems<T>(IReadOnlyList<T> items, AbiElementWriter<T> element, string path)
    {
        var i = 0;
        try
        {
            for (; i < items.Count; i++)
                element(ref this, items[i]);
        }
        catch (AbiException wrong)
        {
            throw wrong.WithinGenerated($"{path}[{i}]");
        }
    }

    private static void CheckLength<T>(IReadOnlyList<T> items, int length, string path)
    {
        if (items.Count != length)
            throw new AbiException(path, $"The list has {length} elements, not {items.Count}.");
    }
}
