namespace OpenGradient.Indexer.Api.Custody;

/// <summary>
/// What the register's events say a key was worth at a place on the chain: the register's own state as of that block, told again from what led to it.
/// </summary>
/// <param name="ActiveFrom">Since when it holds, by its registration.</param>
/// <param name="ExpiresAt">Until when.</param>
/// <param name="SuccessorFrom">Since when its node has a newer one; null where it has none.</param>
/// <param name="Words">What was said of it and of what it rests on.</param>
internal sealed record KeyStanding(long ActiveFrom, long ExpiresAt, long? SuccessorFrom, IReadOnlyList<RegistryWord> Words)
{
    public const string Valid = "valid";

    private const string Vetoed = "keys_vetoed";
    private const string Confirmed = "keys_confirmed";

    // What takes a key back for good, each with what it is that was taken back.
    private static readonly Dictionary<string, string> Losses = new(StringComparer.Ordinal)
    {
        ["keys_revoked"] = "The key that signed was revoked",
        ["keys_root_revoked"] = "The root of trust of the key that signed was revoked",
        ["keys_workload_revoked"] = "The workload of the key that signed was revoked",
        ["keys_platform_revoked"] = "The platform of the key that signed was revoked",
        ["keys_tcb_floor_raised"] = "The floor of the trusted base was raised above that of the key that signed",
    };

    /// <summary>In a word, at a place on the chain and its time, by the words before that place.</summary>
    public string At(long id, long time)
    {
        var before = Words.Where(word => word.Id < id).ToList();
        if (before.Find(word => Losses.ContainsKey(word.Source)) is { } lost)
            return lost.Source == "keys_tcb_floor_raised" ? "outdated" : "revoked";
        var vetoed = before.FindLast(word => word.Source == Vetoed)?.Id ?? -1;
        var confirmed = before.FindLast(word => word.Source == Confirmed);
        if (vetoed > (confirmed?.Id ?? -1))
            return "vetoed";
        return time >= ExpiresAt ? "expired"
            : time < (confirmed?.Time ?? ActiveFrom) ? "not yet active"
            : SuccessorFrom <= time ? "succeeded"
            : Valid;
    }

    /// <summary>What was taken back behind a place on the chain, in words.</summary>
    public IEnumerable<string> LostAfter(long id) =>
        from word in Words
        where word.Id > id && Losses.ContainsKey(word.Source)
        select $"{Losses[word.Source]} later, in block {word.Block}.";
}
