using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.ML.OnnxRuntime;
using Tensor = OpenGradient.Inference.Tensors.Tensor;

namespace OpenGradient.Inference.Backends.Onnx;

/// <summary>
/// Answers the questions put to one loaded model: some wait, a few run at once, and those that can are joined. Answers are judged by whoever asked.
/// </summary>
internal sealed class OnnxWorker : IAsyncDisposable
{
    private readonly OnnxSession _session;
    private readonly OnnxBackendOptions _options;
    private readonly RunSlots _slots;
    private readonly TimeProvider _time;
    private readonly Channel<Question> _waiting;
    private readonly Lock _collecting = new();
    private readonly Task[] _loops;

    public OnnxWorker(OnnxSession session, bool canBatch, OnnxBackendOptions options, RunSlots slots, TimeProvider time)
    {
        _session = session;
        _options = options;
        _slots = slots;
        _time = time;
        CanBatch = canBatch && options.MaxBatch > 1;
        _waiting = Channel.CreateBounded<Question>(options.MaxWaiting);
        _loops = [.. Enumerable.Range(0, options.MaxConcurrentRuns).Select(_ => Task.Run(LoopAsync))];
    }

    /// <summary>Whether questions are joined.</summary>
    public bool CanBatch { get; }

    /// <summary>Asks. The inputs are in the signature's order and fit it.</summary>
    public async Task<RunOutcome> AskAsync(ImmutableArray<Tensor> inputs, CancellationToken cancellationToken)
    {
        var question = new Question(inputs, cancellationToken);
        if (!_waiting.Writer.TryWrite(question))
            return new RunOutcome.Failed(UnavailableReason.Busy, IsRetryable: true, $"{_options.MaxWaiting} questions wait already.");
        await using (cancellationToken.UnsafeRegister(static (state, token) => ((Question)state!).Answer.TrySetCanceled(token), question))
            return await question.Answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await Task.WhenAll(_loops);
        _session.Dispose();
    }

    private async Task LoopAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync())
        {
            await _slots.WaitAsync();
            try
            {
                var batch = Collect([]);
                if (batch.Count > 0 && CanBatch && _options.BatchWaitMs > 0 && RowsOf(batch) < _options.MaxBatch)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(_options.BatchWaitMs), _time);
                    batch = Collect(batch);
                }

                Answer(batch);
            }
            finally
            {
                _slots.Release();
            }
        }
    }

    // Questions in the order of arrival: one that cannot join those before it begins the next run.
    private List<Question> Collect(List<Question> batch)
    {
        lock (_collecting)
        {
            while (_waiting.Reader.TryPeek(out var next))
            {
                if (!next.Answer.Task.IsCompleted && batch.Count > 0 && !CanJoin(batch, next))
                    return batch;
                _waiting.Reader.TryRead(out _);
                if (!next.Answer.Task.IsCompleted)
                    batch.Add(next);
            }

            return batch;
        }
    }

    private bool CanJoin(List<Question> batch, Question next)
    {
        if (!CanBatch || !Batching.AreAlike(batch[0].Inputs, next.Inputs))
            return false;
        var rows = Batching.RowsOf(next.Inputs);
        return rows > 0 && Batching.RowsOf(batch[0].Inputs) > 0 && RowsOf(batch) + rows <= _options.MaxBatch;
    }

    private static long RowsOf(List<Question> batch) => batch.Sum(question => (long)Batching.RowsOf(question.Inputs));

    private void Answer(List<Question> batch)
    {
        if (batch.Count == 0)
            return;
        var outcome = Run(batch);
        if (batch.Count == 1)
        {
            batch[0].Answer.TrySetResult(outcome);
            return;
        }

        if (outcome is RunOutcome.Done(var outputs)
            && Batching.TrySplit(outputs, [.. batch.Select(question => Batching.RowsOf(question.Inputs))], out var answers))
        {
            for (var i = 0; i < batch.Count; i++)
                batch[i].Answer.TrySetResult(new RunOutcome.Done(answers[i]));
            return;
        }

        // One of them may be to blame: each stands for itself then.
        foreach (var question in batch.Where(question => !question.Answer.Task.IsCompleted))
            question.Answer.TrySetResult(Run([question]));
    }

    private RunOutcome Run(List<Question> batch)
    {
        _slots.Count();
        using var options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(_options.RunLimitMs), _time);
        var timedOut = new RunOutcome.Failed(UnavailableReason.TimedOut, IsRetryable: true, $"The run took longer than {_options.RunLimitMs} ms.");
        // The runtime ends between two operators, not within one. Who asked is answered at the limit; the place is free when the run is over.
        using var atLimit = limit.Token.UnsafeRegister(
            _ =>
            {
                options.Terminate = true;
                batch.ForEach(question => question.Answer.TrySetResult(timedOut));
            },
            null);
        // What nobody waits for any more ends early.
        using var atCancel = batch.Count == 1 ? batch[0].Token.UnsafeRegister(_ => options.Terminate = true, null) : default;
        try
        {
            return new RunOutcome.Done(_session.Run(Batching.Join([.. batch.Select(question => question.Inputs)]), options));
        }
        catch (OnnxSessionException error)
        {
            return new RunOutcome.Failed(error.Reason, IsRetryable: false, error.Message);
        }
        catch (OnnxRuntimeException) when (limit.IsCancellationRequested)
        {
            return timedOut;
        }
        catch (OnnxRuntimeException error)
        {
            return new RunOutcome.Failed(UnavailableReason.RuntimeFailed, IsRetryable: false, OnnxText.Clean(error.Message));
        }
        catch (Exception error)
        {
            // Out of memory, say. The loop goes on, and who asked must not wait for ever.
            return new RunOutcome.Failed(UnavailableReason.RuntimeFailed, IsRetryable: true, OnnxText.Clean($"{error.GetType().Name}: {error.Message}"));
        }
    }

    private sealed record Question(ImmutableArray<Tensor> Inputs, CancellationToken Token)
    {
        public TaskCompletionSource<RunOutcome> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>What came of a run.</summary>
internal abstract record RunOutcome
{
    private RunOutcome()
    {
    }

    public sealed record Done(ImmutableArray<Tensor> Outputs) : RunOutcome;

    public sealed record Failed(UnavailableReason Reason, bool IsRetryable, string Detail) : RunOutcome;
}
