namespace OpenGradient.Attestation.Verdicts;

/// <summary>What one verification has found so far: reasons to refuse, and the dates that everything rests on.</summary>
internal sealed class Findings(DateTimeOffset at)
{
    private readonly List<Reason> _reasons = [];

    /// <summary>The time that everything is checked at.</summary>
    public DateTimeOffset At { get; } = at;

    public IReadOnlyList<Reason> Reasons => _reasons;

    public DateTimeOffset? ValidFrom { get; private set; }

    public DateTimeOffset? ValidTo { get; private set; }

    public bool IsGenuine => _reasons.TrueForAll(reason => reason.Check.ClassOf() != CheckClass.Authenticity);

    public void Refuse(Check check, string subject, string detail) => _reasons.Add(new Reason(check, subject, detail));

    /// <summary>Refuses unless <paramref name="holds"/>; gives it back, for what builds upon it.</summary>
    public bool Require(bool holds, Check check, string subject, string detail)
    {
        if (!holds)
            Refuse(check, subject, detail);
        return holds;
    }

    /// <summary>
    /// Notes that the verdict rests on something with these dates, and refuses where the time lies outside of them: the time of the check, or
    /// <paramref name="at"/> where the evidence states its own.
    /// </summary>
    public bool RequireWindow(DateTimeOffset from, DateTimeOffset to, Check check, string subject, DateTimeOffset? at = null)
    {
        ValidFrom = ValidFrom is { } latest && latest > from ? latest : from;
        ValidTo = ValidTo is { } earliest && earliest < to ? earliest : to;
        var time = at ?? At;
        return Require(
            time >= from && time <= to, check, subject, $"Valid from {from.UtcDateTime:u} to {to.UtcDateTime:u}, not at {time.UtcDateTime:u}.");
    }
}
