using OpenGradient.PrivateRequests.Hpke;

namespace OpenGradient.PrivateRequests.Chunked;

/// <summary>Opens a response while it comes: its nonce, then its chunks, as <see cref="ChunkReader"/> does.</summary>
public sealed class ChunkedResponseReader : IDisposable
{
    private readonly byte[] _secret;
    private readonly byte[] _encapsulated;
    private readonly ChunkReader _chunks;
    private readonly byte[] _nonce = new byte[ResponseKeys.NonceBytes(HpkeAead.Aes256Gcm)];
    private int _nonceRead;
    private ResponseKeys? _keys;

    internal ChunkedResponseReader(byte[] secret, byte[] encapsulated, byte[] associated, long most)
    {
        (_secret, _encapsulated) = (secret, encapsulated);
        _chunks = new ChunkReader(associated, most, (with, cipher) => _keys!.TryOpen(with, cipher));
    }

    public ChunkFault Fault => _chunks.Fault;

    /// <inheritdoc cref="ChunkReader.Push"/>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(_nonce.Length - _nonceRead, bytes.Length);
        bytes[..taken].CopyTo(_nonce.AsSpan(_nonceRead));
        _nonceRead += taken;
        if (_nonceRead == _nonce.Length)
            _keys ??= ResponseKeys.Derive(HpkeAead.Aes256Gcm, _secret, _encapsulated, _nonce);
        _chunks.Push(bytes[taken..]);
    }

    /// <inheritdoc cref="ChunkReader.TryNext"/>
    public byte[]? TryNext() => _chunks.TryNext();

    /// <inheritdoc cref="ChunkReader.Finish"/>
    public byte[]? Finish() => _chunks.Finish();

    public void Dispose() => _keys?.Dispose();
}
