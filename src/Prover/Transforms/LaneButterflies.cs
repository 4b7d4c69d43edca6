using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OpenGradient.Prover.Fields;
using OpenGradient.Prover.Lanes;

namespace OpenGradient.Prover.Transforms;

/// <summary>
/// The butterflies of <see cref="NumberTransform"/>, eight side by side. Values stand limb by limb while a transform runs; roots are held times 32, which makes
/// up for the radix of the lanes' product. Values are below 4 p on the way forth and below 2 p on the way back.
/// </summary>
internal sealed class LaneButterflies
{
    private const int Words = 4;

    private static readonly LaneModulus Modulus = LaneModulus.Of<ScalarModulus>();

    private readonly int _length;
    private readonly ulong[] _roots;
    private readonly ulong[] _inverseRoots;

    public LaneButterflies(ReadOnlySpan<Fr> roots, ReadOnlySpan<Fr> inverseRoots)
    {
        _length = 2 * roots.Length;
        _roots = Times32(roots);
        _inverseRoots = Times32(inverseRoots);
    }

    public void Forward(Span<Fr> values)
    {
        var planes = Split(values);
        for (var half = _length / 2; half >= 1; half /= 2)
            RunLayer(planes, half, isForward: true);
        Join(planes, values);
        ArrayPool<ulong>.Shared.Return(planes);
    }

    public void Backward(Span<Fr> values)
    {
        var planes = Split(values);
        for (var half = 1; half < _length; half *= 2)
            RunLayer(planes, half, isForward: false);
        Join(planes, values);
        ArrayPool<ulong>.Shared.Return(planes);
    }

