using System.Collections.Concurrent;
using OpenGradient.Blobs;

namespace OpenGradient.Indexer.Tests.Fetching;

/// <summary>A source that does what the test says, and remembers what it was asked.</summary>
internal sealed class ScriptedSource(string place) : IBlobSource
{
    private int _now;

    public string Name => place;

    public ConcurrentDictionary<BlobHash, byte[]> Blobs { get; } = [];

    public bool IsDown { get; set; }

    public bool IsHere { get; init; }

    /// <summary>Which it does not answer about, until whoever asks has had enough.</summary>
    public Func<BlobHash, bool> Hangs { get; set; } = static _ => false;

    /// <summary>What it gives for whatever it is asked; null where it is honest.</summary>
    public byte[]? Lie { get; set; }

    public ConcurrentQueue<BlobHash> Asked { get; } = [];

    /// <summary>How many it was asked at the same time, at the most.</summary>
    public int MostAtOnce { get; private set; }

    public BlobHash Add(byte[] content)
    {
        var hash = BlobHash.Of(content);
        Blobs[hash] = content;
        return hash;
    }

    public async Task<BlobOffer> OpenAsync(BlobHash hash, long offset, CancellationToken cancellationToken)
    {
        Asked.Enqueue(hash);
        lock (Asked)
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _now));
        for (var i = 0; i < 10; i++)
            await Task.Yield();
        if (Hangs(hash))
            await Task.Delay(Timeout.Infinite, cancellationToken);
        Interlocked.Decrement(ref _now);
        if (IsDown)
            return new BlobOffer.Failed("10.1.2.3 port 9000 refused.", MayPass: true);
        return (Lie ?? Blobs.GetValueOrDefault(hash)) is { } content ? new BlobOffer.Content(new MemoryStream(content), 0, content.Length) : new BlobOffer.Missing();
    }
}
