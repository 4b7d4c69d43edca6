namespace OpenGradient.Attestation.Verdicts;

/// <summary>How current a platform's trusted computing base is, in Intel's words. The numbers go on the chain and never change.</summary>
public enum TcbStatus
{
    /// <summary>The vendor rates no levels (AWS, AMD, NVIDIA): policy asks for least versions instead.</summary>
    NotRated = 0,
    UpToDate = 1,
    SWHardeningNeeded = 2,
    ConfigurationNeeded = 3,
    ConfigurationAndSWHardeningNeeded = 4,
    OutOfDate = 5,
    OutOfDateConfigurationNeeded = 6,

    /// <summary>The platform is mended; the domain started before that.</summary>
    TDRelaunchAdvised = 7,
    TDRelaunchAdvisedConfigurationNeeded = 8,
    Revoked = 9,

    /// <summary>Lower than every level that Intel lists.</summary>
    NotSupported = 10,
}
