namespace OpenGradient.Relayer.Claiming;

/// <summary>
/// How long a transaction takes to be mined, by how long our last ones took. An operator plans for three blocks; where more than one of a hundred take longer, what the ninety-ninth took is planned
/// for: whoever claims by the shorter time loses bonds.
/// </summary>
public static class InclusionPolicy
{
    /// <summary>So many of the last ones are looked at.</summary>
    public const int Sample = 200;

    /// <summary>Of fewer nothing can be said about one of a hundred.</summary>
    public const int Least = 100;

    /// <summary>The longest that is planned for, as for the setting: what stands still for longer is no matter of margins.</summary>
    public const ulong MostSeconds = 3_600;

    /// <summary>What is older says nothing about now. It bounds, too, for how long a bad hour keeps a relayer from what would show that it is over.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(6);

    /// <summary>How long ninety-nine of a hundred took, in full seconds; zero where too few are known.</summary>
    /// <param name="took">From being signed first until its block was made; of those that still wait, until now.</param>
    public static ulong Measured(IReadOnlyCollection<TimeSpan> took)
    {
        if (took.Count < Least)
            return 0;
        var seconds = Math.Ceiling(took.Order().ElementAt((((took.Count * 99) + 99) / 100) - 1).TotalSeconds);
        return (ulong)Math.Clamp(seconds, 0, MostSeconds);
    }

    /// <summary>Whether what is planned for has become longer than the setting says, or is no longer.</summary>
    /// <param name="planned">The setting.</param>
    /// <param name="before">What was measured before; zero where nothing was.</param>
    /// <param name="measured">What is measured now.</param>
    public static MarginMove MoveOf(ulong planned, ulong before, ulong measured) => (before > planned, measured > planned) switch
    {
        (false, true) => MarginMove.Grew,
        (true, false) => MarginMove.Back,
        _ => MarginMove.None,
    };
}

/// <summary>Where the time that a transaction is planned for has moved.</summary>
public enum MarginMove
{
    None,

    /// <summary>Past three blocks: what was measured counts.</summary>
    Grew,

    /// <summary>Back to the setting.</summary>
    Back,
}
