using System.Buffers.Binary;
using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Backends.Onnx;

/// <summary>
/// Shows by trial that rows do not mix: the first axis of a recurrent model's input may be time, and joining two questions along it would let one
/// requester's input change another's answer. Where the trial shows nothing, questions are not joined.
/// </summary>
internal static class BatchTrial
{
    private const int Rows = 4;
    private const uint OtherAxes = 2;
    private const float Slack = 1e-4f;

    /// <param name="session">The model.</param>
    /// <param name="signature">Its signature.</param>
    /// <param name="limit">Ends the trial, which then shows nothing.</param>
    public static bool Holds(OnnxSession session, ModelSignature signature, CancellationToken limit)
    {
        if (!Batching.IsPossible(signature))
            return false;

        var questions = Enumerable.Range(1, Rows).Select(row => RandomTensors.Draw(signature, rows: 1, OtherAxes, (ulong)row)).ToList();
        using var options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var atLimit = limit.UnsafeRegister(_ => options.Terminate = true, null);
        try
        {
            var alone = questions.ConvertAll(question => session.Run(question, options));
            var together = session.Run(Batching.Join(questions), options);
            return Batching.TrySplit(together, [.. Enumerable.Repeat(1U, Rows)], out var split)
                && alone.Zip(split).All(pair => AreClose(pair.First, pair.Second))
                // Where all rows have one answer, mixing them would not show.
                && alone.Skip(1).Any(answer => !AreClose(alone[0], answer));
        }
        catch (Exception error) when (error is OnnxRuntimeException or OnnxSessionException)
        {
            return false;
        }
    }

    private static bool AreClose(ImmutableArray<Tensor> left, ImmutableArray<Tensor> right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            var (a, b) = (left[i], right[i]);
            if (!a.Dims.AsSpan().SequenceEqual(b.Dims.AsSpan()))
                return false;
            if (a.DataType != DataType.Float)
            {
                if (!a.Data.Span.SequenceEqual(b.Data.Span))
                    return false;
                continue;
            }

            for (var at = 0; at < a.Data.Length; at += sizeof(float))
            {
                var x = BinaryPrimitives.ReadSingleLittleEndian(a.Data.Span[at..]);
                var y = BinaryPrimitives.ReadSingleLittleEndian(b.Data.Span[at..]);
                if (!(MathF.Abs(x - y) <= Slack * (1 + MathF.Abs(y))))
                    return false;
            }
        }

        return true;
    }
}
