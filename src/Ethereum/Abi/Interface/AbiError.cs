using System.Diagnostics.CodeAnalysis;

namespace OpenGradient.Ethereum.Abi;

/// <summary>An error that a contract defines, with which it reverts.</summary>
public sealed class AbiError
{
    public AbiError(string name, AbiType.Tuple inputs)
    {
        Name = name;
        Inputs = inputs;
        Signature = name + inputs.Name;
        Selector = Selector.Of(Signature);
    }

    public string Name { get; }

    public AbiType.Tuple Inputs { get; }

    /// <summary>The name and the inputs' types: <c>Unauthorized(address)</c>.</summary>
    public string Signature { get; }

    public Selector Selector { get; }

    /// <summary>Reads a declaration such as <c>error Unauthorized(address account)</c>. Throws <see cref="AbiException"/>.</summary>
    public static AbiError Parse(ReadOnlySpan<char> declaration)
    {
        var syntax = new AbiSyntax(declaration);
        var error = new AbiError(syntax.ReadDeclaredName("error"), syntax.ReadParameters());
        syntax.ExpectEnd();
        return error;
    }

    /// <summary>The return data of a call that reverts with this error.</summary>
    public byte[] Encode(params ReadOnlySpan<AbiValue> arguments) => AbiCodec.EncodeParameters(Selector, Inputs, arguments);

    /// <summary>The arguments of this error; false when the reason is another, or malformed.</summary>
    public bool TryDecode(RevertReason reason, [NotNullWhen(true)] out AbiValue.Tuple? arguments)
    {
        arguments = null;
        return reason is RevertReason.Custom custom
            && custom.Selector == Selector
            && AbiCodec.TryDecodeParameters(Inputs, custom.Arguments.Span, out arguments);
    }

    public override string ToString() => Signature;
}
