namespace OpenGradient.Prover.Curves;

/// <summary>
/// Points that stay as long as the process, hundreds of MiB of them. They lie apart from what comes and goes: beside so much that stays the collector would let as
/// much again go to waste before it looks.
/// </summary>
internal static class LastingPoints
{
    /// <summary>So many points at infinity.</summary>
    public static G1Affine[] Allocate(int count) => GC.AllocateArray<G1Affine>(count, pinned: true);
}
