using OpenGradient.Prover.Curves;

namespace OpenGradient.Prover.Tests.Curves;

public sealed class LastingPointsTests
{
    // By the runtime's numbers: 3 is the heap of large objects, 4 the one of those that are never moved.
    private const int Apart = 4;

    [Fact]
    public void They_lie_apart_from_what_comes_and_goes_and_begin_at_infinity()
    {
        var points = LastingPoints.Allocate(1 << 14);

        GC.Collect();

        Assert.True(GC.GetGCMemoryInfo(GCKind.FullBlocking).GenerationInfo[Apart].SizeAfterBytes >= points.Length * G1Affine.ByteLength);
        Assert.All(points, point => Assert.True(point.IsInfinity));
    }
}
