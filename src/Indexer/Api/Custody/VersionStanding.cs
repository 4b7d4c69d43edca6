namespace OpenGradient.Indexer.Api.Custody;

/// <summary>What the register's events say of a version at a place on the chain.</summary>
/// <param name="Words">That it was published, deprecated and yanked, in the order of the chain.</param>
internal sealed record VersionStanding(IReadOnlyList<RegistryWord> Words)
{
    public string At(long id)
    {
        var before = Words.Where(word => word.Id < id).Select(word => word.Source).ToHashSet(StringComparer.Ordinal);
        return before.Contains("models_version_yanked") ? "yanked"
            : before.Contains("models_version_deprecated") ? "deprecated"
            : before.Contains("models_version_published") ? "active"
            : "unknown";
    }

    /// <summary>What was taken back behind a place on the chain, in words.</summary>
    public IEnumerable<string> LostAfter(long id) =>
        from word in Words
        where word.Id > id && word.Source == "models_version_yanked"
        select $"The version that answered was yanked later, in block {word.Block}.";
}
