using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.PrivateService.Answering;

/// <summary>What a gateway tells of itself: ids, sizes on the wire, commitments. No content, no length of content, no address of anyone.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(1, LogLevel.Information, "A gateway answers for node {Node}")]
    public static partial void Began(this ILogger logger, Address node);

    [LoggerMessage(2, LogLevel.Information, "Answered request {RequestId} to version {VersionId}: {Received} bytes came, {Sent} went; input {InputCommit}, output {OutputCommit}")]
    public static partial void Answered(this ILogger logger, Hash32 requestId, Hash32 versionId, long received, long sent, Hash32 inputCommit, Hash32 outputCommit);

    [LoggerMessage(3, LogLevel.Information, "Gave no answer to request {RequestId} to version {VersionId}: {Received} bytes came, {Sent} went")]
    public static partial void Unanswered(this ILogger logger, Hash32 requestId, Hash32 versionId, long received, long sent);

    [LoggerMessage(4, LogLevel.Information, "Refused {Received} bytes unopened: {Refusal}")]
    public static partial void Refused(this ILogger logger, long received, GatewayRefusal refusal);

    // The message of an exception may quote what it was about.
    [LoggerMessage(5, LogLevel.Error, "Failed over request {RequestId}: {Failure}")]
    public static partial void Failed(this ILogger logger, Hash32 requestId, string failure);

    [LoggerMessage(6, LogLevel.Information, "Changed over to key epoch {KeyEpoch}, evidence {EvidenceHash}")]
    public static partial void ChangedOver(this ILogger logger, ulong keyEpoch, Hash32 evidenceHash);
}
