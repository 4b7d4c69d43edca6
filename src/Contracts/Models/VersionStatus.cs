namespace OpenGradient.Contracts.Models;

/// <summary>How far a version may still be used.</summary>
public enum VersionStatus : byte
{
    Unknown,
    Active,

    /// <summary>Still answers; its publisher advises against it.</summary>
    Deprecated,

    /// <summary>Takes no new requests, for good.</summary>
    Yanked,
}
