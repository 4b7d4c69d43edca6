namespace OpenGradient.Cli.Doctor;

/// <summary>What was found on this machine.</summary>
public sealed record DoctorReport(bool Healthy, string Machine, IReadOnlyList<Finding> Findings);

/// <summary>One thing that was looked at. A remedy stands wherever the status is not good.</summary>
public sealed record Finding(string Subject, Health Health, string Detail, string? Remedy = null)
{
    public static Finding Good(string subject, string detail) => new(subject, Health.Good, detail);

    public static Finding Limited(string subject, string detail, string remedy) => new(subject, Health.Limited, detail, remedy);

    public static Finding Broken(string subject, string detail, string remedy) => new(subject, Health.Broken, detail, remedy);
}

/// <summary>How well something will serve.</summary>
public enum Health
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Everything works, but slower or with less than on the reference platform.</summary>
    Limited,

    /// <summary>Something will not work until this is mended.</summary>
    Broken,
}
