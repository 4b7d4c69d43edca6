using System.Text.Json;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>Holds what came over one subscription until it is taken; bounded, and never silent about what it drops.</summary>
internal sealed class SubscriptionBuffer<T>(int limit, RpcResultReader<T> read) : ISubscriptionSink
{
    private const int MaxDepth = 32;

    private readonly Lock _gate = new();
    private readonly Queue<SubscriptionItem<T>> _items = new();
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Why nothing will come any more; null while something may.</summary>
    public RpcError? Lost { get; private set; }

    public void Receive(ReadOnlySpan<byte> result) => Add(Read(result));

    public void Lose(RpcError reason)
    {
        lock (_gate)
        {
            Lost ??= reason;
            _change.TrySetResult();
        }
    }

    /// <summary>Takes the next item if there is one; otherwise gives what to wait for.</summary>
    public bool TryTake(out SubscriptionItem<T>? item, out Task change)
    {
        lock (_gate)
        {
            if (_items.TryDequeue(out item))
            {
                change = Task.CompletedTask;
                return true;
            }

            if (Lost is null && _change.Task.IsCompleted)
                _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            change = _change.Task;
            return false;
        }
    }

    private void Add(SubscriptionItem<T> item)
    {
        lock (_gate)
        {
            if (_items.Count == limit)
            {
                _items.Clear();
                _items.Enqueue(new SubscriptionItem<T>.Gap(GapCause.Overflowed, $"More than {limit} values waited."));

                // With room for one only, the news that values are missing matters more than the value.
                if (limit == 1)
                    return;
            }

            _items.Enqueue(item);
            _change.TrySetResult();
        }
    }

    private SubscriptionItem<T> Read(ReadOnlySpan<byte> result)
    {
        var reader = new Utf8JsonReader(result, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            return new SubscriptionItem<T>.Value(read(ref reader));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            return new SubscriptionItem<T>.Gap(GapCause.Unreadable, RpcText.Shortened(fault.Message));
        }
    }
}
