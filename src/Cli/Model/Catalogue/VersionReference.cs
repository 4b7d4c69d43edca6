using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Model.Catalogue;

/// <summary>
/// How people name models and versions: by id, or as <c>creator/name</c> with <c>@1.0</c> behind it; without a number the newest version that may still be
/// used. The name goes by the account that created the model, whoever owns it now.
/// </summary>
internal sealed record VersionReference
{
    private const string Remedy = "Write its id (0x and 64 digits), or CREATOR/NAME@1.0 with the creator's address.";

    private VersionReference()
    {
    }

    public Hash32? Id { get; private init; }

    public Address Creator { get; private init; }

    public string Name { get; private init; } = string.Empty;

    public VersionNumber? Number { get; private init; }

    public string Text { get; private init; } = string.Empty;

    public static VersionReference Parse(string text)
    {
        if (Hash32.TryParse(text, out var id))
            return new VersionReference { Id = id, Text = text };

        var (path, tail) = text.Split('@') switch
        {
            [var alone] => (alone, null),
            [var before, var behind] => (before, behind),
            _ => (string.Empty, null),
        };
        VersionNumber number = default;
        if (path.Split('/') is not [var creator, var name] || !Address.TryParse(creator, out var address) || !ModelNames.IsName(name)
            || (tail is not null && !VersionNumber.TryParse(tail, out number)))
            throw new ExpectedFailureException(ExitCode.Usage, "That is no model or version.", Remedy);
        return new VersionReference { Creator = address, Name = name, Number = tail is null ? null : number, Text = text };
    }

    /// <summary>The model, and the version where one was meant; a failure for people where there is none.</summary>
    public async Task<(ModelEntry Model, VersionEntry? Version)> FindAsync(ModelRegister register, CancellationToken cancellationToken)
    {
        if (Id is { } id)
        {
            var ofVersion = await register.FindModelOfVersionAsync(id, cancellationToken);
            if (ofVersion is not null)
                return (ofVersion, ofVersion.Versions.First(version => version.VersionId == id));
            return (await register.FindModelAsync(id, cancellationToken) ?? throw Missing($"There is no model or version {id} in this deployment."), null);
        }

        var model = await register.FindModelAsync(register.Ids.ModelIdOf(Creator, Name), cancellationToken)
            ?? throw Missing($"{Creator} has created no model {Name} in this deployment.");
        return Number is not { } number ? (model, null)
            : model.Versions.FirstOrDefault(version => version.Number == number) is { } version ? (model, version)
            : throw Missing($"{Name} has no version {number}. It has {(model.Versions.Count == 0 ? "none" : string.Join(", ", model.Versions.Select(one => one.Number)))}.");
    }

    /// <summary>One version: the newest that may be used where only a model was named.</summary>
    public async Task<(ModelEntry Model, VersionEntry Version)> FindVersionAsync(ModelRegister register, CancellationToken cancellationToken)
    {
        var (model, version) = await FindAsync(register, cancellationToken);
        return (model, version
            ?? model.Versions.FirstOrDefault(one => one.Status == Contracts.Models.VersionStatus.Active)
            ?? throw Missing($"{model.Name} has no version that may be used."));
    }

    private static ExpectedFailureException Missing(string problem) =>
        new(ExitCode.Failed, problem, $"`og model list` shows what there is; look at {Chain.ChainSettings.DeploymentName}, too.");
}
