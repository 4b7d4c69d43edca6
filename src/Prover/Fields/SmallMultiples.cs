using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Prover.Fields;

/// <summary>
/// A sum of elements, each taken as often as a small number says. A product by a small number has one limb more than the element, so that the whole sum is
/// added up as it is and brought below the modulus once, where a product in Montgomery's form would be for each of them.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct SmallMultiples<TModulus>
    where TModulus : struct, IPrimeModulus
{
    private ulong _l0;
    private ulong _l1;
    private ulong _l2;
    private ulong _l3;
    // Each addition adds less than 2^30 to it, since elements are below 2^254: it would take 2^34 of them to fill it.
    private ulong _l4;

    /// <summary>Adds one element so often.</summary>
    public void Add(in Element<TModulus> element, uint times)
    {
        var carry = 0UL;
        _l0 = Element<TModulus>.MultiplyAdd(element.L0, times, _l0, ref carry);
        _l1 = Element<TModulus>.MultiplyAdd(element.L1, times, _l1, ref carry);
        _l2 = Element<TModulus>.MultiplyAdd(element.L2, times, _l2, ref carry);
        _l3 = Element<TModulus>.MultiplyAdd(element.L3, times, _l3, ref carry);
        _l4 += carry;
    }

    /// <summary>The sum.</summary>
    public readonly Element<TModulus> ToElement()
    {
        var low = new UInt256(_l0, _l1, _l2, _l3);
        // 2^256 is less than six times the modulus.
        while (low >= Element<TModulus>.Modulus)
            low -= Element<TModulus>.Modulus;
        // The highest limb counts 2^256, by which elements are multiplied already: what it stands for is the form of its number.
        return new Element<TModulus>(low.Limb(0), low.Limb(1), low.Limb(2), low.Limb(3)) + Element<TModulus>.FromUInt256(new UInt256(_l4));
    }
}
