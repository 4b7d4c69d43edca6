using OpenGradient.Blobs;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Integer;

namespace OpenGradient.Cli.Model;

/// <summary>An artifact that was read and looked through: everything about it that is published follows from its bytes.</summary>
internal sealed record ModelArtifact
{
    private static ReadOnlySpan<byte> IntegerMark => "OGQ"u8;

    public required string Path { get; init; }

    public required ReadOnlyMemory<byte> Bytes { get; init; }

    public required BlobHash Hash { get; init; }

    public required ModelSignature Signature { get; init; }

    /// <summary>Of an integer model; null for ONNX.</summary>
    public IntegerDescriptor? Descriptor { get; init; }

    /// <summary>The same, as a version publishes it.</summary>
    public Hash32? DescriptorHash => Descriptor?.Hash;

    /// <summary>Of ONNX; null for others.</summary>
    public OnnxFacts? Facts { get; init; }

    /// <summary>What the document of a text model says; null for others.</summary>
    public TextModel? Text { get; init; }

    public bool IsInteger => Descriptor is not null;

    /// <summary>What it is, for people.</summary>
    public string What => IsInteger ? "an integer model" : Text is not null ? "a text model" : "ONNX";

    /// <summary>What it can be published as, the best first.</summary>
    public SemanticsKind Kind => IsInteger ? SemanticsKind.Integer : Text is not null || Facts is { IsRandom: true } ? SemanticsKind.None : SemanticsKind.Float;

    /// <summary>Reads a file; what nodes would refuse is refused here, by the same code.</summary>
    public static async Task<ModelArtifact> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw Refused($"There is no file {path}.", "Name an ONNX model, an integer model (.ogq), or the document of a text model.");
        if (file.Length > ArtifactLimits.Default.MaxBytes)
            throw Refused($"{path} has {file.Length} bytes, and nodes take {ArtifactLimits.Default.MaxBytes}.", "Publish a smaller model.");

        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        var hash = BlobHash.Of(bytes);
        if (bytes.AsSpan().StartsWith(IntegerMark))
        {
            return IntegerModel.Read(bytes, ArtifactLimits.Default) switch
            {
                IntegerReading.Accepted(var model) => new ModelArtifact
                {
                    Path = path,
                    Bytes = bytes,
                    Hash = hash,
                    Signature = model.Signature,
                    Descriptor = model.Descriptor,
                },
                IntegerReading.Refused refused => throw Refused($"{path} is no integer model that nodes run: {refused.Detail}", "Make it with a tool that writes this format (docs/inference.md)."),
                _ => throw new InvalidOperationException("There is a reading that is not known."),
            };
        }

        if (TextModel.IsOne(bytes))
        {
            return TextModel.Read(bytes) switch
            {
                TextModelReading.Accepted(var model) => new ModelArtifact { Path = path, Bytes = bytes, Hash = hash, Signature = model.Signature, Text = model },
                TextModelReading.Refused(var detail) => throw Refused($"{path} names no text model that nodes run. {detail}", "docs/model-hub.md shows the form."),
                _ => throw new InvalidOperationException("There is a reading that is not known."),
            };
        }

        return OnnxArtifact.Inspect(bytes, ArtifactLimits.Default) switch
        {
            ArtifactReading.Accepted(var signature, var facts) => new ModelArtifact
            {
                Path = path,
                Bytes = bytes,
                Hash = hash,
                Signature = signature,
                Facts = facts,
            },
            ArtifactReading.Refused(var fault, var detail) => throw Refused(
                $"{path} is no model that nodes run. {fault}: {detail}", "Export it to one ONNX file, with plain operators and its weights inside (docs/model-hub.md)."),
            _ => throw new InvalidOperationException("There is a reading that is not known."),
        };
    }

    private static ExpectedFailureException Refused(string problem, string remedy) => new(ExitCode.Failed, problem, remedy);
}
