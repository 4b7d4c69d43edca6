using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Emulated;

/// <summary>
/// Stands in for hardware in development. Its evidence goes through the same verifier as the real one, under another root, and its label goes wherever
/// the verdict goes.
/// </summary>
public sealed class EmulatedAttester(EmulatedRoots roots, TimeProvider clock)
{
    /// <summary>What fits into a report.</summary>
    public const int ReportDataBytes = 64;

    /// <summary>What a GPU is asked with.</summary>
    public const int GpuNonceBytes = 32;

    /// <param name="type">What to stand in for.</param>
    /// <param name="reportData">What the environment says; up to 64 bytes.</param>
    /// <param name="nonce">For Nitro and NVIDIA, of 32 bytes there; null for none, or for zeros.</param>
    /// <param name="publicKey">For Nitro.</param>
    /// <param name="workload">A byte that fills the measurements, so that workloads can differ.</param>
    public EmulatedEvidence Attest(TeeType type, ReadOnlySpan<byte> reportData, byte[]? nonce = null, byte[]? publicKey = null, byte workload = 0xA0)
    {
        if (reportData.Length > ReportDataBytes)
            throw new ArgumentException($"A report has room for {ReportDataBytes} bytes.", nameof(reportData));
        if (type == TeeType.Nvidia && nonce is { Length: not GpuNonceBytes })
            throw new ArgumentException($"A GPU is asked with {GpuNonceBytes} bytes.", nameof(nonce));

        // Certificates state whole seconds.
        var now = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        return type switch
        {
            TeeType.Sgx => new DcapScene(roots, now) { Version = 3, Report = DcapScene.SgxReportOf(reportData, workload) }.Build(),
            TeeType.Tdx => new DcapScene(roots, now) { Report = DcapScene.TdxReportOf(reportData, workload) }.Build(),
            TeeType.Nitro => new NitroScene(roots, now) { UserData = reportData.ToArray(), Nonce = nonce, PublicKey = publicKey, Workload = workload }.Build(),
            TeeType.Snp => new SnpScene(roots, now) { Report = SnpScene.ReportOf(reportData, workload) }.Build(),
            _ => new NvidiaScene(roots, now) { Nonce = nonce ?? new byte[GpuNonceBytes] }.Build(),
        };
    }
}
