namespace OpenGradient.Ethereum.Rpc;

/// <summary>How an endpoint is connected to.</summary>
public sealed record RpcTransportOptions
{
    /// <summary>The longest answer that is read, after decompression.</summary>
    public int MaxAnswerBytes { get; init; } = 128 * 1024 * 1024;

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many connections one HTTP/1.1 endpoint may take.</summary>
    public int MaxConnections { get; init; } = 32;

    /// <summary>Over WebSocket: how often a silent connection is asked whether it lives, and how long it may take to say so.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Sent with each request or connection, such as <c>Authorization: Bearer …</c>. Secrets: never shown.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of the headers, without what is in them.</summary>
    public override string ToString() => $"{nameof(RpcTransportOptions)} (headers: {string.Join(", ", Headers.Keys)})";

    internal void Validate()
    {
        RpcOptions.Within(MaxAnswerBytes, 1024, 1024 * 1024 * 1024, nameof(MaxAnswerBytes));
        RpcOptions.Within(MaxConnections, 1, 10_000, nameof(MaxConnections));
        RpcOptions.Positive(ConnectTimeout, nameof(ConnectTimeout));
        RpcOptions.Positive(KeepAlive, nameof(KeepAlive));
    }
}
