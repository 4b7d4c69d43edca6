using OpenGradient.Blobs;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Cli.Model.Storage;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Model.Publishing;

/// <summary>Sends one call and waits for it.</summary>
/// <param name="call">What is called.</param>
/// <param name="what">What it does, for people.</param>
/// <param name="isLast">Whether nothing follows it: then it may be waited for until it is final.</param>
/// <param name="cancellationToken">Ends the waiting.</param>
internal delegate Task<SentTransaction> SendCall(ContractCall call, string what, bool isLast, CancellationToken cancellationToken);

/// <summary>
/// Brings a version to the storage and to the register, in an order in which nothing is published that cannot be had. Whatever was done already is found and
/// not done again, so that a run that was cut short is simply run again.
/// </summary>
internal sealed class ModelPublishing(ModelRegister register, BlobShelf shelf, Address publisher, SendCall send)
{
    private readonly List<SentTransaction> _sent = [];

    public async Task<PublishedModel> PublishAsync(ModelPublication publication, CancellationToken cancellationToken)
    {
        var modelId = register.Ids.ModelIdOf(publisher, publication.Name);
        var model = await register.FindModelAsync(modelId, cancellationToken);
        if (model is not null && model.Owner != publisher)
        {
            throw new ExpectedFailureException(
                ExitCode.Failed, $"The model {publication.Name} was handed on, and is {model.Owner}'s now.", "Its owner publishes its versions; or take another name.");
        }

        var present = model?.Versions.FirstOrDefault(version => version.Number == publication.Number);
        if (present is not null && !IsSame(present.Published, publication))
        {
            throw new ExpectedFailureException(
                ExitCode.Failed, $"{publication.Name}@{publication.Number} was published already, and it is another: versions never change.",
                "Raise \"version\" in the manifest.");
        }

        var uris = await StoreAsync(publication, cancellationToken);
        await DescribeAsync(publication, modelId, model, isPublished: present is not null, cancellationToken);
        if (present is not null)
            return Done(publication, modelId, present.VersionId, isNew: false);

        var version = new IModelRegistryContract.Version(
            publication.Number.Major, publication.Number.Minor, publication.Artifact.Hash.Value, publication.Artifact.Signature.Hash, publication.ProofVerifier,
            publication.Semantics, uris);
        _sent.Add(await send(
            register.Contract.PreparePublishVersion(modelId, version), $"publish {publication.Name}@{publication.Number}", isLast: true, cancellationToken));
        return Done(publication, modelId, register.Ids.VersionIdOf(modelId, version), isNew: true);
    }

    private static bool IsSame(IModelRegistryContract.Version present, ModelPublication publication) =>
        present.ArtifactHash == publication.Artifact.Hash.Value && present.SignatureHash == publication.Artifact.Signature.Hash
        && present.Semantics == publication.Semantics && present.ProofVerifier == publication.ProofVerifier;

    private async Task<IReadOnlyList<string>> StoreAsync(ModelPublication publication, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(publication.Artifact.Path);
        var places = await shelf.StoreAsync(content, Path.GetFileName(publication.Artifact.Path), publication.Artifact.Hash, cancellationToken);
        return [.. publication.Uris.Concat(places).Distinct(StringComparer.Ordinal).Take(ModelNames.MostUris)];
    }

    private async Task DescribeAsync(ModelPublication publication, Hash32 modelId, ModelEntry? model, bool isPublished, CancellationToken cancellationToken)
    {
        var known = model is null ? null : await shelf.ReadMetadataAsync(model.MetadataUri, cancellationToken);
        var metadata = (known ?? new ModelMetadata { Name = publication.Name }).With(publication).Write();
        var hash = BlobHash.Of(metadata);
        var uri = ModelMetadata.UriOf(hash);
        // Where the present one cannot be had here, another would leave out what it says of other versions.
        if (isPublished && known is null && model!.MetadataUri != uri)
            return;

        using var content = new MemoryStream(metadata, writable: false);
        await shelf.StoreAsync(content, "the description", hash, cancellationToken);
        if (model is null)
            _sent.Add(await send(register.Contract.PrepareCreateModel(publication.Name, uri), $"create the model {publication.Name}", isLast: false, cancellationToken));
        else if (model.MetadataUri != uri)
            _sent.Add(await send(register.Contract.PrepareSetMetadata(modelId, uri), $"describe {publication.Name} anew", isLast: isPublished, cancellationToken));
    }

    private PublishedModel Done(ModelPublication publication, Hash32 modelId, Hash32 versionId, bool isNew) =>
        new(publication, modelId, versionId, isNew, [.. _sent]);
}

/// <summary>A version that is published now.</summary>
/// <param name="Publication">What it is.</param>
/// <param name="ModelId">Of which model.</param>
/// <param name="VersionId">What requests name.</param>
/// <param name="IsNew">Whether this run published it.</param>
/// <param name="Sent">What was sent for it.</param>
internal sealed record PublishedModel(
    ModelPublication Publication, Hash32 ModelId, Hash32 VersionId, bool IsNew, IReadOnlyList<SentTransaction> Sent);
