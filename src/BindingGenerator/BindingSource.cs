using OpenGradient.BindingGenerator.Emission;
using OpenGradient.BindingGenerator.Model;

namespace OpenGradient.BindingGenerator;

/// <summary>The text of bindings: the same for the same artifact, on every machine.</summary>
public static class BindingSource
{
    /// <summary>Writes the C# of a contract. Throws <see cref="BindingException"/>.</summary>
    public static string Generate(ContractArtifact artifact, string rootNamespace) =>
        ContractWriter.Write(ContractBinder.Bind(artifact), rootNamespace);
}
