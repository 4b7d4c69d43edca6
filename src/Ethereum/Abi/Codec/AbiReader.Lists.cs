namespace OpenGradient.Ethereum.Abi;

/// <summary>Reads one element of a list, or the members of a tuple.</summary>
public delegate T AbiElementReader<out T>(ref AbiReader reader);

/// <content>Whole lists and tuples at once, as generated code reads them.</content>
public ref partial struct AbiReader
{
    /// <summary>Reads a <c>T[]</c>.</summary>
    public T[] ReadArray<T>(int elementHeadBytes, AbiElementReader<T> element)
    {
        var outer = EnterList(elementHeadBytes, out var count);
        var items = ReadFixedArray(count, element);
        Leave(outer);
        return items;
    }

    /// <summary>Reads a <c>T[k]</c> of static elements, which lie in place.</summary>
    public T[] ReadFixedArray<T>(int length, AbiElementReader<T> element)
    {
        // Memory is taken only for what is known to be there.
        if (Fault != AbiFault.None || length == 0)
            return [];

        var items = new T[length];
        for (var i = 0; i < items.Length && Fault == AbiFault.None; i++)
            items[i] = element(ref this);
        return items;
    }

    /// <summary>Reads a <c>T[k]</c> of dynamic elements, which lies behind an offset.</summary>
    public T[] ReadDynamicFixedArray<T>(int length, AbiElementReader<T> element)
    {
        var outer = EnterTuple(length * WordLength);
        var items = ReadFixedArray(length, element);
        Leave(outer);
        return items;
    }

    /// <summary>Reads a dynamic tuple, which lies behind an offset; the members of a static one lie in place.</summary>
    public T ReadTuple<T>(int headBytes, AbiElementReader<T> members)
    {
        var outer = EnterTuple(headBytes);
        var value = members(ref this);
        Leave(outer);
        return value;
    }
}
