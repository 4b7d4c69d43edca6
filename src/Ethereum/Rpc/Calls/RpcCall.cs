using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Reads a result. The reader stands on the result's first token and must be left on its last one. What the result should not be is told
/// by <see cref="JsonException"/>.
/// </summary>
public delegate T RpcResultReader<out T>(ref Utf8JsonReader reader);

/// <summary>As <see cref="RpcResultReader{T}"/>, with the whole text that the reader reads. It may leave another reader that stands where that one would.</summary>
internal delegate T RpcTextReader<out T>(ref Utf8JsonReader reader, ReadOnlySpan<byte> text);

/// <summary>A question to a node: what to ask, and how to read the answer. Immutable; the same call may be sent many times.</summary>
public abstract class RpcCall
{
    private protected RpcCall(string method, ReadOnlyMemory<byte> parameters)
    {
        if (method.Length == 0 || !method.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.'))
            throw new ArgumentException("A method's name has letters, digits, underscores and points.", nameof(method));
        Method = method;
        Parameters = parameters;
    }

    public string Method { get; }

    /// <summary>The parameters: a JSON array as UTF-8.</summary>
    public ReadOnlyMemory<byte> Parameters { get; }

    /// <summary>
    /// Whether asking twice does no more than asking once. True for everything that only reads, and for sending a signed transaction, which
    /// a node knows by its hash. A call that is not repeatable is retried only when it certainly did not arrive.
    /// </summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>Whether the answer may be long, so that small questions should not have to wait for it in one batch.</summary>
    public bool IsHeavy { get; init; }

    /// <summary>A call that <see cref="Eth"/> does not have, with the result read by hand.</summary>
    public static RpcCall<T> Create<T>(string method, Action<Utf8JsonWriter>? writeParameters, RpcResultReader<T> readResult) =>
        new(method, JsonParameters.Write(writeParameters, static (json, write) => write?.Invoke(json)), readResult);

    /// <summary>A call that <see cref="Eth"/> does not have, with the result read by generated code; a null result gives null.</summary>
    public static RpcCall<T?> Create<T>(string method, Action<Utf8JsonWriter>? writeParameters, JsonTypeInfo<T> result) =>
        Create<T?>(method, writeParameters, (ref Utf8JsonReader reader) => JsonSerializer.Deserialize(ref reader, result));
}

/// <inheritdoc cref="RpcCall"/>
public sealed class RpcCall<T> : RpcCall
{
    private readonly RpcTextReader<T> _read;

    internal RpcCall(string method, ReadOnlyMemory<byte> parameters, RpcResultReader<T> read)
        : this(method, parameters, (ref Utf8JsonReader reader, ReadOnlySpan<byte> _) => read(ref reader))
    {
    }

    internal RpcCall(string method, ReadOnlyMemory<byte> parameters, RpcTextReader<T> read)
        : base(method, parameters) => _read = read;

    internal T Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> text) => _read(ref reader, text);
}
