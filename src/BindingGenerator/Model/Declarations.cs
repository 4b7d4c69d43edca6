using OpenGradient.Ethereum.Abi;

namespace OpenGradient.BindingGenerator.Model;

/// <summary>
/// Writes declarations as Solidity does: with the members of structs spelled out, so that they can be read again, or with what names a struct
/// put in their place, for people.
/// </summary>
internal static class Declarations
{
    public static string Of(AbiFunction function, Func<AbiParameter, string>? nameStruct = null)
    {
        var mutability = function.Mutability switch
        {
            StateMutability.View => " view",
            StateMutability.Pure => " pure",
            StateMutability.Payable => " payable",
            _ => string.Empty,
        };
        var outputs = function.Outputs.Components.Count > 0 ? $" returns {Of(function.Outputs, nameStruct)}" : string.Empty;
        return $"function {function.Name}{Of(function.Inputs, nameStruct)}{mutability}{outputs}";
    }

    public static string Of(AbiEvent emitted, Func<AbiParameter, string>? nameStruct = null) =>
        $"event {emitted.Name}{Of(emitted.Inputs, nameStruct)}{(emitted.IsAnonymous ? " anonymous" : string.Empty)}";

    public static string Of(AbiError error, Func<AbiParameter, string>? nameStruct = null) =>
        $"error {error.Name}{Of(error.Inputs, nameStruct)}";

    public static string Of(AbiType.Tuple tuple, Func<AbiParameter, string>? nameStruct = null) =>
        $"({string.Join(", ", tuple.Components.Select(c => Of(c, nameStruct)))})";

    private static string Of(AbiParameter parameter, Func<AbiParameter, string>? nameStruct)
    {
        var indexed = parameter.IsIndexed ? " indexed" : string.Empty;
        var name = parameter.Name.Length > 0 ? " " + parameter.Name : string.Empty;
        return Of(parameter.Type, parameter, nameStruct) + indexed + name;
    }

    private static string Of(AbiType type, AbiParameter parameter, Func<AbiParameter, string>? nameStruct) => type switch
    {
        AbiType.Array array => Of(array.Element, parameter, nameStruct) + "[]",
        AbiType.FixedArray array => $"{Of(array.Element, parameter, nameStruct)}[{array.Length}]",
        AbiType.Tuple tuple => nameStruct is null ? Of(tuple) : nameStruct(parameter),
        _ => type.Name,
    };
}
