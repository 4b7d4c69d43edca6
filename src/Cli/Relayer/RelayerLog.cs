using Microsoft.Extensions.Logging;

namespace OpenGradient.Cli.Relayer;

/// <summary>What the process of a relayer says of itself. Its events are 140 to 159.</summary>
internal static partial class RelayerLog
{
    [LoggerMessage(140, LogLevel.Information, "The relayer of node {Node} works on chain {ChainId}; its pages are at {Address}")]
    public static partial void Started(this ILogger logger, string node, ulong chainId, Uri address);

    [LoggerMessage(143, LogLevel.Information, "The prover of node {Node} works on chain {ChainId}; its pages are at {Address}")]
    public static partial void ProverStarted(this ILogger logger, string node, ulong chainId, Uri address);

    [LoggerMessage(141, LogLevel.Information, "Asked to stop: what is in hand is finished, for at most {Seconds} s; a second signal ends at once, and loses nothing")]
    public static partial void Draining(this ILogger logger, double seconds);

    [LoggerMessage(142, LogLevel.Information, "The relayer has stopped")]
    public static partial void Stopped(this ILogger logger);
}
