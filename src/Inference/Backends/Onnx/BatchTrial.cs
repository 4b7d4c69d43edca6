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

        var questions = Enumerable.Range(1, Rows).Select(row => Question(signature, (uint)row)).ToList();
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

    private static ImmutableArray<Tensor> Question(ModelSignature signature, uint row) =>
        [.. signature.Inputs.Select((input, i) => Fill(input, (row * 0x9e37_79b9u) + (uint)i))];

    // Numbers between 0 and 1 for floats, 0 and 1 for all others: models take those as a rule.
    private static Tensor Fill(TensorSignature input, uint seed)
    {
        ImmutableArray<uint> dims = [1, .. input.Axes.Skip(1).Select(axis => axis.IsDynamic ? OtherAxes : axis.Size)];
        var size = input.DataType.SizeInBytes();
        var count = dims.Aggregate(1L, (product, dim) => product * dim);
        var data = new byte[count * size];
        var state = seed | 1;
        for (var at = 0; at < data.Length; at += size)
        {
            unchecked
            {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
            }

            var bytes = data.AsSpan(at, size);
            var unit = (state >> 8) / (float)(1 << 24);
            switch (input.DataType)
            {
                case DataType.Float:
                    BinaryPrimitives.WriteSingleLittleEndian(bytes, unit);
                    break;
                case DataType.Double:
                    BinaryPrimitives.WriteDoubleLittleEndian(bytes, unit);
                    break;
                case DataType.Float16:
                    BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)unit);
                    break;
                case DataType.Bfloat16:
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(BitConverter.SingleToUInt32Bits(unit) >> 16));
                    break;
                default:
                    bytes[0] = (byte)(unit < 0.5f ? 0 : 1);
                    break;
            }
        }

        return new Tensor(input.Name, input.DataType, dims, data);
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
