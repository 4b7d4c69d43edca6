using System.Globalization;
using OpenGradient.BindingGenerator.Naming;
using OpenGradient.Ethereum.Abi;

namespace OpenGradient.BindingGenerator.Model;

/// <summary>Names the members of one record, and the parameters of the methods that take them.</summary>
internal sealed class MemberBinder(StructBinder structs)
{
    /// <param name="parameters">In their order.</param>
    /// <param name="unnamed">What those without a name are called, with their number.</param>
    /// <param name="record">The record's own name, which no member of it may have.</param>
    public IReadOnlyList<BoundMember> Bind(IReadOnlyList<AbiParameter> parameters, string unnamed, string record)
    {
        var properties = new Scope([.. ReservedNames.Members, record]);
        var arguments = new Scope(ReservedNames.Parameters);
        var members = new List<BoundMember>(parameters.Count);
        foreach (var parameter in parameters)
        {
            var position = (members.Count + 1).ToString(CultureInfo.InvariantCulture);
            var name = parameter.Name.Length == 0 ? unnamed + position : Identifier.Pascal(Checked(parameter.Name), unnamed);
            var isHash = parameter.IsIndexed && IsHashedInTopics(parameter.Type);
            if (isHash)
                name += "Hash";

            var type = isHash ? ScalarTypes.Hash(new AbiType.FixedBytes(32)) : structs.Bind(parameter);

            // A property may be called like a struct only if it is that struct: else the code could not name the type any more.
            if (structs.IsStruct(name) && !(type is BoundTuple && string.Equals(type.CSharp, name, StringComparison.Ordinal)))
                name += "Value";
            members.Add(new BoundMember(
                properties.Take(name, "Value"), arguments.Take(Identifier.Camel(name), "Value"), type, parameter.IsIndexed));
        }

        return members;
    }

    // As the specification of events says: everything that may be longer than a word.
    private static bool IsHashedInTopics(AbiType type) => ScalarTypes.Find(type) is not { Topic: not null };

    private static string Checked(string name) =>
        Identifier.IsValid(name) ? name : throw new BindingException($"'{Identifier.Shown(name)}' is not a name of Solidity.");
}
