using System.Buffers;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>Collects an answer in rented memory up to a limit. It grows as bytes arrive, never because a header promises them.</summary>
public sealed class AnswerBuffer : IDisposable
{
    private const int FirstSize = 16 * 1024;

    private readonly int _limit;
    private byte[] _bytes;
    private int _length;

    public AnswerBuffer(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        _limit = limit;
        _bytes = ArrayPool<byte>.Shared.Rent(Math.Min(FirstSize, limit));
    }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Room for more: at least one byte, and at most one more than the limit allows, which is how an excess is noticed.</summary>
    public Memory<byte> Room()
    {
        if (_length == _bytes.Length)
            Grow();
        return _bytes.AsMemory(_length, Math.Min(_bytes.Length, _limit + 1) - _length);
    }

    /// <summary>Counts what was put into <see cref="Room"/>; false once there is more than the limit.</summary>
    public bool TryAdvance(int count)
    {
        _length += count;
        return _length <= _limit;
    }

    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        _length = 0;
        if (bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(bytes);
    }

    private void Grow()
    {
        var size = (int)Math.Min(_length * 2L, _limit + 1L);
        var larger = ArrayPool<byte>.Shared.Rent(size);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
