using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Signing.Tests.Remote;

/// <summary>A web3signer as far as its eth1 API goes, which can be made to misbehave. Its key is a development account's.</summary>
internal sealed class Web3SignerFake : IAsyncDisposable
{
    private readonly TestServer _server;
    private readonly PrivateKey _key = DevelopmentAccounts.Key(3);

    public Web3SignerFake() => _server = TestServer.Raw(AnswerAsync);

    public Uri Url => new($"http://127.0.0.1:{_server.Port}");

    public Address Address => _key.Address;

    public ConcurrentQueue<(string Path, string Body)> Seen { get; } = [];

    /// <summary>As versions before August 2026: booleans beside the data are refused, and everything is hashed.</summary>
    public bool IsOld { get; set; }

    /// <summary>Takes `applyHash` and pays no heed to it.</summary>
    public bool IgnoresApplyHash { get; set; }

    /// <summary>What becomes of a signature before it is sent.</summary>
    public Func<Signature, Signature> Bend { get; set; } = static signature => signature;

    /// <summary>Answers the next requests with these statuses; zero hangs.</summary>
    public ConcurrentQueue<int> Statuses { get; } = [];

    /// <summary>What a signature's bytes become before they are sent.</summary>
    public Func<byte[], byte[]> Write { get; set; } = static bytes => bytes;

    /// <summary>What is answered in place of a signature; null for what is right.</summary>
    public string? Text { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _key.Dispose();
    }

    private async Task AnswerAsync(SeenRequest request, Stream stream, CancellationToken cancellationToken)
    {
        Seen.Enqueue((request.Path, Encoding.UTF8.GetString(request.Body)));
        if (Statuses.TryDequeue(out var status) && status == 0)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        var (code, text) = status > 0 ? (status, "a page") : Answer(request);
        var body = Encoding.UTF8.GetBytes(text);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(TestServer.Head(code, string.Empty, body.Length)), cancellationToken);
        await stream.WriteAsync(body, cancellationToken);
    }

    private (int Status, string Text) Answer(SeenRequest request)
    {
        var identifier = Hex.Encode(_key.PublicKey.ToUncompressed().AsSpan(1));
        if (request.Path == "/api/v1/eth1/publicKeys")
            return (200, Text ?? $"""["{Other()}","{identifier}"]""");
        if (request.Path != "/api/v1/eth1/sign/" + identifier || request.Method != "POST" || request.Headers["Content-Type"] != "application/json")
            return (404, "not found");

        using var body = JsonDocument.Parse(request.Body);
        var data = Hex.Decode(body.RootElement.GetProperty("data").GetString());
        var applyHash = !body.RootElement.TryGetProperty("applyHash", out var flag) || flag.GetBoolean();
        if (IsOld && body.RootElement.EnumerateObject().Any(property => property.Value.ValueKind != JsonValueKind.String))
            return (400, "bad request");
        if (!applyHash && !IgnoresApplyHash && data.Length != Hash32.ByteLength)
            return (400, "bad request");

        var digest = applyHash || IgnoresApplyHash ? Keccak256.Hash(data) : new Hash32(data);
        return (200, Text ?? Hex.Encode(Write(Bend(_key.Sign(digest)).ToBytes())));
    }

    private static string Other()
    {
        using var key = DevelopmentAccounts.Key(4);
        return Hex.Encode(key.PublicKey.ToUncompressed().AsSpan(1));
    }
}
