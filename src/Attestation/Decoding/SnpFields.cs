using OpenGradient.Attestation.Snp;

namespace OpenGradient.Attestation.Decoding;

/// <summary>What a report of SEV-SNP says.</summary>
internal static class SnpFields
{
    /// <param name="report">The report.</param>
    /// <param name="isTurin">Whether its versions stand in Turin's order.</param>
    public static FieldList Of(SnpReport report, bool isTurin)
    {
        var fields = new FieldList().In("report");
        fields.Add("reportVersion", report.Version, "The form of the report.");
        fields.Add("signingKey", report.SigningKeyName, "vcek for the chip's own key, vlek for a cloud's.");
        fields.Add("reportId", report.ReportId, "The guest's name for as long as it runs.");

        fields.In("guest");
        fields.Add("guestSvn", report.GuestSvn, "The security version that the guest's owner gave it.");
        fields.Add("policy", $"0x{report.Policy:x}", "What the host may do: bit 19 is debugging, bit 18 moving it, bit 16 sharing cores.");
        fields.Add("isDebug", report.AllowsDebug ? "true" : "false", "Whether its memory can be read by the host.");
        fields.Add("vmpl", report.Vmpl, "The privilege level that asked: 0 is the highest.");
        fields.Add("measurement", report.Measurement, "The hash of what the guest started with.");
        fields.Add("hostData", report.HostData, "What its host said at its start.");
        fields.Add("idKeyDigest", report.IdKeyDigest, "The hash of the key that named it; zeros for none.");
        fields.Add("familyId", report.FamilyId, "What its owner calls its family.");
        fields.Add("imageId", report.ImageId, "What its owner calls its image.");
        fields.Add("reportData", report.ReportData, "What the guest itself says: the binding of its keys.");

        fields.In("platform");
        fields.Add("platformInfo", $"0x{report.PlatformInfo:x}", "How the machine is set up: bit 0 is cores that are shared, bit 1 encryption of the whole memory.");
        fields.Add("chipId", report.ChipId, "The chip; zeros under a cloud's key.");
        fields.Add("tcb", SnpTcb.Read(report.ReportedTcb.Span, isTurin).ToString(), "The firmware that the signing key is derived from.");
        fields.Add("currentTcb", SnpTcb.Read(report.CurrentTcb.Span, isTurin).ToString(), "The firmware that runs now.");
        fields.Add("committedTcb", SnpTcb.Read(report.CommittedTcb.Span, isTurin).ToString(), "The firmware that the machine cannot go back behind.");
        fields.Add("launchTcb", SnpTcb.Read(report.LaunchTcb.Span, isTurin).ToString(), "The firmware that ran when the guest started.");
        return fields;
    }
}
