using System.Runtime.InteropServices;

namespace OpenGradient.Ethereum.Abi;

/// <summary>
/// The place to which an <see cref="AbiReader"/> or <see cref="AbiWriter"/> returns after a nested value: kept by the caller between
/// <c>Enter…</c> and <c>Leave</c>, so that nesting costs no memory of its own.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AbiFrame
{
    internal AbiFrame(int start, int next, int end)
    {
        Start = start;
        Next = next;
        End = end;
    }

    /// <summary>Where the head of the tuple or list starts; offsets count from here.</summary>
    internal int Start { get; }

    /// <summary>The next word of the head.</summary>
    internal int Next { get; }

    /// <summary>Where the head ends.</summary>
    internal int End { get; }
}
