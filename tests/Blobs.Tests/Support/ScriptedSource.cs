using System.Collections.Concurrent;

namespace OpenGradient.Blobs.Tests.Support;

/// <summary>A place that does what the test says, and remembers from where it was asked.</summary>
internal sealed class ScriptedSource(string name, Func<long, CancellationToken, Task<BlobOffer>> open) : IBlobSource
{
    public ScriptedSource(string name, Func<long, BlobOffer> open)
        : this(name, (offset, _) => Task.FromResult(open(offset)))
    {
    }

    public string Name => name;

    public ConcurrentQueue<long> Offsets { get; } = [];

    public static ScriptedSource With(string name, byte[] content) =>
        new(name, offset => new BlobOffer.Content(new MemoryStream(content[(int)offset..]), offset, content.Length));

    public static ScriptedSource Without(string name) => new(name, _ => new BlobOffer.Missing());

    public static ScriptedSource Down(string name) => new(name, _ => new BlobOffer.Failed("It is down.", MayPass: true));

    public Task<BlobOffer> OpenAsync(BlobHash hash, long offset, CancellationToken cancellationToken)
    {
        Offsets.Enqueue(offset);
        return open(offset, cancellationToken);
    }
}
