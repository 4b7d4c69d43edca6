using System.Globalization;
using OpenGradient.Cli.Model;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Cli.Model.Publishing;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Model;

public sealed class ModelPublicationTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private static string Onnx => Repository.PathOf("models", "volatility", "model.onnx");

    private static string Integer => Repository.PathOf("models", "volatility", "model.ogq");

    [Fact]
    public async Task A_samples_card_is_published_as_it_says()
    {
        var asFloat = await ModelPublication.ReadAsync(Repository.PathOf("models", "volatility"), "model.onnx", Stop);
        var asInteger = await ModelPublication.ReadAsync(Repository.PathOf("models", "volatility", "model.json"), "model.ogq", Stop);

        Assert.Equal("volatility", asFloat.Name);
        Assert.Equal(Units.Parse("0.00000012", 18), asFloat.Semantics.ToleranceAbs);
        Assert.Equal("volatility-integer", asInteger.Name);
        Assert.Equal((byte)SemanticsKind.Integer, asInteger.Semantics.Kind);
        Assert.Equal(asInteger.Artifact.DescriptorHash, asInteger.Semantics.DescriptorHash);
        var several = await Assert.ThrowsAsync<ExpectedFailureException>(() => ModelPublication.ReadAsync(Repository.PathOf("models", "volatility"), file: null, Stop));
        Assert.Contains("model.onnx, model.ogq", several.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Upper", "1.0", "Float", "0.1", null, "no name")]
    [InlineData("", "1.0", "Float", "0.1", null, "no name")]
    [InlineData(".hidden", "1.0", "Float", "0.1", null, "no name")]
    [InlineData("m", "1", "Float", "0.1", null, "no version")]
    [InlineData("m", "1.0.0", "Float", "0.1", null, "no version")]
    [InlineData("m", "-1.0", "Float", "0.1", null, "no version")]
    [InlineData("m", "1.0", "float", "0.1", null, "no semantics")]
    [InlineData("m", "1.0", "2", "0.1", null, "no semantics")]
    [InlineData("m", "1.0", "Integer", null, null, "cannot be published as Integer")]
    [InlineData("m", "1.0", "Float", null, null, "has a tolerance")]
    [InlineData("m", "1.0", "Float", "0", "0", "has a tolerance")]
    [InlineData("m", "1.0", "Float", "0.1", "1", "anything")]
    [InlineData("m", "1.0", "Float", "-0.1", null, "toleranceAbs")]
    [InlineData("m", "1.0", "Float", "340282366920938463464", null, "toleranceAbs")]
    [InlineData("m", "1.0", "None", "0.1", null, "has no tolerance")]
    public async Task A_manifest_is_held_against_the_register_and_the_artifact(
        string name, string version, string semantics, string? absolute, string? relative, string problem)
    {
        var manifest = new ModelManifest { Name = name, File = "model.onnx", Version = version, Semantics = semantics, ToleranceAbs = absolute, ToleranceRel = relative };
        var artifact = await ModelArtifact.ReadAsync(Onnx, Stop);

        var refused = Assert.Throws<ExpectedFailureException>(() => ModelPublication.Check(manifest, artifact));

        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
    }

    [Fact]
    public async Task A_signature_in_the_description_counts_only_if_it_was_published()
    {
        var publication = await ModelPublication.ReadAsync(Repository.PathOf("models", "volatility"), "model.onnx", Stop);
        var metadata = ModelMetadata.Read(new ModelMetadata { Name = "volatility" }.With(publication).Write());
        var version = new Contracts.IModelRegistryContract.Version(
            1, 0, publication.Artifact.Hash.Value, publication.Artifact.Signature.Hash, Address.Zero, publication.Semantics, []);

        Assert.Equal(publication.Artifact.Signature, metadata!.SignatureOf(version));
        Assert.Null(metadata.SignatureOf(version with { SignatureHash = Hash32.Zero }));
        Assert.Null(metadata.SignatureOf(version with { Minor = 1 }));
        Assert.Null(ModelMetadata.Read("{}"u8));
        Assert.Null(ModelMetadata.Read("""{"name":"m","versions":{"1.0":null}}"""u8)?.SignatureOf(version));
    }

    [Fact]
    public async Task A_scale_in_the_description_counts_only_if_its_descriptor_was_published()
    {
        var publication = await ModelPublication.ReadAsync(Repository.PathOf("models", "volatility"), "model.ogq", Stop);
        var metadata = ModelMetadata.Read(new ModelMetadata { Name = "volatility" }.With(publication).Write());
        var version = new Contracts.IModelRegistryContract.Version(
            1, 0, publication.Artifact.Hash.Value, publication.Artifact.Signature.Hash, Address.Zero, publication.Semantics, []);

        var scale = metadata!.DescriptorOf(version)?.OutputScale;
        Assert.Equal(publication.Artifact.Descriptor!.OutputScale, scale);
        // The card says the same number.
        Assert.Contains($"{scale?.ToString("R", CultureInfo.InvariantCulture)}.", publication.Use, StringComparison.Ordinal);
        Assert.Null(metadata.DescriptorOf(version with { Semantics = version.Semantics with { DescriptorHash = Hash32.Zero } }));
        Assert.Null(metadata.DescriptorOf(version with { Minor = 1 }));
        var told = metadata.Versions["1.0"];
        foreach (var digits in new[] { "", "0x", "0x0", told.Descriptor + "00", told.Descriptor![..^2], "nothing" })
        {
            var other = metadata with { Versions = new Dictionary<string, VersionMetadata>(StringComparer.Ordinal) { ["1.0"] = told with { Descriptor = digits } } };
            Assert.Null(other.DescriptorOf(version));
        }
    }

    [Fact]
    public async Task What_is_told_of_a_model_is_read_by_the_index()
    {
        var publication = await ModelPublication.ReadAsync(Repository.PathOf("models", "volatility"), "model.onnx", Stop);
        var metadata = new ModelMetadata { Name = "volatility" }.With(publication);

        var read = Assert.IsType<MetadataReading.Good>(MetadataDocument.Read(metadata.Write())).Document;
        Assert.Equal((metadata.Name, metadata.Description), (read.Name, read.Description));
        Assert.Equal(
            metadata.Versions.Select(version => new DescribedVersion(version.Key, version.Value.File, version.Value.Bytes, version.Value.Use ?? "")), read.Versions);
        Assert.Equal(ModelMetadata.MaxBytes, MetadataDocument.MaxBytes);
    }

    [Theory]
    [InlineData("0x1234")]
    [InlineData("alice/model@1.0")]
    [InlineData("0x5FbDB2315678afecb367f032d93F642f64180aa3/Model")]
    [InlineData("0x5FbDB2315678afecb367f032d93F642f64180aa3/model@1")]
    [InlineData("0x5FbDB2315678afecb367f032d93F642f64180aa3/model@1.0@2.0")]
    [InlineData("")]
    public void What_names_nothing_is_refused(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<ExpectedFailureException>(() => VersionReference.Parse(text)).ExitCode);

    [Fact]
    public void Models_and_versions_are_named_by_people()
    {
        var reference = VersionReference.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3/my-model@12.3");

        Assert.Equal("my-model", reference.Name);
        Assert.Equal(new VersionNumber(12, 3), reference.Number);
        Assert.Null(VersionReference.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3/m").Number);
        Assert.NotNull(VersionReference.Parse("0x" + new string('1', 64)).Id);
    }

    [Theory]
    [InlineData("/a/My Model (2).onnx", "my-model--2-")]
    [InlineData("/a/__x.onnx", "x")]
    [InlineData("/a/___.onnx", "my-model")]
    public void A_files_name_gives_a_models(string path, string name) => Assert.Equal(name, ModelNames.Suggest(path));

    [Fact]
    public async Task What_nodes_would_refuse_is_refused_before_it_is_published()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(Onnx, Stop))[..1000], Stop);
            await Assert.ThrowsAsync<ExpectedFailureException>(() => ModelArtifact.ReadAsync(path, Stop));
            await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(Integer, Stop))[..1000], Stop);
            await Assert.ThrowsAsync<ExpectedFailureException>(() => ModelArtifact.ReadAsync(path, Stop));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
