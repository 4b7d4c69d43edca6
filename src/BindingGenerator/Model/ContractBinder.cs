using System.Globalization;
using OpenGradient.BindingGenerator.Naming;
using OpenGradient.Ethereum.Abi;

namespace OpenGradient.BindingGenerator.Model;

/// <summary>Decides every name of a contract's bindings.</summary>
internal sealed class ContractBinder
{
    private readonly ContractArtifact _artifact;
    private readonly string _className;
    private readonly Scope _scope;
    private readonly StructBinder _structs;
    private readonly MemberBinder _members;

    private ContractBinder(ContractArtifact artifact)
    {
        var abi = artifact.Abi;
        var name = Identifier.Pascal(artifact.Name, "Contract");
        _artifact = artifact;
        _className = name.EndsWith("Contract", StringComparison.Ordinal) ? name : name + "Contract";
        _scope = new Scope([.. ReservedNames.ContractMembers, _className]);
        _structs = new StructBinder(
            [
                .. abi.Constructor.Inputs.Components,
                .. abi.Functions.SelectMany(f => f.Inputs.Components.Concat(f.Outputs.Components)),
                .. abi.Events.SelectMany(e => e.Inputs.Components),
                .. abi.Errors.SelectMany(e => e.Inputs.Components),
            ],
            _scope);
        _members = new MemberBinder(_structs);
    }

    public static BoundContract Bind(ContractArtifact artifact) => new ContractBinder(artifact).Bind();

    private BoundContract Bind()
    {
        var abi = _artifact.Abi;
        return new BoundContract(
            _className,
            _artifact,
            _members.Bind(abi.Constructor.Inputs.Components, "Arg", _className),
            _structs.Structs,
            BindAll(abi.Functions, f => f.Name, f => f.Inputs, f => f.Selector.ToString(), Bind),
            BindAll(abi.Events, e => e.Name, e => e.Inputs, e => e.Topic0?.ToString()[..10] ?? "0xAnonymous", Bind),
            BindAll(abi.Errors, e => e.Name, e => e.Inputs, e => e.Selector.ToString(), Bind));
    }

    private BoundFunction Bind(string name, AbiFunction function)
    {
        var free = _scope.TakeAll(name, n => [n + "Call", n + "Return", $"Call{n}Async", "Prepare" + n]);
        return new BoundFunction(
            free,
            function,
            Declarations.Of(function, _structs.NameOf),
            _members.Bind(function.Inputs.Components, "Arg", free + "Call"),
            _members.Bind(function.Outputs.Components, "Item", free + "Return"));
    }

    private BoundEvent Bind(string name, AbiEvent emitted)
    {
        var free = _scope.TakeAll(name + "Event", n => [n]);
        return new BoundEvent(free, emitted, Declarations.Of(emitted, _structs.NameOf), _members.Bind(emitted.Inputs.Components, "Arg", free));
    }

    private BoundError Bind(string name, AbiError error)
    {
        var free = _scope.TakeAll(name + "Error", n => [n]);
        return new BoundError(free, error, Declarations.Of(error, _structs.NameOf), _members.Bind(error.Inputs.Components, "Arg", free));
    }

    // Those of one name get their types into it, all of them, so that a name does not depend on the order in which they were written. If
    // that is not enough (names that only differ in C#'s eyes), the selector tells them apart.
    private List<TBound> BindAll<T, TBound>(
        IReadOnlyList<T> all,
        Func<T, string> nameOf,
        Func<T, AbiType.Tuple> inputsOf,
        Func<T, string> selectorOf,
        Func<string, T, TBound> bind)
    {
        var bound = new List<TBound>(all.Count);
        foreach (var group in all.GroupBy(item => Identifier.Pascal(nameOf(item), "Value"), StringComparer.Ordinal))
        {
            var overloads = group.ToList();
            var names = overloads.Count == 1
                ? [group.Key]
                : overloads.Select(item => group.Key + string.Concat(inputsOf(item).Components.Select(p => TypeWord(_structs.Bind(p))))).ToList();
            for (var i = 0; i < overloads.Count; i++)
            {
                var isUnique = names.Count(n => string.Equals(n, names[i], StringComparison.Ordinal)) == 1;
                bound.Add(bind(isUnique ? names[i] : names[i] + selectorOf(overloads[i])[2..], overloads[i]));
            }
        }

        return bound;
    }

    private static string TypeWord(BoundType type) => type switch
    {
        BoundArray array => TypeWord(array.Element) + "Array",
        BoundFixedArray array => TypeWord(array.Element) + "Array" + array.Length.ToString(CultureInfo.InvariantCulture),
        BoundTuple tuple => tuple.Struct.Name,
        _ => Identifier.Pascal(type.Abi.Name, "Value"),
    };
}
