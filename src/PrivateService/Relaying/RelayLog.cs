using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.PrivateService.Relaying;

/// <summary>What a relay tells of itself. It names no request: what a gateway writes must not be matched with who asked.</summary>
internal static partial class RelayLog
{
    [LoggerMessage(1, LogLevel.Information, "A relay forwards to {Gateways} gateways")]
    public static partial void Began(this ILogger logger, int gateways);

    [LoggerMessage(2, LogLevel.Information, "Forwarded {Received} bytes to node {Node}: status {Status}, {Sent} bytes came back")]
    public static partial void Forwarded(this ILogger logger, Address node, int status, long received, long sent);

    [LoggerMessage(3, LogLevel.Warning, "Could not forward to node {Node}: {Failure}")]
    public static partial void NotForwarded(this ILogger logger, Address node, string failure);

    [LoggerMessage(4, LogLevel.Debug, "Refused a request: {Reason}")]
    public static partial void Refused(this ILogger logger, string reason);
}
