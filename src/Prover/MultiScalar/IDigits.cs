using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Prover.MultiScalar;

/// <summary>Scalars cut into windows of bits, each a signed digit: scalar = Σ digit(window)·2^(window·bits).</summary>
internal interface IDigits
{
    int Count { get; }

    int WindowBits { get; }

    int Windows { get; }

    /// <summary>In how many windows most scalars have a digit: the others are passed over, and take next to no time.</summary>
    int FullWindows { get; }

    /// <summary>−2^(bits−1) to 2^(bits−1).</summary>
    int Digit(int index, int window);
}

/// <summary>
/// Digits of field elements. Adding 2^(bits−1) to every window but the top one, once and for the whole number, makes signed digits of unsigned ones:
/// each window is then read by itself, without the carries of those below.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct FieldDigits : IDigits
{
    private readonly ReadOnlyMemory<UInt256> _shifted;

    private FieldDigits(ReadOnlyMemory<UInt256> shifted, int windowBits)
    {
        _shifted = shifted;
        WindowBits = windowBits;
    }

    public int Count => _shifted.Length;

    public int WindowBits { get; }

    // So that the top window, which is not shifted, has room for a carry: scalars have 254 bits.
    public int Windows => WindowsOf(WindowBits);

    public int FullWindows => Windows;

    /// <param name="scalars">The scalars.</param>
    /// <param name="windowBits">The width of a window.</param>
    /// <param name="buffer">Holds the shifted numbers for as long as the digits are read: at least as many as there are scalars.</param>
    public static FieldDigits Of(ReadOnlySpan<Fr> scalars, int windowBits, Memory<UInt256> buffer)
    {
        var shift = UInt256.Zero;
        for (var window = 0; window < WindowsOf(windowBits) - 1; window++)
            shift += UInt256.One << ((windowBits * window) + windowBits - 1);
        var shifted = buffer.Span[..scalars.Length];
        for (var i = 0; i < shifted.Length; i++)
            shifted[i] = scalars[i].ToUInt256() + shift;
        return new FieldDigits(buffer[..scalars.Length], windowBits);
    }

    public int Digit(int index, int window)
    {
        ref readonly var scalar = ref _shifted.Span[index];
        var bit = window * WindowBits;
        var limb = bit >> 6;
        var offset = bit & 63;
        var bits = scalar.Limb(limb) >> offset;
        if (offset + WindowBits > 64 && limb < 3)
            bits |= scalar.Limb(limb + 1) << (64 - offset);
        var digit = (int)bits & ((1 << WindowBits) - 1);
        return window == Windows - 1 ? digit : digit - (1 << (WindowBits - 1));
    }

    public static int WindowsOf(int windowBits) => (256 + windowBits - 1) / windowBits;
}

/// <summary>
/// All windows as one, one after the other, for points that stand there with their multiples in the same order. Each has room for 2^log scalars.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct JoinedDigits(FieldDigits digits, int log) : IDigits
{
    public int Count => digits.Windows << log;

    public int WindowBits => digits.WindowBits;

    public int Windows => 1;

    public int FullWindows => 1;

    public int Digit(int index, int window)
    {
        var scalar = index & ((1 << log) - 1);
        return scalar < digits.Count ? digits.Digit(scalar, index >> log) : 0;
    }
}

/// <summary>Digits of small numbers, weights and biases: most of them have a lowest digit alone.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct SmallDigits : IDigits
{
    private readonly ReadOnlyMemory<int> _scalars;
    private readonly long _shift;

    /// <param name="scalars">The numbers.</param>
    /// <param name="windowBits">The width of a window.</param>
    /// <param name="usualBits">How many bits most of the numbers have, the sign among them.</param>
    public SmallDigits(ReadOnlyMemory<int> scalars, int windowBits, int usualBits)
    {
        _scalars = scalars;
        WindowBits = windowBits;
        FullWindows = (usualBits + windowBits - 1) / windowBits;
        // 33 bits, for a carry above the sign.
        Windows = (33 + windowBits - 1) / windowBits;
        // As above; here the top window is shifted too, since the numbers have signs.
        for (var i = 0; i < Windows; i++)
            _shift |= 1L << ((windowBits * i) + windowBits - 1);
    }

    public int Count => _scalars.Length;

    public int WindowBits { get; }

    public int Windows { get; }

    public int FullWindows { get; }

    public int Digit(int index, int window) =>
        (int)(((_scalars.Span[index] + _shift) >> (window * WindowBits)) & ((1L << WindowBits) - 1)) - (1 << (WindowBits - 1));
}
