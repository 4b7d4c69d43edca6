namespace OpenGradient.Samples.Training;

/// <summary>SplitMix64: numbers that follow from the seed alone, in every version of everything.</summary>
internal sealed class DeterministicRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        unchecked
        {
            _state += 0x9e37_79b9_7f4a_7c15UL;
            var mixed = (_state ^ (_state >> 30)) * 0xbf58_476d_1ce4_e5b9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94d0_49bb_1331_11ebUL;
            return mixed ^ (mixed >> 31);
        }
    }

    /// <summary>From 0 up to, and without, the limit. The bias is below 2^-32.</summary>
    public int Next(int limit) => (int)((UInt128)Next() * (ulong)limit >> 64);

    /// <summary>From 0 up to, and without, 1.</summary>
    public double NextUnit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Near enough to a normal distribution: the sum of twelve uniform numbers, which needs no logarithm.</summary>
    public double NextNormal()
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++)
            sum += NextUnit();
        return sum;
    }

    public void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
