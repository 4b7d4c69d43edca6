using OpenGradient.Explorer.Asking;

namespace OpenGradient.Explorer.Serving;

/// <summary>What every page says: which chain, how far it is indexed, and what of this deployment is only for development.</summary>
public sealed record Site(ExplorerOptions Options)
{
    public string ChainId { get; init; } = "";

    public long? Tip { get; init; }

    public long Lag { get; init; }

    public string? Stopped { get; init; }

    /// <summary>Why what is shown may not be the chain as it is now.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    public Problem? Problem { get; init; }

    /// <summary>A root of trust was approved that is no hardware; null where nobody has said yet whether one was.</summary>
    public bool? HasEmulatedRoots { get; init; }

    /// <summary>A verifier of proofs was registered whose setup's secret is known; null where nobody has said yet whether one was.</summary>
    public bool? HasDevelopmentProofs { get; init; }

    /// <summary>What is not known is not excluded, and no page may look as if it were.</summary>
    public bool IsUnknown => HasEmulatedRoots is null || HasDevelopmentProofs is null;
}

/// <summary>
/// Looks at what every page says. What the index does not answer now is what it said last: a warning that is gone whenever the index is slow would be none.
/// </summary>
internal sealed class SiteWatch(IndexClient index, ExplorerOptions options)
{
    private volatile Site _last = new(options);

    public async Task<Site> LookAsync(CancellationToken cancellationToken)
    {
        var last = _last;
        var status = await index.AskAsync("/v1/status", cancellationToken);
        if (status.Problem is { } problem)
            return last with { Problem = problem };
        var row = new Row(status.Body);
        var families = row.Each("families").ToDictionary(family => family.Text("name"), family => family.Is("is_whole"), StringComparer.Ordinal);
        var site = new Site(options)
        {
            ChainId = row.Text("chain_id"),
            Tip = row.Has("tip") ? row.Number("tip") : null,
            Lag = row.Number("lag_blocks"),
            Stopped = row.Has("stopped") ? row.Text("stopped") : null,
            Faults = [.. row.Each("faults").Select(fault => fault.Self)],
            HasEmulatedRoots = await AnyAsync("keys", "keys_root_approved", "is_emulated") ?? last.HasEmulatedRoots,
            HasDevelopmentProofs = await AnyAsync("verifiers", "verifiers_registered", "is_development") ?? last.HasDevelopmentProofs,
        };
        _last = site;
        return site;

        // None among half of the rows says nothing of the others.
        async Task<bool?> AnyAsync(string family, string table, string flag)
        {
            if (!families.TryGetValue(family, out var isWhole))
                return false;
            var found = await index.ListAsync("events/" + table, Filters.None.And(flag, "true").And("limit", 1), cancellationToken);
            return found.Problem is not null ? null : found.Items.Count > 0 ? true : isWhole ? false : null;
        }
    }
}
