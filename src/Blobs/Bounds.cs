namespace OpenGradient.Blobs;

/// <summary>Refuses options outside their range, by their names.</summary>
internal static class Bounds
{
    // Longer than the timers behind it can wait.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(24);

    public static void Within(long value, long least, long most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"This lies between {least} and {most}.");
    }

    public static void Duration(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero || value > LongestTimer)
            throw new ArgumentOutOfRangeException(name, value, "A duration lies between zero and 24 days.");
    }

    public static void Holds(bool condition, string name, string rule)
    {
        if (!condition)
            throw new ArgumentException(rule, name);
    }
}
