using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Integer;
using OpenGradient.Inference.Tensors;
using OpenGradient.Samples.Export;
using OpenGradient.Support;

namespace OpenGradient.Inference.Tests.Backends;

public sealed class VersionLoaderTests
{
    private static readonly Hash32 Other = Hash32.FromUInt256(99u);
    private static readonly VersionSemantics Float = new VersionSemantics.Float(new Tolerance(1, 1));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Takes_an_artifact_that_is_what_was_published_and_no_other()
    {
        var artifact = TestModels.Scaling(2);
        var loaded = TestModels.Load(artifact);
        var published = new PublishedVersion(loaded.Id, loaded.ArtifactHash, loaded.Signature.Hash, Float);

        Assert.Equal(loaded.Signature, Assert.IsType<VersionLoading.Loaded>(await LoadAsync(published, artifact)).Version.Signature);
        Assert.Equal(VersionFault.ArtifactHashWrong, await FaultAsync(published with { ArtifactHash = Other }, artifact));
        Assert.Equal(VersionFault.SignatureHashWrong, await FaultAsync(published with { SignatureHash = Other }, artifact));
        Assert.Equal(
            VersionFault.ArtifactRefused, await FaultAsync(published with { ArtifactHash = ArtifactSource.HashOf([1, 2, 3]) }, [1, 2, 3]));
        Assert.Equal(VersionFault.ArtifactRefused, await FaultAsync(published, artifact, new ArtifactLimits { MaxBytes = artifact.Length - 1 }));
    }

    [Fact]
    public async Task An_integer_version_is_its_descriptor()
    {
        var artifact = await File.ReadAllBytesAsync(Repository.PathOf("models", "volatility", "model.ogq"), Token);
        var model = Assert.IsType<IntegerReading.Accepted>(IntegerModel.Read(artifact, ArtifactLimits.Default)).Model;
        var published = new PublishedVersion(
            Other, ArtifactSource.HashOf(artifact), model.Signature.Hash, new VersionSemantics.Integer(model.Descriptor.Hash));

        var version = Assert.IsType<VersionLoading.Loaded>(await LoadAsync(published, artifact)).Version;

        var answer = await new IntegerBackend().InferAsync(version, [new Tensor("input", DataType.Uint8, [16], new byte[16])], Token);
        Assert.Equal([3u], TestModels.Answer(answer)[0].Dims);
        Assert.Equal(VersionFault.DescriptorHashWrong, await FaultAsync(published with { Semantics = new VersionSemantics.Integer(Other) }, artifact));
        Assert.Equal(VersionFault.ArtifactRefused, await FaultAsync(published with { Semantics = Float }, artifact));
    }

    [Fact]
    public async Task A_model_that_draws_numbers_is_no_float_version()
    {
        var artifact = new OnnxGraph("random").Input("x", 4).Node("RandomNormalLike", ["x"], "y").Output("y", 4).ToArray();
        var loaded = TestModels.Load(artifact);
        var published = new PublishedVersion(loaded.Id, loaded.ArtifactHash, loaded.Signature.Hash, Float);

        Assert.Equal(VersionFault.RandomFloat, await FaultAsync(published, artifact));
        Assert.IsType<VersionLoading.Loaded>(await LoadAsync(published with { Semantics = VersionSemantics.None.Instance }, artifact));
    }

    [Fact]
    public async Task A_text_model_is_the_document_that_names_it_and_of_no_semantics()
    {
        var artifact = """{"format":"OpenGradient.TextModel.1","model":"org/small","system":true,"maxTokens":64}"""u8.ToArray();
        var published = new PublishedVersion(Other, ArtifactSource.HashOf(artifact), TextSignature.WithSystem.Hash, VersionSemantics.None.Instance);

        var version = Assert.IsType<VersionLoading.Loaded>(await LoadAsync(published, artifact)).Version;

        Assert.Equal(new TextModel("org/small", TakesSystem: true, MaxTokens: 64), Assert.IsType<VersionBody.Remote>(version.Body).Model);
        Assert.Equal(TextSignature.WithSystem, version.Signature);
        Assert.Equal(VersionFault.SignatureHashWrong, await FaultAsync(published with { SignatureHash = TextSignature.WithoutSystem.Hash }, artifact));
        Assert.Equal(VersionFault.ArtifactHashWrong, await FaultAsync(published, [.. artifact, (byte)' ']));
        Assert.Equal(VersionFault.ArtifactRefused, await FaultAsync(published with { Semantics = Float }, artifact));
        Assert.Equal(VersionFault.ArtifactRefused, await FaultAsync(published with { ArtifactHash = ArtifactSource.HashOf(artifact.AsSpan(..^1)) }, artifact[..^1]));
    }

    private static Task<VersionLoading> LoadAsync(PublishedVersion published, byte[] artifact, ArtifactLimits? limits = null) =>
        VersionLoader.LoadAsync(published, ArtifactSource.OfBytes(artifact), limits ?? ArtifactLimits.Default, Token);

    private static async Task<VersionFault> FaultAsync(PublishedVersion published, byte[] artifact, ArtifactLimits? limits = null) =>
        Assert.IsType<VersionLoading.Refused>(await LoadAsync(published, artifact, limits)).Fault;
}
