using OpenGradient.Contracts;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Model.Catalogue;

/// <summary>A model as the register's events tell it.</summary>
internal sealed record ModelEntry
{
    public required Hash32 ModelId { get; init; }

    public required string Name { get; init; }

    /// <summary>By whom it is called, for good.</summary>
    public required Address Creator { get; init; }

    public required Address Owner { get; init; }

    public required string MetadataUri { get; init; }

    /// <summary>The highest number first.</summary>
    public IReadOnlyList<VersionEntry> Versions { get; init; } = [];

    /// <summary>What people write for it.</summary>
    public string Reference => $"{Creator}/{Name}";
}

/// <summary>A version as the register's events tell it.</summary>
/// <param name="VersionId">What requests name.</param>
/// <param name="Published">What was published.</param>
/// <param name="Status">Whether it may still be used.</param>
/// <param name="Reason">Why not, in the owner's words.</param>
internal sealed record VersionEntry(Hash32 VersionId, IModelRegistryContract.Version Published, VersionStatus Status, string? Reason)
{
    public VersionNumber Number => new(Published.Major, Published.Minor);

    public SemanticsKind Kind => (SemanticsKind)Published.Semantics.Kind;
}

/// <summary>Makes models of the register's events. What does not decode, or is of a model that was not told of, is passed over.</summary>
internal static class ModelCatalogue
{
    public static IReadOnlyList<ModelEntry> Of(IEnumerable<LocatedLog> logs)
    {
        List<Hash32> order = [];
        Dictionary<Hash32, ModelEntry> models = [];
        Dictionary<Hash32, Hash32> modelOfVersion = [];
        foreach (var log in logs.OrderBy(log => log.Block.Number).ThenBy(log => log.LogIndex))
        {
            switch (IModelRegistryContract.EventOf(log.Content))
            {
                case IModelRegistryContract.ModelCreatedEvent created when !models.ContainsKey(created.ModelId):
                    order.Add(created.ModelId);
                    models.Add(created.ModelId, new ModelEntry
                    {
                        ModelId = created.ModelId,
                        Name = created.Name,
                        Creator = created.Owner,
                        Owner = created.Owner,
                        MetadataUri = created.MetadataUri,
                    });
                    break;
                case IModelRegistryContract.MetadataChangedEvent changed:
                    Change(changed.ModelId, model => model with { MetadataUri = changed.MetadataUri });
                    break;
                case IModelRegistryContract.OwnershipAcceptedEvent accepted:
                    Change(accepted.ModelId, model => model with { Owner = accepted.Owner });
                    break;
                case IModelRegistryContract.VersionPublishedEvent published:
                    modelOfVersion[published.VersionId] = published.ModelId;
                    var version = new VersionEntry(published.VersionId, published.Version, VersionStatus.Active, Reason: null);
                    Change(published.ModelId, model => model with { Versions = [.. model.Versions.Append(version).OrderByDescending(one => one.Number)] });
                    break;
                case IModelRegistryContract.VersionDeprecatedEvent deprecated:
                    End(deprecated.VersionId, VersionStatus.Deprecated, deprecated.Reason);
                    break;
                case IModelRegistryContract.VersionYankedEvent yanked:
                    End(yanked.VersionId, VersionStatus.Yanked, yanked.Reason);
                    break;
                default:
                    break;
            }
        }

        return [.. order.Select(id => models[id])];

        void Change(Hash32 modelId, Func<ModelEntry, ModelEntry> change)
        {
            if (models.TryGetValue(modelId, out var model))
                models[modelId] = change(model);
        }

        void End(Hash32 versionId, VersionStatus status, string reason)
        {
            if (modelOfVersion.TryGetValue(versionId, out var modelId))
            {
                Change(modelId, model => model with
                {
                    Versions = [.. model.Versions.Select(one => one.VersionId == versionId ? one with { Status = status, Reason = reason } : one)],
                });
            }
        }
    }
}
