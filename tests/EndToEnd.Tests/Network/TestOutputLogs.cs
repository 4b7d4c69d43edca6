using Microsoft.Extensions.Logging;

namespace OpenGradient.EndToEnd.Tests.Network;

/// <summary>Writes what is logged to the output of the test that runs.</summary>
internal sealed class TestOutputLogs : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Log(categoryName);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Log(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (TestContext.Current.TestOutputHelper is { } output)
                output.WriteLine($"{logLevel} {category}: {formatter(state, exception)} {exception}");
        }
    }
}
