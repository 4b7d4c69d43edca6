using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Versions;

/// <summary>The versions that an operator has chosen to serve.</summary>
public sealed class ServedVersions
{
    private readonly HashSet<Hash32>? _chosen;

    private ServedVersions(HashSet<Hash32>? chosen) => _chosen = chosen;

    /// <summary>Those that were chosen; null for all.</summary>
    public IReadOnlyCollection<Hash32>? Chosen => _chosen;

    /// <summary>Every version that is published: artifacts of strangers are fetched and run, within the limits.</summary>
    public static ServedVersions All { get; } = new(chosen: null);

    /// <summary>These and no others.</summary>
    public static ServedVersions Of(IEnumerable<Hash32> versionIds) => new([.. versionIds]);

    /// <summary>Reads <c>all</c>, <c>none</c>, or ids separated by commas.</summary>
    public static bool TryParse(string text, out ServedVersions served, out string fault)
    {
        served = All;
        fault = "";
        if (text.Trim() == "all")
            return true;
        if (text.Trim() == "none")
        {
            served = Of([]);
            return true;
        }

        List<Hash32> ids = [];
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Hash32.TryParse(part, out var id))
            {
                fault = $"'{part}' is no version's id: 0x and 64 hexadecimal digits, or 'all' or 'none' alone.";
                return false;
            }

            ids.Add(id);
        }

        served = Of(ids);
        return true;
    }

    public bool Includes(Hash32 versionId) => _chosen is null || _chosen.Contains(versionId);
}
