namespace OpenGradient.Indexer.Gas;

/// <summary>A node that is asked what settling took, and about how much at once: half as much after it had enough, and slowly more again.</summary>
/// <param name="name">Without what is secret in its address.</param>
/// <param name="readReceipts">Asks it.</param>
internal sealed class GasNode(string name, ReadReceipts readReceipts)
{
    public const int MostAtOnce = 50;

    // Whoever limits how much is asked is not brought to its limit again at once.
    private const int WellBeforeMore = 10;

    private int _well;

    public string Name { get; } = name;

    /// <summary>How many transactions the next question is about at the most.</summary>
    public int AtOnce { get; private set; } = MostAtOnce;

    public async Task<ReceiptsTold> ReadAsync(IReadOnlyList<SettlingTransaction> transactions, CancellationToken cancellationToken)
    {
        var told = await readReceipts(transactions, cancellationToken);
        if (told.Failure is not null)
            (AtOnce, _well) = (Math.Max(1, transactions.Count / 2), 0);
        else if (++_well % WellBeforeMore == 0)
            AtOnce = Math.Min(AtOnce + 1, MostAtOnce);
        return told;
    }
}