    // Eight butterflies take sixteen values. Where the halves of a block have at least eight values these are two runs; where they have fewer, several blocks
    // stand in the sixteen, and are taken apart and put together by permutations.
    private void RunLayer(ulong[] planes, int half, bool isForward)
    {
        var roots = isForward ? _roots : _inverseRoots;
        if (half >= Lanes8.Count)
        {
            for (var (start, block) = (0, 0); start < _length; start += 2 * half, block++)
            {
                LoadRoots(roots, block, Vector512<ulong>.Zero, out var root);
                for (var i = start; i < start + half; i += Lanes8.Count)
                {
                    Load(planes, i, out var low);
                    Load(planes, i + half, out var high);
                    Butterfly(ref low, ref high, root, isForward);
                    Store(planes, i, low);
                    Store(planes, i + half, high);
                }
            }

            return;
        }

        var (lowOf, highOf, rootOf, firstOf, secondOf) = PermutationsOf(half);
        for (var start = 0; start < _length; start += 2 * Lanes8.Count)
        {
            LoadRoots(roots, start / (2 * half), rootOf, out var root);
            LoadPair(planes, start, lowOf, out var low);
            LoadPair(planes, start, highOf, out var high);
            Butterfly(ref low, ref high, root, isForward);
            StorePair(planes, start, low, high, firstOf, secondOf);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Butterfly(ref Lanes8 low, ref Lanes8 high, in Lanes8 root, bool isForward)
    {
        ref readonly var modulus = ref Modulus;
        if (isForward)
        {
            Lanes8.Multiply(high, root, modulus, out var product);
            Lanes8.Reduce(ref low, modulus.Twice);
            Lanes8.Subtract(low, product, modulus.Twice, out high);
            Lanes8.Add(low, product, out low);
            return;
        }

        Lanes8.Subtract(low, high, modulus.Twice, out var difference);
        Lanes8.Add(low, high, out low);
        Lanes8.Reduce(ref low, modulus.Twice);
        Lanes8.Multiply(difference, root, modulus, out high);
    }

    // Of sixteen values, 0 to 15: which are low and which high, which root each butterfly has, and where the sixteen stand in low (0 to 7) and high (8 to 15).
    private static (Vector512<ulong> Low, Vector512<ulong> High, Vector512<ulong> Root, Vector512<ulong> First, Vector512<ulong> Second) PermutationsOf(int half)
    {
        Span<ulong> low = stackalloc ulong[8];
        Span<ulong> high = stackalloc ulong[8];
        Span<ulong> root = stackalloc ulong[8];
        Span<ulong> places = stackalloc ulong[16];
        for (var i = 0; i < 8; i++)
        {
            var (block, offset) = Math.DivRem(i, half);
            var place = (2 * half * block) + offset;
            low[i] = (ulong)place;
            high[i] = (ulong)(place + half);
            root[i] = (ulong)block;
            places[place] = (ulong)i;
            places[place + half] = (ulong)(i + 8);
        }

        return (Vector512.Create<ulong>(low), Vector512.Create<ulong>(high), Vector512.Create<ulong>(root), Vector512.Create<ulong>(places), Vector512.Create<ulong>(places[8..]));
    }

    private void LoadRoots(ulong[] roots, int block, Vector512<ulong> rootOf, out Lanes8 lanes)
    {
        // The table may end before eight: what is past the last block is not asked for.
        Span<ulong> words = stackalloc ulong[Words * Lanes8.Count];
        var count = Math.Min(Lanes8.Count, (_length / 2) - block);
        for (var word = 0; word < Words; word++)
            roots.AsSpan((word * (_length / 2)) + block, count).CopyTo(words[(word * Lanes8.Count)..]);
        Lanes8.Unpack(
            Lanes8.Pick(Vector512.Create<ulong>(words), rootOf), Lanes8.Pick(Vector512.Create<ulong>(words[8..]), rootOf),
            Lanes8.Pick(Vector512.Create<ulong>(words[16..]), rootOf), Lanes8.Pick(Vector512.Create<ulong>(words[24..]), rootOf), out lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Load(ulong[] planes, int index, out Lanes8 lanes) => Lanes8.Unpack(
        Vector512.Create(planes, index), Vector512.Create(planes, _length + index), Vector512.Create(planes, (2 * _length) + index),
        Vector512.Create(planes, (3 * _length) + index), out lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void LoadPair(ulong[] planes, int index, Vector512<ulong> places, out Lanes8 lanes) => Lanes8.Unpack(
        Pick(planes, index, places), Pick(planes, _length + index, places), Pick(planes, (2 * _length) + index, places),
        Pick(planes, (3 * _length) + index, places), out lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Pick(ulong[] planes, int index, Vector512<ulong> places) =>
        Lanes8.Pick(Vector512.Create(planes, index), places, Vector512.Create(planes, index + Lanes8.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(ulong[] planes, int index, in Lanes8 lanes)
    {
        lanes.Pack(out var w0, out var w1, out var w2, out var w3);
        w0.CopyTo(planes, index);
        w1.CopyTo(planes, _length + index);
        w2.CopyTo(planes, (2 * _length) + index);
        w3.CopyTo(planes, (3 * _length) + index);
    }

    private void StorePair(ulong[] planes, int index, in Lanes8 low, in Lanes8 high, Vector512<ulong> first, Vector512<ulong> second)
    {
        low.Pack(out var l0, out var l1, out var l2, out var l3);
        high.Pack(out var h0, out var h1, out var h2, out var h3);
        Put(planes, index, l0, h0, first, second);
        Put(planes, _length + index, l1, h1, first, second);
        Put(planes, (2 * _length) + index, l2, h2, first, second);
        Put(planes, (3 * _length) + index, l3, h3, first, second);
    }

    private static void Put(ulong[] planes, int index, Vector512<ulong> low, Vector512<ulong> high, Vector512<ulong> first, Vector512<ulong> second)
    {
        Lanes8.Pick(low, first, high).CopyTo(planes, index);
        Lanes8.Pick(low, second, high).CopyTo(planes, index + Lanes8.Count);
    }

    // Rented, since a proof makes hundreds of transforms of megabytes; it may be longer, and every word that is read is written first.
    private ulong[] Split(ReadOnlySpan<Fr> values)
    {
        var planes = ArrayPool<ulong>.Shared.Rent(Words * _length);
        for (var i = 0; i < values.Length; i++)
        {
            planes[i] = values[i].L0;
            planes[_length + i] = values[i].L1;
            planes[(2 * _length) + i] = values[i].L2;
            planes[(3 * _length) + i] = values[i].L3;
        }

        return planes;
    }

    private void Join(ulong[] planes, Span<Fr> values)
    {
        for (var i = 0; i < _length; i += Lanes8.Count)
        {
            Load(planes, i, out var lanes);
            Lanes8.Reduce(ref lanes, Modulus.Twice);
            Lanes8.Reduce(ref lanes, Modulus.Value);
            Store(planes, i, lanes);
        }

        for (var i = 0; i < values.Length; i++)
            values[i] = new Fr(planes[i], planes[_length + i], planes[(2 * _length) + i], planes[(3 * _length) + i]);
    }

    private static ulong[] Times32(ReadOnlySpan<Fr> roots)
    {
        var planes = new ulong[Words * roots.Length];
        for (var i = 0; i < roots.Length; i++)
        {
            var root = roots[i].Doubled().Doubled().Doubled().Doubled().Doubled();
            planes[i] = root.L0;
            planes[roots.Length + i] = root.L1;
            planes[(2 * roots.Length) + i] = root.L2;
            planes[(3 * roots.Length) + i] = root.L3;
        }

        return planes;
    }
}
