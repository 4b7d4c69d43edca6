using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests.Models;

/// <summary>Ids of models and versions in C# and in the deployed register.</summary>
public sealed class ModelIdsTests(DeployedChainFixture chain)
{
    private const int Samples = 200;

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private static readonly Gen<string> Texts = Gen.Choose(0, 80)
        .SelectMany(length => Gen.ArrayOf(Gen.Elements("abcz0-_.é𝄞 ".EnumerateRunes().ToArray()), length))
        .Select(runes => string.Concat(runes));

    private static readonly Gen<(Hash32 ModelId, IModelRegistryContract.Version Version)> Versions =
        from hashes in Gen.ArrayOf(RandomData.Hashes, 5)
        from major in RandomData.ShortNumbers(32)
        from minor in RandomData.ShortNumbers(32)
        from verifier in RandomData.Addresses
        from kind in Gen.Choose(0, 2)
        from absolute in RandomData.Numbers(128)
        from relative in RandomData.Numbers(128)
        from uris in Gen.Choose(0, 9).SelectMany(count => Gen.ArrayOf(Texts, count))
        select (
            hashes[0],
            new IModelRegistryContract.Version(
                (uint)major, (uint)minor, hashes[1], hashes[2], verifier,
                new IModelRegistryContract.Semantics((byte)kind, hashes[3], hashes[4], absolute, relative), uris));

    private readonly ModelIds _ids = new(chain.Deployment.ChainId, chain.Deployment.Models);
    private readonly IModelRegistryContract _models = new(chain.Client, chain.Deployment.Models);

    [Fact]
    public Task Names_models_as_the_register_does() => RandomData.ForEachAsync(
        from creator in RandomData.Addresses from name in Texts select (creator, name), Samples,
        async model => Assert.Equal(
            await _models.CallModelIdOfAsync(model.creator, model.name, cancellationToken: Stop), _ids.ModelIdOf(model.creator, model.name)));

    [Fact]
    public Task Names_versions_of_any_content_as_the_register_does() => RandomData.ForEachAsync(
        Versions, Samples,
        async item => Assert.Equal(
            await _models.CallVersionIdOfAsync(item.ModelId, item.Version, cancellationToken: Stop), _ids.VersionIdOf(item.ModelId, item.Version)));
}
