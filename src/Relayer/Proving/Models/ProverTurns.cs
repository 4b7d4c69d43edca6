namespace OpenGradient.Relayer.Proving.Models;

/// <summary>
/// Whose turn it is to prove. One proof is made at a time in a process, whoever wants it: memory grows with each, and none is done earlier. Turns come in the order in which they
/// were asked for, and are asked for before anything is leased: whoever waits for one holds nothing that others could do meanwhile, and no time runs against it.
/// </summary>
public sealed class ProverTurns : IDisposable
{
    private readonly SemaphoreSlim _free = new(1);

    /// <summary>Waits for a turn. It ends when it is disposed of.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Turn(() => _free.Release());
    }

    public void Dispose() => _free.Dispose();

    private sealed class Turn(Action giveBack) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
                giveBack();
        }
    }
}
