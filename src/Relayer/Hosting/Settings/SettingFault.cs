namespace OpenGradient.Relayer.Hosting;

/// <summary>What is wrong with one setting.</summary>
/// <param name="Name">Which.</param>
/// <param name="Problem">What is wrong; what it holds is repeated only where that is no secret.</param>
/// <param name="Remedy">What to do.</param>
public sealed record SettingFault(string Name, string Problem, string Remedy)
{
    public override string ToString() => $"{Name}: {Problem} {Remedy}";
}

/// <summary>What came of reading the settings.</summary>
public abstract record SettingsReading
{
    private SettingsReading()
    {
    }

    public sealed record Read(RelayerOptions Options) : SettingsReading
    {
        /// <summary>What is set and changes nothing: a relayer starts all the same.</summary>
        public IReadOnlyList<SettingFault> Idle { get; init; } = [];
    }

    /// <summary>All that is wrong, so that all can be mended at once.</summary>
    public sealed record Faulty(IReadOnlyList<SettingFault> Faults) : SettingsReading;
}
