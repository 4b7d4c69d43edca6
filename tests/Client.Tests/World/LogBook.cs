using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OpenGradient.Client.Tests.World;

/// <summary>Keeps everything that is logged, at every level: the text, and each field by itself.</summary>
internal sealed class LogBook : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("There is one book.");

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        _lines.Enqueue($"scope {state}");
        return null;
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var fields = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : string.Empty;
        _lines.Enqueue($"{formatter(state, exception)} | {fields} | {exception}");
    }

    public void Dispose()
    {
    }
}
