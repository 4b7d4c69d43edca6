using System.Collections.Immutable;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Measuring;

/// <summary>
/// What a model is asked to find its spread: what is given, and random inputs beside it. Floats are drawn; what numbers a type without fractions may hold (a
/// sample rate, the words of a vocabulary) no signature says, and a model that is asked nonsense has the spread of nonsense: those are taken from what is given.
/// </summary>
internal static class SpreadQuestions
{
    /// <exception cref="MeasurementException">There is nothing to ask, or nothing that would be worth asking.</exception>
    public static IReadOnlyList<ImmutableArray<Tensor>> Of(ModelSignature signature, IReadOnlyList<ImmutableArray<Tensor>> given, SpreadOptions options)
    {
        if (given.Count + options.RandomQuestions == 0)
            throw new MeasurementException("There is no input to run.");
        if (signature.Inputs.FirstOrDefault(input => !CanBeDrawn(input.DataType)) is not { } chosen)
            return [.. given, .. Seeds(options).Select(seed => RandomTensors.Draw(signature, rows: 1, options.OtherAxes, seed))];
        if (given.Count == 0)
        {
            throw new MeasurementException(
                $"The input {chosen} cannot be drawn at random: which numbers it takes, its type does not say. Inputs as they are asked are needed.");
        }

        return signature.Inputs.Any(input => SpreadComparison.IsFloat(input.DataType))
            ? [.. given, .. Seeds(options).Select(seed => RandomTensors.Redraw(given[(int)((seed - 1) % (ulong)given.Count)], seed))]
            : given;
    }

    private static IEnumerable<ulong> Seeds(SpreadOptions options) => Enumerable.Range(1, options.RandomQuestions).Select(i => (ulong)i);

    private static bool CanBeDrawn(DataType dataType) => SpreadComparison.IsFloat(dataType) || dataType == DataType.Bool;
}
