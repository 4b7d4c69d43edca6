using System.Buffers.Binary;
using OpenGradient.Prover.Curves;

namespace OpenGradient.Prover.Tests.Setup;

/// <summary>Writes files as snarkjs does, from powers of a known τ.</summary>
internal static class PtauFile
{
    public static byte[] Write(int power, Fr tau, Action<List<(int Type, byte[] Body)>>? change = null)
    {
        List<(int Type, byte[] Body)> sections =
        [
            (1, [.. Int32(32), .. Fq.Modulus.ToBigEndian().Reverse(), .. Int32(power), .. Int32(power)]),
            (2, [.. Powers(tau, (2 << power) - 1).SelectMany(factor => Limbs(((G1)G1Affine.Generator * factor).ToAffine()))]),
            (3, [.. Powers(tau, 1 << power).SelectMany(factor => Limbs(G2Affine.Generator.Times(factor.ToUInt256())))]),
            (7, Int32(0)),
        ];
        change?.Invoke(sections);
        var file = new List<byte>([.. "ptau"u8, .. Int32(1), .. Int32(sections.Count)]);
        foreach (var (type, body) in sections)
            file.AddRange([.. Int32(type), .. Int32(body.Length), .. Int32(0), .. body]);
        return [.. file];
    }

    private static IEnumerable<Fr> Powers(Fr tau, int count)
    {
        var power = Fr.One;
        for (var i = 0; i < count; i++)
        {
            yield return power;
            power *= tau;
        }
    }

    private static byte[] Limbs(G1Affine point) => [.. Limbs(point.X), .. Limbs(point.Y)];

    private static byte[] Limbs(G2Affine point) => [.. Limbs(point.X.Re), .. Limbs(point.X.Im), .. Limbs(point.Y.Re), .. Limbs(point.Y.Im)];

    // Montgomery's form, as snarkjs writes it.
    private static byte[] Limbs(Fq element)
    {
        var bytes = new byte[32];
        foreach (var (limb, i) in new[] { element.L0, element.L1, element.L2, element.L3 }.Select((limb, i) => (limb, i)))
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8 * i), limb);
        return bytes;
    }

    private static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
