using OpenGradient.Cli.Up.Local;
using Spectre.Console;

namespace OpenGradient.Cli.Up;

/// <summary>All that one <c>og up</c> started, and a folder for what it keeps. Disposing it stops all of it, the last one first, and removes the folder.</summary>
internal sealed class UpRun : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("og-up-").FullName;
    private readonly Stack<object> _owned = new();
    private readonly List<NodeLogs> _logs = [];

    /// <summary>A folder of its own, made here.</summary>
    public string PathOf(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    public T Own<T>(T owned)
        where T : class
    {
        _owned.Push(owned);
        return owned;
    }

    public NodeLogs LogsOf(string node)
    {
        var logs = new NodeLogs(node);
        _logs.Add(logs);
        return logs;
    }

    /// <summary>What the nodes warned of.</summary>
    public void ShowLogs(IAnsiConsole console) => _logs.ForEach(logs => logs.Show(console));

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var owned))
        {
            if (owned is IAsyncDisposable slow)
                await slow.DisposeAsync();
            else
                (owned as IDisposable)?.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
