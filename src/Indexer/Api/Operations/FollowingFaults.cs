using System.Globalization;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Api.Operations;

/// <summary>Why what is answered may not be the chain as it is now, as far as the follower knows.</summary>
internal static class FollowingFaults
{
    private const double SecondsInWords = 120;

    public static IReadOnlyList<string> Of(FollowingStatus.Snapshot now, ApiOptions options, ChainId chain)
    {
        var faults = new List<string>();
        if (now.Stopped is { } stopped)
            faults.Add(stopped);
        if (now.SecondsSilent is not { } silent)
            faults.Add("No endpoint has said anything yet.");
        else if (silent > options.ReadySilence.TotalSeconds)
            faults.Add($"No endpoint has agreed with what is stored for {Words(silent)}.");
        if (now.Lag > (ulong)options.ReadyLagBlocks)
            faults.Add($"{now.Lag} blocks are still to be taken.");
        if (TipAge.LimitOf(options, chain, now.BlockTime) is { } limit && now.TipAgeSeconds is { } age && age > limit.TotalSeconds)
            faults.Add($"The last block is {Words(age)} old: the chain stands still, or the node that tells of it.");
        return faults;
    }

    private static string Words(double seconds) => seconds <= SecondsInWords
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s")
        : TimeSpan.FromSeconds(seconds) is var span && span.TotalHours < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min")
            : string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.#} h");
}
