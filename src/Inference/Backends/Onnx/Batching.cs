using System.Collections.Immutable;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Backends.Onnx;

/// <summary>When questions can be answered in one run, and how they are joined and their answers taken apart: pure functions of shapes and bytes.</summary>
internal static class Batching
{
    /// <summary>
    /// Whether a model may have a batch axis: the first axis of all inputs and outputs is dynamic and has one name. That it really is one,
    /// and rows do not mix, only a trial can show.
    /// </summary>
    public static bool IsPossible(ModelSignature signature)
    {
        var all = signature.Inputs.AddRange(signature.Outputs);
        return all.All(tensor => tensor.HasRank && tensor.Axes.Length > 0 && tensor.Axes[0].IsDynamic && tensor.Axes[0].Symbol is not null)
            && all.Select(tensor => tensor.Axes[0].Symbol).Distinct(StringComparer.Ordinal).Count() == 1;
    }

    /// <summary>How many rows a question has; zero where its inputs do not agree on it.</summary>
    public static uint RowsOf(ImmutableArray<Tensor> inputs)
    {
        var rows = inputs[0].Dims[0];
        return inputs.All(input => input.Dims[0] == rows) ? rows : 0;
    }

    /// <summary>Whether two questions differ in their rows only.</summary>
    public static bool AreAlike(ImmutableArray<Tensor> left, ImmutableArray<Tensor> right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            if (!left[i].Dims.AsSpan(1..).SequenceEqual(right[i].Dims.AsSpan(1..)))
                return false;
        }

        return true;
    }

    /// <summary>One question of all rows, in order.</summary>
    public static ImmutableArray<Tensor> Join(IReadOnlyList<ImmutableArray<Tensor>> questions)
    {
        if (questions.Count == 1)
            return questions[0];
        var rows = (uint)questions.Sum(question => RowsOf(question));
        return [.. questions[0].Select((first, i) => first with
        {
            Dims = first.Dims.SetItem(0, rows),
            Data = Concatenate([.. questions.Select(question => question[i].Data)]),
        })];
    }

    /// <summary>Takes answers apart again; false where an output has not as many rows as were asked.</summary>
    public static bool TrySplit(ImmutableArray<Tensor> outputs, IReadOnlyList<uint> rows, out ImmutableArray<ImmutableArray<Tensor>> answers)
    {
        var total = (uint)rows.Sum(count => count);
        answers = [];
        if (outputs.Any(output => output.Dims.Length == 0 || output.Dims[0] != total))
            return false;

        var builder = ImmutableArray.CreateBuilder<ImmutableArray<Tensor>>(rows.Count);
        var start = 0L;
        foreach (var count in rows)
        {
            var first = start;
            builder.Add([.. outputs.Select(output =>
            {
                var rowBytes = output.Data.Length / total;
                return output with { Dims = output.Dims.SetItem(0, count), Data = output.Data.Slice((int)(first * rowBytes), (int)(count * rowBytes)) };
            })]);
            start += count;
        }

        answers = builder.MoveToImmutable();
        return true;
    }

    private static byte[] Concatenate(ReadOnlyMemory<byte>[] parts)
    {
        var joined = new byte[parts.Sum(part => (long)part.Length)];
        var rest = joined.AsSpan();
        foreach (var part in parts)
        {
            part.Span.CopyTo(rest);
            rest = rest[part.Length..];
        }

        return joined;
    }
}
