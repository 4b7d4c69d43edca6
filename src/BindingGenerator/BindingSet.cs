namespace OpenGradient.BindingGenerator;

/// <summary>Which contracts get bindings, and where these stand.</summary>
/// <param name="Namespace">The namespace of the generated classes.</param>
/// <param name="OutputFolder">Relative to the repository. Nothing else may stand in it: what is not generated counts as drift.</param>
/// <param name="Contracts">Each as forge names its artifact: <c>Hub.sol/Hub</c>.</param>
public sealed record BindingSet(string Namespace, string OutputFolder, IReadOnlyList<string> Contracts)
{
    /// <summary>Where forge puts artifacts, relative to the repository.</summary>
    public string ArtifactFolder { get; init; } = "contracts/out";
}
