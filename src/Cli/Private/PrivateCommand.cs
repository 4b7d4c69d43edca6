using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace OpenGradient.Cli.Private;

/// <summary><c>og private</c>: the two servers of private requests.</summary>
internal static class PrivateCommand
{
    public static Command Create(ActionGuard guard) => new("private", "Serve private requests: answer them, or hide who asks.")
    {
        PrivateGatewayCommand.Create(guard), PrivateRelayCommand.Create(guard),
    };

    /// <summary>What the servers log goes to standard error: ids of messages and sizes.</summary>
    public static ILoggerFactory Loggers() => LoggerFactory.Create(logging => logging
        .AddSimpleConsole(line =>
        {
            line.SingleLine = true;
            line.TimestampFormat = "HH:mm:ss ";
        })
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));

    /// <summary>An address to send to: of a server, since its paths are fixed.</summary>
    public static Uri AddressIn(string text, string option) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.PathAndQuery == "/" && address.UserInfo.Length == 0 && address.Fragment.Length == 0
            ? address
            : throw new ExpectedFailureException(ExitCode.Usage, $"{option} is no server's address.", "Give one such as http://127.0.0.1:8095, with nothing behind the port.");

    /// <summary>An address to listen at: these servers speak no TLS, which is for what stands before them.</summary>
    public static Uri ListenIn(string text, string option) =>
        AddressIn(text, option) is { Scheme: "http" } address
            ? address
            : throw new ExpectedFailureException(ExitCode.Usage, $"{option} is of https, which is not spoken here.", "Give http://ADDRESS:PORT, and let a proxy speak TLS.");

    public static Ethereum.Primitives.Address AccountIn(string text, string option) =>
        Ethereum.Primitives.Address.TryParse(text, out var account) && !account.IsZero
            ? account
            : throw new ExpectedFailureException(ExitCode.Usage, $"{option} names no account.", "Give 0x and 40 hexadecimal digits.");

    /// <summary>Both sides of <c>NAME=VALUE</c>.</summary>
    public static (string Name, string Value) PairIn(string text, string option) =>
        text.IndexOf('=', StringComparison.Ordinal) is var at and > 0 && at < text.Length - 1
            ? (text[..at], text[(at + 1)..])
            : throw new ExpectedFailureException(ExitCode.Usage, $"{option} has no two sides.", "Write both, with = between them.");
}
