using System.Net.Http.Headers;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>What a server asks for in <c>Retry-After</c>: seconds, or a date.</summary>
internal static class RetryAfter
{
    // A server that asks for more is as good as gone; the caller's own limit decides long before.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static TimeSpan? Read(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        var wait = header?.Delta ?? header?.Date - now;
        if (wait is not { } asked)
            return null;
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked > Longest ? Longest : asked;
    }
}
