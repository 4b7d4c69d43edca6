using System.Buffers;

namespace OpenGradient.Ethereum.Contracts;

/// <summary>A call of a contract's function, with its arguments: implemented by generated code.</summary>
/// <typeparam name="TReturn">What the function returns; <see cref="Nothing"/> where it returns nothing.</typeparam>
public interface IContractFunction<TReturn>
{
    /// <summary>The calldata: the selector and the arguments.</summary>
    byte[] Encode();

    /// <summary>Writes the calldata.</summary>
    void EncodeTo(IBufferWriter<byte> destination);

    /// <summary>Reads what a call returned. Throws <see cref="Abi.AbiException"/> when it is not what the function declares.</summary>
    TReturn DecodeReturn(ReadOnlySpan<byte> returnData);
}

/// <summary>What a function without outputs returns.</summary>
public readonly record struct Nothing;
