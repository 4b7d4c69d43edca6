namespace OpenGradient.Inference.Backends.Onnx;

/// <summary>How many runs may go on at once, of all models together, and how many there were.</summary>
internal sealed class RunSlots(int count) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count);
    private long _runs;

    public long Runs => Interlocked.Read(ref _runs);

    public Task WaitAsync() => _free.WaitAsync();

    public void Release() => _free.Release();

    public void Count() => Interlocked.Increment(ref _runs);

    public void Dispose() => _free.Dispose();
}
