namespace OpenGradient.Attestation.Verdicts;

/// <summary>
/// Every check that can refuse evidence, once. In JSON the names are kebab case (<c>quote-signature</c>). What is malformed stops the
/// verification of whatever builds upon it; everything else is looked at, so that a verdict holds every reason.
/// </summary>
public enum Check
{
    // What was handed in.
    EvidenceMalformed,
    CollateralMalformed,
    CollateralMissing,

    // Certificates, and lists of those that were revoked.
    ChainIncomplete,
    CertificateRole,
    CertificateSignature,
    CertificateWindow,
    CertificateAuthority,
    CertificateExtension,
    CertificateRevoked,
    CrlMissing,
    CrlSignature,
    CrlWindow,
    OcspMissing,
    OcspSignature,
    OcspWindow,
    RootUnknown,
    RootEmulated,
    RootNotAllowed,

    // Intel SGX and TDX.
    QuoteHeader,
    QuoteTrailingBytes,
    QuoteSignature,
    TcbInfoSignature,
    TcbInfoWindow,
    TcbInfoTee,
    TcbInfoFmspc,
    TcbInfoPceId,
    QeIdentitySignature,
    QeIdentityWindow,
    QeIdentityTee,
    QeReportSignature,
    QeReportData,
    QeMiscSelect,
    QeAttributes,
    QeMrSigner,
    QeProduct,
    QeDebug,
    TdxModuleIdentity,
    TdxModuleSigner,
    TdxModuleAttributes,
    TcbLevel,
    TcbStatus,
    TcbEvaluation,
    SeptVeDisable,
    TdAttributes,
    Xfam,
    ServiceTd,

    // AWS Nitro.
    CoseSignature,

    // AMD SEV-SNP.
    SnpSignature,
    SnpKeyKind,
    SnpReportedTcb,
    SnpChipId,
    SnpProduct,
    SnpVlek,
    SnpVmpl,
    SnpMinimumTcb,
    SnpMigration,
    SnpHostData,

    // NVIDIA GPUs.
    GpuSignature,
    GpuFirmwareId,
    GpuRepeated,
    RimMissing,
    RimSignature,
    RimConflict,
    GpuMeasurement,

    // What policy and the caller ask of any evidence.
    Kind,
    Debug,
    Workload,
    Platform,
    Measurement,
    Age,
    Nonce,
    ReportData,
    PublicKey,
}

/// <summary>What a failed check says about the evidence.</summary>
public enum CheckClass
{
    /// <summary>It proves nothing: it cannot be read, is not signed as it must be, or is out of date.</summary>
    Authenticity,

    /// <summary>It is genuine; what it shows is not wanted.</summary>
    Policy,
}

/// <summary>The class of each check.</summary>
public static class CheckClasses
{
    public static CheckClass ClassOf(this Check check) => check switch
    {
        Check.RootEmulated or Check.RootNotAllowed or Check.QuoteTrailingBytes
            or Check.TcbLevel or Check.TcbStatus or Check.TcbEvaluation or Check.SeptVeDisable or Check.TdAttributes or Check.Xfam or Check.ServiceTd
            or Check.SnpProduct or Check.SnpVlek or Check.SnpVmpl or Check.SnpMinimumTcb or Check.SnpMigration or Check.SnpHostData
            or Check.Kind or Check.Debug or Check.Workload or Check.Platform or Check.Measurement or Check.Age or Check.Nonce or Check.ReportData
            or Check.PublicKey => CheckClass.Policy,
        _ => CheckClass.Authenticity,
    };
}
