using System.Text.RegularExpressions;
using OpenGradient.BindingGenerator.Naming;
using OpenGradient.Ethereum.Abi;

namespace OpenGradient.BindingGenerator.Model;

/// <summary>
/// Finds the structs of a contract and gives each one name. A struct is the same wherever solc gives it the same name; where another compiler
/// gives none, wherever its members are the same.
/// </summary>
internal sealed partial class StructBinder
{
    private readonly Dictionary<string, BoundStruct> _structs = new(StringComparer.Ordinal);

    /// <summary>Looks through all parameters first, because names that clash are made longer for both.</summary>
    public StructBinder(IEnumerable<AbiParameter> parameters, Scope scope)
    {
        var found = new Dictionary<string, (AbiParameter Parameter, AbiType.Tuple Type)>(StringComparer.Ordinal);
        foreach (var parameter in parameters)
            Find(parameter, found);

        var clashing = found.GroupBy(s => ShortName(s.Value.Parameter), StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => group.Key)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (key, (parameter, type)) in found.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            var shortName = ShortName(parameter);
            var name = scope.Take(clashing.Contains(shortName) ? LongName(parameter) : shortName, suffixIfTaken: "Struct");
            _structs.Add(key, new BoundStruct(name, DeclaredName(parameter) ?? type.Name) { Type = type });
        }

        foreach (var bound in _structs.Values)
            bound.Members = new MemberBinder(this).Bind(bound.Type.Components, "Member", bound.Name);
    }

    public IReadOnlyList<BoundStruct> Structs => [.. _structs.Values.OrderBy(s => s.Name, StringComparer.Ordinal)];

    public bool IsStruct(string name) => _structs.Values.Any(s => string.Equals(s.Name, name, StringComparison.Ordinal));

    /// <summary>The name of the struct that a parameter is, or holds in lists.</summary>
    public string NameOf(AbiParameter parameter) => _structs[KeyOf(parameter, (AbiType.Tuple)Innermost(parameter.Type))].Name;

    /// <summary>The C# of a parameter's type.</summary>
    public BoundType Bind(AbiParameter parameter) => Bind(parameter.Type, parameter);

    private BoundType Bind(AbiType type, AbiParameter parameter) => type switch
    {
        AbiType.Array array => new BoundArray(type, Bind(array.Element, parameter)),
        AbiType.FixedArray array => new BoundFixedArray(type, Bind(array.Element, parameter), array.Length),
        AbiType.Tuple tuple => new BoundTuple(tuple, _structs[KeyOf(parameter, tuple)]),
        _ => ScalarTypes.Find(type) ?? throw new InvalidOperationException($"No C# stands for {type}."),
    };

    private static void Find(AbiParameter parameter, Dictionary<string, (AbiParameter Parameter, AbiType.Tuple Type)> found)
    {
        if (Innermost(parameter.Type) is not AbiType.Tuple tuple)
            return;
        if (tuple.Components.Count == 0)
            throw new BindingException($"The struct of parameter '{Identifier.Shown(parameter.Name)}' is empty, which Solidity does not have.");

        var key = KeyOf(parameter, tuple);
        if (found.TryGetValue(key, out var known) && !string.Equals(Shape(known.Type), Shape(tuple), StringComparison.Ordinal))
            throw new BindingException($"{DeclaredName(parameter)} has different members in different places.");
        if (!found.TryAdd(key, (parameter, tuple)))
            return;

        foreach (var component in tuple.Components)
            Find(component, found);
    }

    private static string KeyOf(AbiParameter parameter, AbiType.Tuple tuple) => DeclaredName(parameter) ?? Shape(tuple);

    private static string Shape(AbiType.Tuple tuple) => Declarations.Of(tuple);

    private static AbiType Innermost(AbiType type) => type switch
    {
        AbiType.Array array => Innermost(array.Element),
        AbiType.FixedArray array => Innermost(array.Element),
        _ => type,
    };

    // "struct Hub.Order[2][]" is Hub.Order.
    private static string? DeclaredName(AbiParameter parameter) =>
        InternalStruct().Match(parameter.InternalType ?? string.Empty) is { Success: true } match ? match.Groups["name"].Value : null;

    private static string ShortName(AbiParameter parameter) =>
        DeclaredName(parameter)?.Split('.')[^1] is { } name
            ? Identifier.Pascal(name, "Struct")
            : Identifier.Pascal(parameter.Name, "Struct") + "Tuple";

    private static string LongName(AbiParameter parameter) =>
        string.Concat((DeclaredName(parameter) ?? parameter.Name + "Tuple").Split('.').Select(part => Identifier.Pascal(part, "Struct")));

    [GeneratedRegex(@"\Astruct (?<name>([A-Za-z_$][A-Za-z0-9_$]*\.)?[A-Za-z_$][A-Za-z0-9_$]*)(\[[0-9]*\])*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InternalStruct();
}
