using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>
/// What the permutation does to lanes, the words of its state. A lane is one word of one message, or a vector that holds the same word of
/// several messages.
/// </summary>
/// <typeparam name="T">The lane, or the vector of lanes.</typeparam>
internal interface IKeccakLanes<T>
    where T : unmanaged
{
    static abstract T Xor(T left, T right);

    /// <summary>The exclusive or of a column.</summary>
    static abstract T Parity(T a, T b, T c, T d, T e);

    /// <summary>Rotates by 1 to 63 bits.</summary>
    static abstract T RotateLeft(T lane, [ConstantExpected] byte bits);

    /// <summary>a ⊕ (¬b ∧ c), the only step that is not linear.</summary>
    static abstract T Chi(T a, T b, T c);

    static abstract T Constant(ulong value);
}

/// <summary>One message.</summary>
internal readonly struct OneLane : IKeccakLanes<ulong>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Xor(ulong left, ulong right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Parity(ulong a, ulong b, ulong c, ulong d, ulong e) => a ^ b ^ c ^ d ^ e;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong RotateLeft(ulong lane, [ConstantExpected] byte bits) => BitOperations.RotateLeft(lane, bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Chi(ulong a, ulong b, ulong c) => a ^ (~b & c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Constant(ulong value) => value;
}

/// <summary>Four messages, for processors with vectors of 256 bits.</summary>
internal readonly struct FourLanes : IKeccakLanes<Vector256<ulong>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Xor(Vector256<ulong> left, Vector256<ulong> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Parity(
        Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c, Vector256<ulong> d, Vector256<ulong> e) => a ^ b ^ c ^ d ^ e;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> RotateLeft(Vector256<ulong> lane, [ConstantExpected] byte bits) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateLeft(lane, bits) : (lane << bits) | (lane >>> (64 - bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Chi(Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c) => a ^ Vector256.AndNot(c, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Constant(ulong value) => Vector256.Create(value);
}

/// <summary>Eight messages, for processors with vectors of 512 bits.</summary>
internal readonly struct EightLanes : IKeccakLanes<Vector512<ulong>>
{
    // The truth table of a ⊕ (¬b ∧ c), with a as the highest bit of the row's number.
    private const byte ChiTable = 0b1101_0010;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Xor(Vector512<ulong> left, Vector512<ulong> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Parity(
        Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c, Vector512<ulong> d, Vector512<ulong> e) => a ^ b ^ c ^ d ^ e;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> RotateLeft(Vector512<ulong> lane, [ConstantExpected] byte bits) => Avx512F.RotateLeft(lane, bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Chi(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c) =>
        Avx512F.TernaryLogic(a, b, c, ChiTable);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Constant(ulong value) => Vector512.Create(value);
}
