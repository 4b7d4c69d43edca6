using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Integer;

namespace OpenGradient.Inference.Backends;

/// <summary>What a version's publisher published of it, as far as running it goes.</summary>
public sealed record PublishedVersion(Hash32 Id, Hash32 ArtifactHash, Hash32 SignatureHash, VersionSemantics Semantics);

/// <summary>Why a version cannot be run as it was published.</summary>
public enum VersionFault
{
    None = 0,

    /// <summary>The artifact is not the one that was published.</summary>
    ArtifactHashWrong,

    /// <summary>The artifact was refused.</summary>
    ArtifactRefused,

    /// <summary>The artifact's signature is not the one that was published.</summary>
    SignatureHashWrong,

    /// <summary>The artifact's descriptor is not the one that was published.</summary>
    DescriptorHashWrong,

    /// <summary>Published as Float, and draws random numbers: no two answers would agree.</summary>
    RandomFloat,
}

/// <summary>What came of loading a version.</summary>
public abstract record VersionLoading
{
    private VersionLoading()
    {
    }

    public sealed record Loaded(LoadedVersion Version) : VersionLoading;

    public sealed record Refused(VersionFault Fault, string Detail) : VersionLoading;
}

/// <summary>
/// Holds an artifact against what was published of it. What Integer versions run is a descriptor, what others run is ONNX; a version of which nothing can be compared
/// may be a document in its place, which names a text model that a server runs.
/// </summary>
public static class VersionLoader
{
    /// <summary>Reads the artifact once. Reading it may throw what the source throws.</summary>
    public static async Task<VersionLoading> LoadAsync(
        PublishedVersion published, ArtifactSource source, ArtifactLimits limits, CancellationToken cancellationToken)
    {
        if (source.Length > limits.MaxBytes)
            return new VersionLoading.Refused(VersionFault.ArtifactRefused, $"{source.Length} bytes; {limits.MaxBytes} are the most.");
        var artifact = await source.ReadAsync(cancellationToken);
        var hash = ArtifactSource.HashOf(artifact.Span);
        if (hash != published.ArtifactHash)
            return new VersionLoading.Refused(VersionFault.ArtifactHashWrong, $"The artifact's hash is {hash}; {published.ArtifactHash} was published.");
        return published.Semantics switch
        {
            VersionSemantics.Integer integer => LoadInteger(published, integer, artifact, limits),
            VersionSemantics.None when TextModel.IsOne(artifact.Span) => LoadText(published, artifact),
            _ => LoadOnnx(published, source, artifact, limits),
        };
    }

    private static VersionLoading LoadText(PublishedVersion published, ReadOnlyMemory<byte> artifact) => TextModel.Read(artifact) switch
    {
        TextModelReading.Accepted(var model) => Finish(published, model.Signature, new VersionBody.Remote(model)),
        TextModelReading.Refused(var detail) => new VersionLoading.Refused(VersionFault.ArtifactRefused, detail),
        var other => throw new InvalidOperationException($"There is no reading {other}."),
    };

    private static VersionLoading LoadOnnx(PublishedVersion published, ArtifactSource source, ReadOnlyMemory<byte> artifact, ArtifactLimits limits)
    {
        var reading = OnnxArtifact.Inspect(artifact, limits);
        if (reading is not ArtifactReading.Accepted(var signature, var facts))
            return Refuse((ArtifactReading.Refused)reading);
        if (published.Semantics is VersionSemantics.Float && facts.IsRandom)
            return new VersionLoading.Refused(VersionFault.RandomFloat, "The model draws random numbers.");
        return Finish(published, signature, new VersionBody.Onnx(source, facts));
    }

    private static VersionLoading LoadInteger(
        PublishedVersion published, VersionSemantics.Integer semantics, ReadOnlyMemory<byte> artifact, ArtifactLimits limits)
    {
        var reading = IntegerModel.Read(artifact, limits);
        if (reading is not IntegerReading.Accepted(var model))
            return new VersionLoading.Refused(VersionFault.ArtifactRefused, ((IntegerReading.Refused)reading).Detail);
        if (model.Descriptor.Hash != semantics.DescriptorHash)
            return new VersionLoading.Refused(VersionFault.DescriptorHashWrong, $"The descriptor's hash is {model.Descriptor.Hash}; {semantics.DescriptorHash} was published.");
        return Finish(published, model.Signature, new VersionBody.Integer(model));
    }

    private static VersionLoading Finish(PublishedVersion published, ModelSignature signature, VersionBody body) =>
        signature.Hash == published.SignatureHash
            ? new VersionLoading.Loaded(new LoadedVersion(published.Id, published.ArtifactHash, signature, published.Semantics, body))
            : new VersionLoading.Refused(VersionFault.SignatureHashWrong, $"The signature's hash is {signature.Hash}; {published.SignatureHash} was published.");

    private static VersionLoading.Refused Refuse(ArtifactReading.Refused reading) =>
        new(VersionFault.ArtifactRefused, $"{reading.Fault}: {reading.Detail}");
}
