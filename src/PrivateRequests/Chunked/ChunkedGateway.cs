using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using OpenGradient.PrivateRequests.Hpke;
using OpenGradient.PrivateRequests.Oblivious;

namespace OpenGradient.PrivateRequests.Chunked;

/// <summary>What came of opening a request.</summary>
public abstract record ChunkedOpening
{
    private ChunkedOpening()
    {
    }

    /// <summary>It is whole, and was sealed for this gateway with the same associated data.</summary>
    public sealed record Opened(ChunkedExchange Exchange) : ChunkedOpening;

    public sealed record Refused(ChunkFault Fault) : ChunkedOpening;
}

/// <summary>Opens requests to one key. That none is answered twice is for whoever acts on them.</summary>
public sealed class ChunkedGateway(byte keyId, HpkeKeyPair key, ChunkLabels labels)
{
    private const int HeaderBytes = 7;

    /// <summary>What is published.</summary>
    public KeyConfiguration Configuration { get; } = new(keyId, key.PublicKey);

    /// <summary>Opens a request as a whole.</summary>
    /// <param name="message">What came.</param>
    /// <param name="associated">What it must have been sealed with.</param>
    /// <param name="most">The most content that is taken, in bytes.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The caller disposes of the exchange that it is given.")]
    public ChunkedOpening Open(ReadOnlySpan<byte> message, ReadOnlySpan<byte> associated, int most)
    {
        var header = Configuration.Header;
        if (message.Length < HeaderBytes + HpkePoint.Bytes)
            return new ChunkedOpening.Refused(ChunkFault.Truncated);
        if (message[0] != Configuration.KeyId)
            return new ChunkedOpening.Refused(ChunkFault.KeyUnknown);
        if (!message.StartsWith(header))
            return new ChunkedOpening.Refused(ChunkFault.AlgorithmRefused);
        var encapsulated = message.Slice(header.Length, HpkePoint.Bytes);
        using var context = HpkeContext.TryReceive(HpkeAead.Aes256Gcm, key, encapsulated, labels.InfoOf(header));
        if (context is null)
            return new ChunkedOpening.Refused(ChunkFault.NotAuthentic);

        var reader = new ChunkReader(associated, most, context.TryOpen);
        reader.Push(message[(header.Length + HpkePoint.Bytes)..]);
        using var content = new MemoryStream(Math.Min(message.Length, most));
        while (reader.TryNext() is { } chunk)
            content.Write(chunk);
        if (reader.Finish() is not { } last)
            return new ChunkedOpening.Refused(reader.Fault);
        content.Write(last);
        return new ChunkedOpening.Opened(new ChunkedExchange(
            content.ToArray(), encapsulated.ToArray(), context.Export(labels.Response, ResponseKeys.NonceBytes(context.Aead)), associated.ToArray()));
    }
}

/// <summary>A request that was opened, and the way back to whoever sent it.</summary>
public sealed class ChunkedExchange : IDisposable
{
    private readonly byte[] _encapsulated;
    private readonly byte[] _secret;
    private readonly byte[] _associated;

    internal ChunkedExchange(byte[] content, byte[] encapsulated, byte[] secret, byte[] associated) =>
        (Content, _encapsulated, _secret, _associated) = (content, encapsulated, secret, associated);

    public byte[] Content { get; }

    /// <summary>Begins a response, under keys of its own.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The writer disposes of its keys.")]
    public ChunkedResponseWriter Respond()
    {
        var nonce = RandomNumberGenerator.GetBytes(ResponseKeys.NonceBytes(HpkeAead.Aes256Gcm));
        return new ChunkedResponseWriter(nonce, ResponseKeys.Derive(HpkeAead.Aes256Gcm, _secret, _encapsulated, nonce), _associated);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_secret);
        CryptographicOperations.ZeroMemory(Content);
    }
}

/// <summary>Seals a response chunk by chunk. Without its final chunk no reader takes it for whole.</summary>
public sealed class ChunkedResponseWriter : IDisposable
{
    private readonly ResponseKeys _keys;
    private readonly byte[] _associated;
    private bool _isOver;

    internal ChunkedResponseWriter(byte[] nonce, ResponseKeys keys, byte[] associated) => (Start, _keys, _associated) = (nonce, keys, associated);

    /// <summary>What the response starts with.</summary>
    public byte[] Start { get; }

    /// <summary>A chunk that others follow, ready to be sent.</summary>
    public byte[] Seal(ReadOnlySpan<byte> chunk) => ChunkFraming.Frame(SealNext(_associated, chunk));

    /// <summary>The last chunk, ready to be sent.</summary>
    public byte[] SealFinal(ReadOnlySpan<byte> chunk)
    {
        var framed = ChunkFraming.FrameFinal(SealNext([.. _associated, .. ChunkFraming.Final], chunk));
        _isOver = true;
        return framed;
    }

    public void Dispose() => _keys.Dispose();

    private byte[] SealNext(byte[] associated, ReadOnlySpan<byte> chunk)
    {
        if (_isOver)
            throw new InvalidOperationException("The final chunk was sealed.");
        if (chunk.Length > ChunkFraming.MaxContentBytes)
            throw new ArgumentException($"A chunk holds {ChunkFraming.MaxContentBytes} bytes.", nameof(chunk));
        return _keys.Seal(associated, chunk);
    }
}
