using OpenGradient.Inference.Artifacts.Onnx;

namespace OpenGradient.Inference.Artifacts;

/// <summary>
/// Looks through an ONNX artifact before anything else touches it: with a reader of our own, that needs no memory in proportion to what the artifact
/// claims, and takes one pass over its bytes for each level of its nesting.
/// </summary>
public static class OnnxArtifact
{
    public static ArtifactReading Inspect(ReadOnlyMemory<byte> artifact, ArtifactLimits limits)
    {
        if (artifact.Length > limits.MaxBytes)
            return new ArtifactReading.Refused(ArtifactFault.TooLarge, $"{artifact.Length} bytes; {limits.MaxBytes} are the most.");

        var inspection = new OnnxInspection(limits);
        return OnnxModelReader.TryRead(artifact.Span, inspection) && inspection.TryFinish(out var signature, out var facts)
            ? new ArtifactReading.Accepted(signature!, facts!)
            : new ArtifactReading.Refused(inspection.Fault, inspection.Detail);
    }
}
