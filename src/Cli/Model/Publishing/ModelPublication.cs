using System.Text.Json;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Samples;

namespace OpenGradient.Cli.Model.Publishing;

/// <summary>All that is published of a version, checked before anything is sent.</summary>
internal sealed record ModelPublication
{
    public const string DefaultFile = "model.json";

    private const int MaxManifestBytes = 1 << 16;
    private const int ToleranceDecimals = 18;

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string? Use { get; init; }

    public required VersionNumber Number { get; init; }

    public required ModelArtifact Artifact { get; init; }

    public required IModelRegistryContract.Semantics Semantics { get; init; }

    /// <summary>What checks its proofs; zero where it has none.</summary>
    public Address ProofVerifier { get; init; }

    public required IReadOnlyList<string> Uris { get; init; }

    /// <summary>The same with proofs: whose commitment, of an integer model's artifact, and which contract checks them.</summary>
    public ModelPublication Provable(Hash32 commitment, Address verifier) =>
        this with { Semantics = Semantics with { ProofCommitment = commitment }, ProofVerifier = verifier };

    /// <summary>Reads a manifest, or the card of a sample (then <paramref name="file"/> says which of its artifacts), and the artifact that it names.</summary>
    public static async Task<ModelPublication> ReadAsync(string path, string? file, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
            path = Path.Combine(path, DefaultFile);
        if (!File.Exists(path))
            throw Wrong($"There is no file {path}.", "`og model init FILE` writes one for an artifact.");
        if (new FileInfo(path).Length > MaxManifestBytes)
            throw Wrong($"{path} is longer than {MaxManifestBytes} bytes.", "A manifest is a page of JSON.");

        var json = await File.ReadAllBytesAsync(path, cancellationToken);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var manifest = SampleModels.TryReadCard(json) is { } card ? OfCard(card, file) : Read(json, path);
        var artifact = await ModelArtifact.ReadAsync(Path.Combine(folder, manifest.File), cancellationToken);
        return Check(manifest, artifact);
    }

    /// <summary>A sample's artifact, under the sample's name; its integer form has a name of its own, since it is asked otherwise.</summary>
    public static async Task<ModelPublication> OfSampleAsync(SampleModel sample, ArtifactCard artifact, CancellationToken cancellationToken) =>
        Check(OfCard(sample.Card, artifact.File), await ModelArtifact.ReadAsync(sample.PathOf(artifact), cancellationToken));

    /// <summary>Holds what a publisher wrote against the artifact.</summary>
    public static ModelPublication Check(ModelManifest manifest, ModelArtifact artifact)
    {
        if (!VersionNumber.TryParse(manifest.Version, out var number))
            throw Wrong($"'{manifest.Version}' is no version.", "Write major and minor, such as 1.0.");
        if (!ModelNames.IsName(manifest.Name))
            throw Wrong($"'{manifest.Name}' is no name of a model.", ModelNames.Rule);
        if (manifest.Uris.Count > ModelNames.MostUris - 1 || manifest.Uris.Any(uri => !ModelNames.IsUri(uri)))
            throw Wrong("The uris are not as the register takes them.", $"Give at most {ModelNames.MostUris - 1}, each of 1 to {ModelNames.MostUriBytes} bytes.");
        return new ModelPublication
        {
            Name = manifest.Name,
            Description = manifest.Description,
            Use = manifest.Use,
            Number = number,
            Artifact = artifact,
            Semantics = SemanticsOf(manifest, artifact),
            Uris = manifest.Uris,
        };
    }

    private static ModelManifest Read(byte[] json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ModelManifestJson.Default.ModelManifest) ?? throw new JsonException("It is null.");
        }
        catch (JsonException wrong)
        {
            throw Wrong($"{path} is not as it should be: {wrong.Message}", "`og model init FILE` writes one with comments that explain each line.");
        }
    }

    private static ModelManifest OfCard(ModelCard card, string? file)
    {
        if (file is null && card.Artifacts.Length > 1)
            throw Wrong($"The sample {card.Name} has several artifacts.", $"Give --file with one of {string.Join(", ", card.Artifacts.Select(one => one.File))}.");
        var artifact = card.Artifacts.FirstOrDefault(one => file is null || one.File == file)
            ?? throw Wrong($"The sample {card.Name} has no artifact {file}.", $"It has {string.Join(", ", card.Artifacts.Select(one => one.File))}.");
        return new ModelManifest
        {
            Name = artifact.DescriptorHash is null ? card.Name : $"{card.Name}-integer",
            Description = card.Description,
            File = artifact.File,
            Semantics = artifact.Semantics,
            ToleranceAbs = Tolerance(artifact.ToleranceAbs),
            ToleranceRel = Tolerance(artifact.ToleranceRel),
            Use = artifact.Use,
        };
    }

    private static string? Tolerance(string? units) => units is null ? null : Units.Format(UInt256.Parse(units), ToleranceDecimals);

    private static IModelRegistryContract.Semantics SemanticsOf(ModelManifest manifest, ModelArtifact artifact)
    {
        if (!Enum.TryParse<SemanticsKind>(manifest.Semantics, out var kind) || !Enum.IsDefined(kind) || char.IsAsciiDigit(manifest.Semantics[0]))
            throw Wrong($"'{manifest.Semantics}' is no semantics.", "They are Float, Integer and None.");
        if (kind == SemanticsKind.Integer != artifact.IsInteger || (artifact.Text is not null && kind != SemanticsKind.None))
            throw Wrong($"{Path.GetFileName(artifact.Path)} is {artifact.What}, and cannot be published as {kind}.", $"It can be published as {artifact.Kind}.");
        if (kind == SemanticsKind.Float && artifact.Facts is { IsRandom: true })
            throw Wrong("The model draws random numbers, so that no two answers agree.", "Publish it as None: then nothing can be compared, and nothing contested.");

        var (absolute, relative) = (ToleranceIn(manifest.ToleranceAbs, "toleranceAbs"), ToleranceIn(manifest.ToleranceRel, "toleranceRel"));
        if (kind != SemanticsKind.Float && !(absolute.IsZero && relative.IsZero))
            throw Wrong($"A version that is {kind} has no tolerance.", "Leave toleranceAbs and toleranceRel out.");
        if (kind == SemanticsKind.Float && absolute.IsZero && relative.IsZero)
            throw Wrong("A version that is Float has a tolerance.", $"`og model measure {Path.GetFileName(artifact.Path)}` finds one.");
        if (relative >= Units.Parse("1", ToleranceDecimals))
            throw Wrong("A relative tolerance of 1 or more would agree with anything.", $"`og model measure {Path.GetFileName(artifact.Path)}` finds one.");
        return new IModelRegistryContract.Semantics((byte)kind, artifact.DescriptorHash ?? Hash32.Zero, ProofCommitment: Hash32.Zero, absolute, relative);
    }

    private static UInt256 ToleranceIn(string? text, string name) =>
        text is null ? UInt256.Zero
        : Units.TryParse(text, ToleranceDecimals, out var value) && value.BitLength <= 128 ? value
        : throw Wrong($"{name} is '{text}'.", "Write a number such as 0.0000065, with at most 18 digits behind the point.");

    private static ExpectedFailureException Wrong(string problem, string remedy) => new(ExitCode.Usage, problem, remedy);
}
