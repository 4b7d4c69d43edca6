using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>A call's result, or why there is none.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RpcResult<T>
{
    private readonly T? _value;
    private readonly bool _succeeded;

    internal RpcResult(T value)
    {
        _value = value;
        _succeeded = true;
    }

    /// <summary>No result, for this reason.</summary>
    public RpcResult(RpcError error) => Error = error;

    /// <summary>Null when there is a value.</summary>
    public RpcError? Error { get; }

    /// <summary>Tells which of the two it is.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out RpcError? error)
    {
        value = _value;
        error = Error;
        if (!_succeeded && error is null)
            throw new InvalidOperationException("This result was never set.");
        return _succeeded;
    }

    /// <summary>The value, or <see cref="RpcException"/>.</summary>
    internal T ValueOrThrow(string endpoint, string method) =>
        TryGet(out var value, out var error) ? value : throw new RpcException(endpoint, method, error);
}
