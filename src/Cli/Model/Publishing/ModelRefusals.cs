using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Ethereum.Abi;
using static OpenGradient.Contracts.IModelRegistryContract;

namespace OpenGradient.Cli.Model.Publishing;

/// <summary>What the register of models means when it refuses, and what to do about it.</summary>
internal static class ModelRefusals
{
    public static Refusal? Of(RevertReason reason) => ErrorOf(reason) switch
    {
        ModelExistsError => new("You have created a model of this name already.", "Run it again: what is there is found and gone on with."),
        ModelUnknownError(var id) => new($"There is no model {id}.", "`og model list` shows what there is."),
        VersionUnknownError(var id) => new($"There is no version {id}.", "`og model list` shows what there is."),
        VersionExistsError(_, var major, var minor) => new($"{major}.{minor} was published already: versions never change.", "Raise \"version\" in the manifest."),
        NotOwnerError(_, var caller) => new($"{caller} does not own the model.", "Use its owner's key; `og model show` names the owner."),
        NotCandidateError(_, var caller) => new($"The model was not offered to {caller}.", "Its owner has to offer it first."),
        VersionIsYankedError => new("The version was taken out of use already, which is for good.", "Publish another."),
        VersionIsDeprecatedError => new("The version was advised against already.", "`og model yank` takes it out of use."),
        NameInvalidError => new("The register does not take the name.", $"A name is {ModelNames.Rule}"),
        TextTooLongError(var length, var most) => new($"A text has {length} bytes, and {most} are the most.", "Shorten it."),
        UriCountInvalidError(var count, var most) => new($"A version has 1 to {most} uris, not {count}.", "Change \"uris\" in the manifest."),
        UriMissingError => new("A uri is empty, or too long.", "Change \"uris\" in the manifest."),
        SemanticsInvalidError => new("The parameters do not belong to the semantics.", "Look at \"semantics\" and the tolerances in the manifest."),
        { } other => new($"The register refused with {other.GetType().Name}.", "That is not meant to happen here: please report it."),
        null => null,
    };
}
