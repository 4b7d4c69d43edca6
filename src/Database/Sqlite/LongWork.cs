using System.Diagnostics;

namespace OpenGradient.Database;

/// <summary>
/// SQLite works on the thread that asks. The pool grows by one or two a second: with as many long transactions as there are processors nobody else would
/// be heard meanwhile. For each that takes long the pool may have a thread more. While all are short it has no more threads than processors: more of them
/// would only take the processors from each other in the middle of a question.
/// </summary>
internal static class LongWork
{
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(200);
    private static readonly object Gate = new();
    private static readonly ManualResetEventSlim Pause = new();

    // When each that runs began, the earliest first.
    private static readonly LinkedList<long> Running = [];

    private static int _usual;
    private static volatile int _more;
    private static Thread? _watch;

    /// <summary>How many take long.</summary>
    public static int Count => _more;

    /// <summary>Counts a transaction until it is disposed of.</summary>
    public static Piece Begin()
    {
        lock (Gate)
        {
            if (_watch is null)
                Start();
            var place = Running.AddLast(Stopwatch.GetTimestamp());
            if (Running.Count == 1)
                Monitor.Pulse(Gate);
            return new Piece(place);
        }
    }

    private static void Start()
    {
        ThreadPool.GetMinThreads(out _usual, out _);
        // Not the pool's: it has to look while all of those are taken.
        _watch = new Thread(Watch) { IsBackground = true, Name = "long work" };
        _watch.Start();
    }

    private static void Watch()
    {
        while (true)
        {
            lock (Gate)
            {
                if (Running.Count == 0)
                {
                    Allow(0);
                    Monitor.Wait(Gate);
                }
            }

            Pause.Wait(Long);
            lock (Gate)
                Allow(Running.TakeWhile(static began => Stopwatch.GetElapsedTime(began) >= Long).Count());
        }
    }

    private static void Allow(int more)
    {
        if (more == _more)
            return;
        _more = more;
        ThreadPool.GetMinThreads(out _, out var completions);
        ThreadPool.SetMinThreads(_usual + more, completions);
    }

    private static void End(LinkedListNode<long> place)
    {
        lock (Gate)
            Running.Remove(place);
    }

    /// <summary>A transaction that runs.</summary>
    internal readonly struct Piece(LinkedListNode<long> place) : IDisposable
    {
        public void Dispose() => End(place);
    }
}
