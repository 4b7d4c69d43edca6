using OpenGradient.Cli.Chain;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Cli.Model.Catalogue;

/// <summary>The register of models on a chain, asked by its events.</summary>
internal sealed class ModelRegister(EthereumClient client, ChainId chainId, Address address, BlockNumber firstBlock)
{
    private static readonly Hash32[] OfModels =
    [
        IModelRegistryContract.ModelCreatedEvent.Topic0, IModelRegistryContract.MetadataChangedEvent.Topic0,
        IModelRegistryContract.OwnershipAcceptedEvent.Topic0, IModelRegistryContract.VersionPublishedEvent.Topic0,
    ];

    private static readonly Hash32[] OfVersions =
        [IModelRegistryContract.VersionDeprecatedEvent.Topic0, IModelRegistryContract.VersionYankedEvent.Topic0];

    public IModelRegistryContract Contract { get; } = new(client, address);

    public ModelIds Ids { get; } = new(chainId, address);

    public static ModelRegister Of(ChainSession chain) => new(chain.Client, chain.Id, chain.Deployment.Models, chain.Deployment.FirstBlock);

    /// <summary>All models, in the order in which they were created.</summary>
    public async Task<IReadOnlyList<ModelEntry>> ListAsync(CancellationToken cancellationToken) =>
        ModelCatalogue.Of(await FindAsync([[.. OfModels, .. OfVersions]], cancellationToken));

    /// <summary>One model with its versions; null where there is none.</summary>
    public async Task<ModelEntry?> FindModelAsync(Hash32 modelId, CancellationToken cancellationToken)
    {
        var told = await FindAsync([OfModels, [modelId]], cancellationToken);
        Hash32[] versions = [.. ModelCatalogue.Of(told).SelectMany(model => model.Versions).Select(version => version.VersionId)];
        IReadOnlyList<LocatedLog> ended = versions.Length == 0 ? [] : await FindAsync([OfVersions, versions], cancellationToken);
        return ModelCatalogue.Of([.. told, .. ended]).FirstOrDefault(model => model.ModelId == modelId);
    }

    /// <summary>The model of a version; null where there is no such version.</summary>
    public async Task<ModelEntry?> FindModelOfVersionAsync(Hash32 versionId, CancellationToken cancellationToken) =>
        (VersionStatus)await Contract.CallStatusOfAsync(versionId, cancellationToken: cancellationToken) == VersionStatus.Unknown
            ? null
            : await FindModelAsync(await Contract.CallModelOfAsync(versionId, cancellationToken: cancellationToken), cancellationToken);

    private Task<IReadOnlyList<LocatedLog>> FindAsync(IReadOnlyList<IReadOnlyList<Hash32>> topics, CancellationToken cancellationToken) =>
        LogSearch.FindAsync(client, firstBlock, new LogFilter([address], topics), cancellationToken);
}
