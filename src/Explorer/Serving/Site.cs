using OpenGradient.Explorer.Asking;

namespace OpenGradient.Explorer.Serving;

/// <summary>What every page says: which chain, how far it is indexed, and what of this deployment is only for development.</summary>
public sealed record Site(ExplorerOptions Options)
{
    public string ChainId { get; init; } = "";

    public long? Tip { get; init; }

    public long Lag { get; init; }

    public string? Stopped { get; init; }

    public Problem? Problem { get; init; }

    /// <summary>A root of trust was approved that is no hardware.</summary>
    public bool HasEmulatedRoots { get; init; }

    /// <summary>A verifier of proofs was registered whose setup's secret is known.</summary>
    public bool HasDevelopmentProofs { get; init; }

    internal static async Task<Site> LookAsync(IndexClient index, ExplorerOptions options, CancellationToken cancellationToken)
    {
        var status = await index.AskAsync("/v1/status", cancellationToken);
        if (status.Problem is { } problem)
            return new Site(options) { Problem = problem };
        var row = new Row(status.Body);
        var families = row.Each("families").Select(family => family.Text("name")).ToHashSet(StringComparer.Ordinal);
        return new Site(options)
        {
            ChainId = row.Text("chain_id"),
            Tip = row.Has("tip") ? row.Number("tip") : null,
            Lag = row.Number("lag_blocks"),
            Stopped = row.Has("stopped") ? row.Text("stopped") : null,
            HasEmulatedRoots = families.Contains("keys") && await AnyAsync("events/keys_root_approved", "is_emulated"),
            HasDevelopmentProofs = families.Contains("verifiers") && await AnyAsync("events/verifiers_registered", "is_development"),
        };

        async Task<bool> AnyAsync(string table, string flag) =>
            (await index.ListAsync(table, Filters.None.And(flag, "true").And("limit", 1), cancellationToken)).Items.Count > 0;
    }
}
