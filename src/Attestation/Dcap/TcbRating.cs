using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Dcap;

/// <summary>What a platform's level is worth, by Intel's rules.</summary>
/// <param name="Status">Of everything together.</param>
/// <param name="QeStatus">Of the quoting enclave.</param>
/// <param name="ModuleStatus">Of the TDX module; null where it is not rated by itself.</param>
/// <param name="Date">Of the platform's level.</param>
/// <param name="Advisories">What is known against it.</param>
internal sealed record TcbRating(TcbStatus Status, TcbStatus? QeStatus, TcbStatus? ModuleStatus, DateTimeOffset? Date, IReadOnlyList<string> Advisories)
{
    private const int RatedModuleComponents = 2;

    /// <summary>
    /// Finds the levels. Where the domain names its module's version, the module is rated by its own list and components 0 and 1, which hold its
    /// versions, are not compared with the platform's.
    /// </summary>
    public static TcbRating Rate(TcbInfo info, QeIdentity identity, PckExtension pck, Quote quote, TdxModule? module)
    {
        var qe = Find(identity.Levels, quote.QeReport.IsvSvn.Span[0] | (quote.QeReport.IsvSvn.Span[1] << 8));
        var sgx = info.Levels.FirstOrDefault(level => Covers(pck.CpuSvn, level.Sgx, 0) && pck.PceSvn >= level.PceSvn);
        if (quote.Tdx is not { } domain)
            return Of(sgx?.Rated, qe, null, Converge(sgx?.Rated.Status ?? TcbStatus.NotSupported, StatusOf(qe)));

        var svn = domain.TeeTcbSvn.Span;
        var from = svn[1] > 0 ? RatedModuleComponents : 0;
        var teeTcbSvn = svn.ToArray();
        var tdx = info.Levels.FirstOrDefault(level =>
            Covers(pck.CpuSvn, level.Sgx, 0) && pck.PceSvn >= level.PceSvn && Covers(teeTcbSvn, level.Tdx, from));
        if (sgx is null || tdx is null)
            return Of(null, qe, null, TcbStatus.NotSupported);

        var rated = svn[1] > 0 && module is not null ? Find(module.Levels, svn[0]) : null;
        var moduleStatus = svn[1] > 0 ? StatusOf(rated) : TcbStatus.UpToDate;
        var status = Converge(tdx.Rated.Status, moduleStatus);
        if (domain.TeeTcbSvn2 is { } now && IsRelaunchEnough(info, sgx.Rated.Status, status, moduleStatus, StatusOf(qe), now.Span))
        {
            status = NeedsConfiguration(sgx.Rated.Status) || NeedsConfiguration(status)
                ? TcbStatus.TDRelaunchAdvisedConfigurationNeeded : TcbStatus.TDRelaunchAdvised;
        }

        return Of(tdx.Rated, qe, svn[1] > 0 ? rated ?? Unsupported : null, Converge(status, StatusOf(qe)));
    }

    private static RatedLevel Unsupported { get; } = new(TcbStatus.NotSupported, DateTimeOffset.UnixEpoch, []);

    private static TcbRating Of(RatedLevel? platform, RatedLevel? qe, RatedLevel? module, TcbStatus status) => new(
        status, qe?.Status, module?.Status, platform?.Date,
        platform is null ? [] :
        [
            .. platform.Advisories.Concat(module?.Advisories ?? []).Concat(qe?.Advisories ?? [])
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ]);

    private static TcbStatus StatusOf(RatedLevel? level) => level?.Status ?? TcbStatus.NotSupported;

    private static RatedLevel? Find(IReadOnlyList<SvnLevel> levels, int isvSvn) => levels.FirstOrDefault(level => isvSvn >= level.IsvSvn)?.Rated;

    private static bool Covers(byte[] has, byte[] needs, int from)
    {
        for (var i = from; i < TcbInfo.Components; i++)
        {
            if (has[i] < needs[i])
                return false;
        }

        return true;
    }

    // A part that is out of date makes the whole so; one that is revoked or unknown ends it.
    private static TcbStatus Converge(TcbStatus status, TcbStatus part) => part switch
    {
        TcbStatus.Revoked => TcbStatus.Revoked,
        TcbStatus.NotSupported => TcbStatus.NotSupported,
        TcbStatus.OutOfDate => status switch
        {
            TcbStatus.UpToDate or TcbStatus.SWHardeningNeeded => TcbStatus.OutOfDate,
            TcbStatus.ConfigurationNeeded or TcbStatus.ConfigurationAndSWHardeningNeeded => TcbStatus.OutOfDateConfigurationNeeded,
            _ => status,
        },
        _ => status,
    };

    // The platform and its quoting enclave are current, and so is the module that now runs: only the domain started under an older one.
    private static bool IsRelaunchEnough(
        TcbInfo info, TcbStatus sgx, TcbStatus tdx, TcbStatus module, TcbStatus qe, ReadOnlySpan<byte> now)
    {
        if (qe is TcbStatus.OutOfDate or TcbStatus.Revoked or TcbStatus.NotSupported
            || sgx is not (TcbStatus.UpToDate or TcbStatus.SWHardeningNeeded or TcbStatus.ConfigurationNeeded or TcbStatus.ConfigurationAndSWHardeningNeeded)
            || tdx is not (TcbStatus.OutOfDate or TcbStatus.OutOfDateConfigurationNeeded)
            || module != TcbStatus.OutOfDate)
        {
            return false;
        }

        var latest = info.Levels[0].Tdx;
        if (now[2] < latest[2])
            return false;
        if (now[1] == 0)
            return now[0] >= latest[0];
        var id = ModuleId(now[1]);
        return info.ModuleIdentities.FirstOrDefault(identity => identity.Id == id) is { Levels: [var newest, ..] } && now[0] >= newest.IsvSvn;
    }

    private static bool NeedsConfiguration(TcbStatus status) =>
        status is TcbStatus.ConfigurationNeeded or TcbStatus.OutOfDateConfigurationNeeded or TcbStatus.ConfigurationAndSWHardeningNeeded;

    internal static string ModuleId(byte version) => $"TDX_{version:X2}";
}
