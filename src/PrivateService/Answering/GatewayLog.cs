using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.PrivateService.Answering;

/// <summary>
/// What a gateway tells of itself: ids of its own, and sizes on the wire. No content, no length of content, no address of anyone, and no commitments either: of
/// a request at the hub they are on the chain, for everybody who would match the two.
/// </summary>
internal static partial class GatewayLog
{
    [LoggerMessage(1, LogLevel.Information, "A gateway answers for node {Node}")]
    public static partial void Began(this ILogger logger, Address node);

    [LoggerMessage(2, LogLevel.Information, "Answered request {RequestId} to version {VersionId}: {Received} bytes came, {Sent} went")]
    public static partial void Answered(this ILogger logger, Hash32 requestId, Hash32 versionId, long received, long sent);

    [LoggerMessage(3, LogLevel.Information, "Gave no answer to request {RequestId} to version {VersionId}: {Received} bytes came, {Sent} went")]
    public static partial void Unanswered(this ILogger logger, Hash32 requestId, Hash32 versionId, long received, long sent);

    [LoggerMessage(4, LogLevel.Debug, "Refused {Received} bytes unopened: {Refusal}")]
    public static partial void Refused(this ILogger logger, long received, GatewayRefusal refusal);

    // The message of an exception may quote what it was about.
    [LoggerMessage(5, LogLevel.Error, "Failed over request {RequestId}: {Failure}")]
    public static partial void Failed(this ILogger logger, Hash32 requestId, string failure);

    [LoggerMessage(7, LogLevel.Information, "A gateway takes no more requests")]
    public static partial void Closing(this ILogger logger);

    [LoggerMessage(6, LogLevel.Information, "Changed over to key epoch {KeyEpoch}, evidence {EvidenceHash}")]
    public static partial void ChangedOver(this ILogger logger, ulong keyEpoch, Hash32 evidenceHash);
}
