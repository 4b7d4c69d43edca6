using System.Globalization;
using System.Text.RegularExpressions;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// What an endpoint's refusal of a log query says about how much it would answer. Nothing standard says it, so that this reads the words of
/// the clients and providers there are. The numbers are hints from a stranger: whoever uses them bounds them.
/// </summary>
public abstract partial record LogRangeLimit
{
    // Nobody needs more to say it, and what is longer was made to be slow.
    private const int MaxLength = 1000;

    private LogRangeLimit()
    {
    }

    /// <summary>At most so many blocks in one query.</summary>
    public sealed record Blocks(ulong Count) : LogRangeLimit;

    /// <summary>This range would be answered.</summary>
    public sealed record Suggested(BlockRange Range) : LogRangeLimit;

    /// <summary>At most so many logs in one answer.</summary>
    public sealed record Results(ulong Count) : LogRangeLimit;

    /// <summary>Too much was asked for, and how much that is was not said: halving is all one can do.</summary>
    public sealed record Unspecified : LogRangeLimit;

    /// <summary>What an error says about a log query's size; null when it is about something else.</summary>
    public static LogRangeLimit? Of(RpcError error) => error switch
    {
        // Some gateways say only "invalid params" in the message, and the rest in the data.
        RpcError.Provider provider => Parse(provider.Message) ?? (provider.Data is null ? null : Parse(provider.Data)),
        RpcError.Oversize => new Unspecified(),
        RpcError.Transport { HttpStatus: 413 } => new Unspecified(),
        _ => null,
    };

    /// <summary>Reads the words of a refusal; null when they are not about a query's size.</summary>
    public static LogRangeLimit? Parse(ReadOnlySpan<char> message)
    {
        var text = message[..Math.Min(message.Length, MaxLength)].ToString();
        if (!Subject().IsMatch(text) || text.Contains("revert", StringComparison.OrdinalIgnoreCase))
            return null;

        return (LogRangeLimit?)Suggestion(HexRange().Match(text), NumberStyles.AllowHexSpecifier)
            ?? Suggestion(DecimalRange().Match(text), NumberStyles.None)
            ?? BlockCount(text)
            ?? ResultCount(text)
            ?? (LogRangeLimit?)(TooMuch().IsMatch(text) ? new Unspecified() : null);
    }

    private static Suggested? Suggestion(Match match, NumberStyles style) =>
        match.Success
        && ulong.TryParse(match.Groups["first"].ValueSpan, style, CultureInfo.InvariantCulture, out var first)
        && ulong.TryParse(match.Groups["last"].ValueSpan, style, CultureInfo.InvariantCulture, out var last)
        && first <= last
            ? new Suggested(new BlockRange(new BlockNumber(first), new BlockNumber(last)))
            : null;

    private static Blocks? BlockCount(string text)
    {
        foreach (var pattern in (ReadOnlySpan<Regex>)[MaxThenNumber(), NumberThenRange(), LimitedTo()])
        {
            if (Number(pattern.Match(text)) is { } count and > 0)
                return new Blocks(count);
        }

        return null;
    }

    private static Results? ResultCount(string text) => Number(ManyResults().Match(text)) is { } count and > 0 ? new Results(count) : null;

    // "10,000", "10K" and "2k" are numbers here.
    private static ulong? Number(Match match)
    {
        if (!match.Success)
            return null;

        var digits = match.Groups["n"].Value.Replace(",", "", StringComparison.Ordinal);
        if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 1_000_000_000)
            return null;
        return match.Groups["k"].Length > 0 ? number * 1000 : number;
    }

    // Other limits speak of numbers as well.
    [GeneratedRegex(@"\b(?:ranges?|blocks?|logs?|results?|response|query|getlogs|eth_getlogs)\b", Options, LimitMs)]
    private static partial Regex Subject();

    // Alchemy, Infura, Tenderly, zkSync: "… this block range should work: [0x0, 0x3e8]", "Try with this block range [0x1, 0x2]".
    [GeneratedRegex(@"range[^\[\]]{0,40}\[\s*0x(?<first>[0-9a-f]{1,16})\s*,\s*0x(?<last>[0-9a-f]{1,16})\s*\]", Options, LimitMs)]
    private static partial Regex HexRange();

    // reth: "query exceeds max results 20000, retry with the range 100-200".
    [GeneratedRegex(@"(?:retry|try)\b[^0-9]{0,40}\brange\s+(?<first>[0-9]{1,19})\s*-\s*(?<last>[0-9]{1,19})", Options, LimitMs)]
    private static partial Regex DecimalRange();

    // "exceed maximum block range: 50000", "block range too large, max 2000", "Max range: 800", "maximum is set to 2048", "(maximum 1024)",
    // "exceeds max block range 100000", "maximum 1000 blocks", "Maximum allowed number of requested blocks is 1000", "range limit 2000".
    [GeneratedRegex(
        @"\bmax(?:imum)?\b(?:[\s:(]|\b(?:allowed|number|of|requested|blocks?|range|limit|is|set|to|for|eth_getLogs)\b)*(?<n>[0-9][0-9,]*)(?<k>k?)\b(?!\s*(?:results|logs))",
        Options, LimitMs)]
    private static partial Regex MaxThenNumber();

    // "up to a 2K block range", "limited to a 10,000 range", "ranges over 10000 blocks are not supported", "limited to 0 - 1000 blocks range",
    // "block range greater than 100 max".
    [GeneratedRegex(
        @"(?:up to an?|limited to an?|limited to 0\s*-|ranges? over|range greater than|smaller than size|range limit)\s+(?<n>[0-9][0-9,]*)(?<k>k?)\b(?!\s*(?:results|logs))",
        Options, LimitMs)]
    private static partial Regex NumberThenRange();

    [GeneratedRegex(@"limited to (?<n>[0-9][0-9,]*)(?<k>k?) (?:blocks?\b|range)", Options, LimitMs)]
    private static partial Regex LimitedTo();

    // "query returned more than 10000 results", "query exceeds max results 20000", "a cap of 10K logs in the response".
    [GeneratedRegex(
        @"(?:returned more than|exceeds? max(?:imum)? results|cap of|more than)\s+(?<n>[0-9][0-9,]*)(?<k>k?)\b(?!\s*(?:blocks|requests))", Options, LimitMs)]
    private static partial Regex ManyResults();

    [GeneratedRegex(
        @"range (?:is )?too (?:large|wide|big|long)|block range.{0,40}(?:exceed|limit)|exceed.{0,40}\brange|too many (?:blocks|logs|results)"
        + @"|response (?:size|is too)|response too (?:large|big)|result(?:s)? (?:set )?too (?:large|big)|logs? (?:size|limit) exceeded"
        + @"|query timeout exceeded|query timed out|reducing your block range|length limit exceeded",
        Options, LimitMs)]
    private static partial Regex TooMuch();

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Singleline;
    private const int LimitMs = 1000;
}
