using System.Diagnostics.CodeAnalysis;

namespace OpenGradient.Ethereum.Abi;

/// <summary>What a function may do to the chain.</summary>
public enum StateMutability
{
    NonPayable = 0,
    Payable,
    View,
    Pure,
}

/// <summary>A function of a contract: how it is called, and what it returns.</summary>
public sealed class AbiFunction
{
    public AbiFunction(string name, AbiType.Tuple inputs, AbiType.Tuple outputs, StateMutability mutability = StateMutability.NonPayable)
    {
        Name = name;
        Inputs = inputs;
        Outputs = outputs;
        Mutability = mutability;
        Signature = name + inputs.Name;
        Selector = Selector.Of(Signature);
    }

    public string Name { get; }

    public AbiType.Tuple Inputs { get; }

    public AbiType.Tuple Outputs { get; }

    public StateMutability Mutability { get; }

    /// <summary>Whether calling it cannot change anything, so that a node can answer it.</summary>
    public bool IsReadOnly => Mutability is StateMutability.View or StateMutability.Pure;

    /// <summary>The name and the inputs' types: <c>transfer(address,uint256)</c>.</summary>
    public string Signature { get; }

    public Selector Selector { get; }

    /// <summary>
    /// Reads a declaration such as <c>function balanceOf(address owner) view returns (uint256)</c>; only name and inputs must be there. Throws
    /// <see cref="AbiException"/>.
    /// </summary>
    public static AbiFunction Parse(ReadOnlySpan<char> declaration)
    {
        var syntax = new AbiSyntax(declaration);
        var name = syntax.ReadDeclaredName("function");
        var inputs = syntax.ReadParameters();
        var mutability = StateMutability.NonPayable;
        var outputs = new AbiType.Tuple([]);
        for (var word = syntax.ReadWord(); !word.IsEmpty; word = syntax.ReadWord())
        {
            switch (word)
            {
                case "view":
                    mutability = StateMutability.View;
                    break;
                case "pure":
                    mutability = StateMutability.Pure;
                    break;
                case "payable":
                    mutability = StateMutability.Payable;
                    break;
                case "returns":
                    outputs = syntax.ReadParameters();
                    break;
                case "external" or "public" or "nonpayable" or "virtual" or "override":
                    break;
                default:
                    throw new AbiException(name, $"'{word}' does not belong to the declaration of a function.");
            }
        }

        syntax.ExpectEnd();
        return new AbiFunction(name, inputs, outputs, mutability);
    }

    /// <summary>The calldata of a call with these arguments.</summary>
    public byte[] Encode(params ReadOnlySpan<AbiValue> arguments) => AbiCodec.EncodeParameters(Selector, Inputs, arguments);

    /// <summary>The arguments in calldata of this function; false when it is another's, or malformed.</summary>
    public bool TryDecode(
        ReadOnlySpan<byte> calldata, [NotNullWhen(true)] out AbiValue.Tuple? arguments, AbiDecoding decoding = AbiDecoding.Canonical)
    {
        arguments = null;
        return Selector.Starts(calldata)
            && AbiCodec.TryDecodeParameters(Inputs, calldata[Selector.ByteLength..], out arguments, decoding);
    }

    /// <summary>What a call returned. Throws <see cref="AbiException"/>.</summary>
    public AbiValue.Tuple DecodeReturn(ReadOnlySpan<byte> returnData, AbiDecoding decoding = AbiDecoding.Canonical) =>
        AbiCodec.DecodeParameters(Outputs, returnData, decoding);

    public override string ToString() => Signature;
}
