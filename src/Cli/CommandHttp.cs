using System.Diagnostics.CodeAnalysis;
using OpenGradient.Ethereum.Http;

namespace OpenGradient.Cli;

/// <summary>How commands ask over HTTP: without cookies, and nobody but whom they name, unless they say so. A key is for the server that is named.</summary>
internal static class CommandHttp
{
    private const int MaxAnswerBytes = 64 << 20;

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(1);

    /// <param name="below">What relative addresses lie below.</param>
    /// <param name="limit">The longest that one answer may take: a minute, unless it is said.</param>
    /// <param name="maxAnswerBytes">The longest answer that is read whole.</param>
    /// <param name="follows">Whether the server may name another one to ask: for questions that hold no secret.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The client disposes of its handlers.")]
    public static HttpClient Open(Uri? below = null, TimeSpan? limit = null, int maxAnswerBytes = MaxAnswerBytes, bool follows = false) =>
        new(new ConnectionFailures(new SocketsHttpHandler { AllowAutoRedirect = follows, UseCookies = false, ConnectTimeout = ConnectLimit }))
        {
            BaseAddress = below,
            Timeout = limit ?? AnswerLimit,
            MaxResponseContentBufferSize = maxAnswerBytes,
        };
}
