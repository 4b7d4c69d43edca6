using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Cli.Model.Publishing;
using OpenGradient.Cli.Model.Storage;
using OpenGradient.Cli.Terminal;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;

namespace OpenGradient.Cli.Model;

/// <summary>What <c>og model init</c> wrote.</summary>
public sealed record ModelInitReport(string File, string Name, string Semantics, string? ToleranceAbs, string? ToleranceRel, SignatureReport Signature);

/// <summary>What <c>og model publish</c> came to.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="VersionId">What requests name.</param>
/// <param name="Reference">The same, for people.</param>
/// <param name="IsNew">Whether this run published it; else it was published before.</param>
/// <param name="ArtifactHash">SHA-256 of the artifact.</param>
/// <param name="Semantics">When two answers are the same.</param>
/// <param name="Signature">Inputs and outputs.</param>
/// <param name="Transactions">What was sent, in order.</param>
public sealed record ModelPublishReport(
    string ModelId, string VersionId, string Reference, bool IsNew, string ArtifactHash, string Semantics, SignatureReport Signature,
    IReadOnlyList<SentTransaction> Transactions)
{
    internal static ModelPublishReport Of(Publishing.PublishedModel published, Address publisher) => new(
        published.ModelId.ToString(), published.VersionId.ToString(), $"{publisher}/{published.Publication.Name}@{published.Publication.Number}", published.IsNew,
        published.Publication.Artifact.Hash.ToString(), ((SemanticsKind)published.Publication.Semantics.Kind).ToString(),
        SignatureReport.Of(published.Publication.Artifact.Signature), published.Sent);
}

/// <summary>Inputs and outputs, a line each.</summary>
public sealed record SignatureReport(string Hash, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs)
{
    internal static SignatureReport Of(ModelSignature signature) => new(
        signature.Hash.ToString(), [.. signature.Inputs.Select(input => input.ToString())], [.. signature.Outputs.Select(output => output.ToString())]);
}

/// <summary>A model of the register.</summary>
public sealed record ModelReport(
    string ModelId, string Reference, string Name, string Creator, string Owner, string MetadataUri, string? Description, IReadOnlyList<VersionReport> Versions)
{
    internal static ModelReport Of(ModelEntry model, ModelMetadata? metadata, Func<VersionEntry, IReadOnlyList<BlobPlace>?>? placesOf = null) => new(
        model.ModelId.ToString(), model.Reference, model.Name, model.Creator.ToString(), model.Owner.ToString(), PlainText.Of(model.MetadataUri),
        metadata is null ? null : PlainText.Of(metadata.Description),
        [.. model.Versions.Select(version => VersionReport.Of(version, metadata, placesOf?.Invoke(version)))]);
}

/// <summary>A version of the register.</summary>
public sealed record VersionReport
{
    private const int ToleranceDecimals = 18;

    public required string VersionId { get; init; }

    public required string Number { get; init; }

    public required string Status { get; init; }

    /// <summary>Why it should not, or can no longer, be used; in its owner's words.</summary>
    public string? Reason { get; init; }

    public required string Semantics { get; init; }

    public string? ToleranceAbs { get; init; }

    public string? ToleranceRel { get; init; }

    public string? DescriptorHash { get; init; }

    /// <summary>Of an integer version: what its outputs are multiplied by to be read as real numbers. Where the description tells its descriptor, and that hashes to what was published.</summary>
    public double? OutputScale { get; init; }

    public required string ArtifactHash { get; init; }

    public required string SignatureHash { get; init; }

    /// <summary>Where the description tells it, and it hashes to what was published.</summary>
    public SignatureReport? Signature { get; init; }

    /// <summary>How inputs are made, and outputs read.</summary>
    public string? Use { get; init; }

    public required IReadOnlyList<string> Uris { get; init; }

    /// <summary>Who was asked for the artifact, and what they said.</summary>
    public IReadOnlyList<BlobPlace>? Places { get; init; }

    internal static VersionReport Of(VersionEntry version, ModelMetadata? metadata, IReadOnlyList<BlobPlace>? places)
    {
        var semantics = version.Published.Semantics;
        var isFloat = version.Kind == SemanticsKind.Float;
        var signature = metadata?.SignatureOf(version.Published);
        return new VersionReport
        {
            VersionId = version.VersionId.ToString(),
            Number = version.Number.ToString(),
            Status = version.Status.ToString(),
            Reason = version.Reason is null ? null : PlainText.Of(version.Reason),
            Semantics = version.Kind.ToString(),
            ToleranceAbs = isFloat ? Units.Format(semantics.ToleranceAbs, ToleranceDecimals) : null,
            ToleranceRel = isFloat ? Units.Format(semantics.ToleranceRel, ToleranceDecimals) : null,
            DescriptorHash = version.Kind == SemanticsKind.Integer ? semantics.DescriptorHash.ToString() : null,
            OutputScale = metadata?.DescriptorOf(version.Published)?.OutputScale,
            ArtifactHash = version.Published.ArtifactHash.ToString(),
            SignatureHash = version.Published.SignatureHash.ToString(),
            Signature = signature is null ? null : SignatureReport.Of(signature),
            Use = metadata?.Versions.GetValueOrDefault(version.Number.ToString())?.Use is { } use ? PlainText.Of(use) : null,
            Uris = [.. version.Published.Uris.Select(PlainText.Of)],
            Places = places,
        };
    }
}

/// <summary>What <c>og model pull</c> brought.</summary>
public sealed record ModelPullReport(string VersionId, string Reference, string File, long Bytes, string ArtifactHash, string Source);

/// <summary>What <c>og model deprecate</c> and <c>og model yank</c> did.</summary>
public sealed record ModelEndReport(string VersionId, string Reference, string Status, IReadOnlyList<SentTransaction> Transactions);

/// <summary>What <c>og model measure</c> found.</summary>
/// <param name="Questions">How many inputs were run, in each way.</param>
/// <param name="GreatestOutput">The greatest number that came out.</param>
/// <param name="Ways">How far each way of running it strayed from the first.</param>
/// <param name="LeftOut">Ways that were not to be had on this machine.</param>
/// <param name="ToleranceAbs">The tolerance to publish.</param>
/// <param name="ToleranceRel">The same, as a part of the answer.</param>
public sealed record ModelMeasureReport(
    int Questions, double GreatestOutput, IReadOnlyList<MeasuredWay> Ways, IReadOnlyList<string> LeftOut, string ToleranceAbs, string ToleranceRel);

/// <summary>One way of running a model, and how far it strayed.</summary>
public sealed record MeasuredWay(string Way, double Absolute, double Relative);
