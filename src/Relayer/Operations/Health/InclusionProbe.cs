using OpenGradient.Relayer.Hosting;

namespace OpenGradient.Relayer.Operations;

/// <summary>How long our transactions take to be mined, and whether that is more than was planned for: then requests with little time left are not taken on.</summary>
/// <param name="measured">How many seconds 99 of 100 took; zero where too few are known.</param>
/// <param name="planned">How many three blocks take, by the settings.</param>
public sealed class InclusionProbe(Func<ulong> measured, ulong planned) : IHealthProbe
{
    public Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<HealthCheck>>([Inclusion()]);

    private HealthCheck Inclusion() => measured() switch
    {
        0 => HealthCheck.Good("inclusion", $"{planned} s is planned for; too few transactions of the last hours are known to measure it"),
        var took when took > planned => HealthCheck.Warning(
            "inclusion", $"99 of 100 transactions were mined within {took} s, and {planned} s was planned for",
            "What cannot be settled by then is neither taken on nor claimed. Look at the check sending, at the endpoints and at the cap on fees "
            + $"({RelayerSettingNames.MaxFeeGwei}); if this is how the chain is, set {RelayerSettingNames.InclusionSeconds} to it.",
            took),
        var took => HealthCheck.Good("inclusion", $"99 of 100 transactions were mined within {took} s; {planned} s is planned for", took),
    };
}
