using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenGradient.BindingGenerator.Naming;
using OpenGradient.Ethereum.Abi;

namespace OpenGradient.BindingGenerator;

/// <summary>What forge writes about a compiled contract, as far as bindings need it.</summary>
/// <param name="Name">The contract's name in Solidity.</param>
/// <param name="Source">Where the artifact came from, for the header of the generated file.</param>
/// <param name="Abi">The interface.</param>
/// <param name="CreationCode">Hexadecimal digits without a prefix; empty for an interface or an abstract contract.</param>
public sealed partial record ContractArtifact(string Name, string Source, ContractAbi Abi, string CreationCode)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Reads <c>Name.json</c> from forge's output. Throws <see cref="BindingException"/>.</summary>
    public static ContractArtifact Parse(string name, string source, ReadOnlyMemory<byte> utf8Json)
    {
        if (!Identifier.IsValid(name))
            throw new BindingException($"'{Identifier.Shown(name)}' is not the name of a contract.");
        if (!SourcePath().IsMatch(source))
            throw new BindingException($"The path of the artifact of {name} has characters that paths in this repository do not have.");

        try
        {
            using var json = JsonDocument.Parse(utf8Json, new JsonDocumentOptions { MaxDepth = 128 });
            return new ContractArtifact(name, source, ContractAbi.Parse(utf8Json), CreationCodeOf(name, json.RootElement));
        }
        catch (Exception wrong) when (wrong is JsonException or AbiException or InvalidOperationException)
        {
            throw new BindingException($"{source} is not an artifact that forge wrote: {wrong.Message}", wrong);
        }
    }

    private static string CreationCodeOf(string name, JsonElement artifact)
    {
        if (artifact.ValueKind != JsonValueKind.Object
            || !artifact.TryGetProperty("bytecode", out var bytecode)
            || !bytecode.TryGetProperty("object", out var code))
        {
            return string.Empty;
        }

        var text = code.GetString() ?? string.Empty;
        var digits = text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text;
        if (digits.Contains("__$", StringComparison.Ordinal))
        {
            throw new BindingException(
                $"The creation code of {name} has places for libraries to be linked. Link them at compile time (forge build --libraries), "
                + "or make the libraries' functions internal.");
        }

        return digits.Length % 2 == 0 && !digits.AsSpan().ContainsAnyExcept(HexDigits)
            ? digits
            : throw new BindingException($"The creation code of {name} is not hexadecimal.");
    }

    // It is written into a comment, which nothing in it may end.
    [GeneratedRegex(@"\A[A-Za-z0-9_./-]+\z", RegexOptions.None, 1000)]
    private static partial Regex SourcePath();
}
