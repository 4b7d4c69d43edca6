namespace OpenGradient.Ethereum.Rpc;

/// <summary>A call that has no result, for code that treats this as exceptional; <see cref="Error"/> says why.</summary>
public sealed class RpcException(string endpoint, string method, RpcError error) : Exception($"{method} at {endpoint}: {error.Explanation}")
{
    /// <summary>The endpoint without credentials.</summary>
    public string Endpoint { get; } = endpoint;

    public string Method { get; } = method;

    public RpcError Error { get; } = error;
}
