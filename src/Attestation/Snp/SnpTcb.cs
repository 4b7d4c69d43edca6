using OpenGradient.Attestation.Policies;

namespace OpenGradient.Attestation.Snp;

/// <summary>The versions of a chip's firmware, part by part.</summary>
internal sealed record SnpTcb(int Bootloader, int Tee, int Snp, int Microcode, int Fmc)
{
    /// <summary>From a report's eight bytes, whose order Turin changed.</summary>
    public static SnpTcb Read(ReadOnlySpan<byte> bytes, bool isTurin) => isTurin
        ? new SnpTcb(bytes[1], bytes[2], bytes[3], bytes[7], bytes[0])
        : new SnpTcb(bytes[0], bytes[1], bytes[6], bytes[7], 0);

    public override string ToString() => $"bootloader {Bootloader}, tee {Tee}, snp {Snp}, microcode {Microcode}, fmc {Fmc}";

    public bool Reaches(SnpTcbFloor floor) =>
        Bootloader >= floor.Bootloader && Tee >= floor.Tee && Snp >= floor.Snp && Microcode >= floor.Microcode && Fmc >= floor.Fmc;
}
