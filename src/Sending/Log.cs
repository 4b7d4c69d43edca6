using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Sending.Broadcasting;

namespace OpenGradient.Sending;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Order {Id} ended as {State} before it was started: {Fault}")]
    public static partial void EndedUnstarted(ILogger logger, long id, TransactionState state, string fault);

    [LoggerMessage(2, LogLevel.Information, "No endpoint estimated order {Id}: {Reason}")]
    public static partial void NoEstimate(ILogger logger, long id, string reason);

    [LoggerMessage(3, LogLevel.Error, "Key {Sender} could not pay for what waits: it has {Balance} ether")]
    public static partial void InsufficientFunds(ILogger logger, Address sender, string balance);

    [LoggerMessage(4, LogLevel.Warning, "Order {Id} was given up, and an empty transaction takes its nonce: {Fault}")]
    public static partial void GaveUp(ILogger logger, long id, string fault);

    [LoggerMessage(5, LogLevel.Information, "Order {Id} with nonce {Nonce} was not taken ({Verdict}): {Words}")]
    public static partial void Refused(ILogger logger, long id, ulong nonce, Verdict verdict, string words);

    [LoggerMessage(6, LogLevel.Error, "Order {Id} waited at {MaxFee} gwei, which may not be raised: the cap leaves no room")]
    public static partial void AtCap(ILogger logger, long id, string maxFee);

    [LoggerMessage(7, LogLevel.Warning, "Blocks with transactions of {Sender} were replaced, seen at {Height}")]
    public static partial void BlocksReplaced(ILogger logger, Address sender, ulong height);

    [LoggerMessage(8, LogLevel.Warning, "Endpoints did not agree on {Count} receipts of {Sender} at {Height}: they stay confirmed")]
    public static partial void NotAgreed(ILogger logger, Address sender, int count, ulong height);

    [LoggerMessage(9, LogLevel.Error, "The nonce {Nonce} of order {Id} was used by somebody else with the same key")]
    public static partial void NonceUsedOutside(ILogger logger, long id, ulong nonce);

    [LoggerMessage(10, LogLevel.Information, "{Count} transactions of {Sender} from nonce {Nonce} on were sent again: a node did not have them")]
    public static partial void SentAgain(ILogger logger, Address sender, int count, ulong nonce);

    [LoggerMessage(11, LogLevel.Warning, "Sending with {Sender} failed, and was tried again after {Pause}: {Reason}")]
    public static partial void RoundFailed(ILogger logger, Address sender, TimeSpan pause, string reason);

    [LoggerMessage(12, LogLevel.Information, "Another replica sent with {Sender}")]
    public static partial void NotHolder(ILogger logger, Address sender);

    [LoggerMessage(13, LogLevel.Error, "Sending with {Sender} failed unexpectedly, and was tried again after {Pause}")]
    public static partial void RoundBroke(ILogger logger, Exception exception, Address sender, TimeSpan pause);
}
