using Microsoft.Extensions.Logging;
using OpenGradient.Cli.Terminal;
using Spectre.Console;

namespace OpenGradient.Cli.Up.Local;

/// <summary>What the nodes warn of: kept, shortened, and shown where somebody wants to see it.</summary>
internal sealed class NodeLogs(string name) : ILoggerProvider
{
    private const int MostKept = 100;

    private readonly Lock _gate = new();
    private readonly Queue<string> _kept = new();

    public ILogger CreateLogger(string categoryName) => new Log(this);

    /// <summary>Shows what was kept.</summary>
    public void Show(IAnsiConsole console)
    {
        lock (_gate)
        {
            foreach (var line in _kept)
                CommandOutput.TryTell(() => console.MarkupLineInterpolated($"[grey]{line}[/]"));
            _kept.Clear();
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }

    private void Keep(string line)
    {
        lock (_gate)
        {
            _kept.Enqueue(line);
            if (_kept.Count > MostKept)
                _kept.Dequeue();
        }
    }

    private sealed class Log(NodeLogs logs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                logs.Keep(PlainText.Of($"{logs.Name}: {formatter(state, exception)}{(exception is null ? string.Empty : $" {exception.Message}")}"));
        }
    }

    private string Name => name;
}
