using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Layout;

namespace OpenGradient.Relayer.Proving;

/// <summary>What proving says: ids, counts and times. Its events are 80 to 99.</summary>
internal static partial class ProvingLog
{
    [LoggerMessage(80, LogLevel.Information, "Began proof {ProofId} of {Count} answers of {VersionId}")]
    public static partial void ProofBegun(this ILogger logger, long proofId, Hash32 versionId, int count);

    [LoggerMessage(81, LogLevel.Information, "Ordered the settlement of {Count} answers by proof {ProofId}: {Form}, {Bytes} bytes, made in {Milliseconds:0} ms")]
    public static partial void ProofOrdered(this ILogger logger, long proofId, int count, ProofForm form, long bytes, double milliseconds);

    [LoggerMessage(82, LogLevel.Information, "Let go of proof {ProofId} of {Count} answers before it was made: not all of them are ours to settle any more")]
    public static partial void ProofPlannedAnew(this ILogger logger, long proofId, int count);

    [LoggerMessage(83, LogLevel.Information, "Let go of proof {ProofId}: others have answered all of it")]
    public static partial void ProofUseless(this ILogger logger, long proofId);

    [LoggerMessage(84, LogLevel.Warning, "Proof {ProofId} has to wait: {Details}")]
    public static partial void ProofPostponed(this ILogger logger, long proofId, string details);

    [LoggerMessage(85, LogLevel.Error, "Proof {ProofId} of {Count} answers came to nothing: {Details}")]
    public static partial void ProofFailed(this ILogger logger, long proofId, int count, string details);

    [LoggerMessage(86, LogLevel.Error, "Proof {ProofId} broke the prover")]
    public static partial void ProofBroke(this ILogger logger, Exception failure, long proofId);

    [LoggerMessage(87, LogLevel.Warning, "Proof {ProofId} was made too late: another has its lease")]
    public static partial void ProofLost(this ILogger logger, long proofId);

    [LoggerMessage(88, LogLevel.Error, "Could not prove, {Failures} times in a row")]
    public static partial void ProvingFailed(this ILogger logger, Exception failure, int failures);

    [LoggerMessage(89, LogLevel.Information, "Began to fill the cache of {VersionId}, of {Coefficients} coefficients")]
    public static partial void CacheBegun(this ILogger logger, Hash32 versionId, long coefficients);

    [LoggerMessage(90, LogLevel.Information, "Filled the cache of {VersionId} with {Bytes} bytes in {Elapsed}")]
    public static partial void CacheFilled(this ILogger logger, Hash32 versionId, int bytes, TimeSpan elapsed);

    [LoggerMessage(91, LogLevel.Information, "Read the cache of {VersionId} that was kept")]
    public static partial void CacheRead(this ILogger logger, Hash32 versionId);

    [LoggerMessage(92, LogLevel.Warning, "The cache of {VersionId} could not be read or kept")]
    public static partial void CacheNotKept(this ILogger logger, Exception failure, Hash32 versionId);

    [LoggerMessage(93, LogLevel.Warning, "PROOFS MEAN NOTHING HERE: {Label}. Whoever knows its secret proves anything")]
    public static partial void SetupIsUnsafe(this ILogger logger, string label);

    [LoggerMessage(95, LogLevel.Warning, "Answers of {VersionId} wait for a proof, and its artifact cannot be had here")]
    public static partial void VersionMissing(this ILogger logger, Hash32 versionId);

    [LoggerMessage(96, LogLevel.Warning, "The answer to {RequestId} waits for a proof, and its input cannot be had here now")]
    public static partial void InputMissing(this ILogger logger, Hash32 requestId);

    [LoggerMessage(97, LogLevel.Error, "Version {VersionId} broke the prover before anything of it was proven")]
    public static partial void VersionBroke(this ILogger logger, Exception failure, Hash32 versionId);

    [LoggerMessage(98, LogLevel.Warning, "Could not tell which versions are ready to be proven here")]
    public static partial void NotAnnounced(this ILogger logger, Exception failure);

    [LoggerMessage(99, LogLevel.Warning, "Answers of {VersionId} wait for a proof, are not proven here, and are left to other processes: {Refusal}")]
    public static partial void VersionLeft(this ILogger logger, Hash32 versionId, string refusal);

    [LoggerMessage(94, LogLevel.Information, "Proves with {Label}, of {Powers} powers, by {Threads} threads")]
    public static partial void ProvingStarted(this ILogger logger, string label, int powers, int threads);
}
