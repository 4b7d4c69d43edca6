namespace OpenGradient.Relayer.Pipeline;

/// <summary>How much may be in hand at once: whoever takes something has a place for it, and gives that back.</summary>
internal sealed class PlacesInHand(int most) : IDisposable
{
    private readonly SemaphoreSlim _free = new(most);

    /// <summary>How many are taken.</summary>
    public int Taken => most - _free.CurrentCount;

    /// <summary>Waits for one place, and takes what else is free with it. Gives how many it took; cancelled it has taken none.</summary>
    public async Task<int> TakeAsync(int atMost, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        var taken = 1;
        // By no token: what was taken before would be nobody's when it ends this.
        while (taken < atMost && await _free.WaitAsync(0, CancellationToken.None))
            taken++;
        return taken;
    }

    public void GiveBack(int count = 1) => _free.Release(count);

    public void Dispose() => _free.Dispose();
}
