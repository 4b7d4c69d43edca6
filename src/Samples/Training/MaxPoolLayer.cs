namespace OpenGradient.Samples.Training;

/// <summary>The greatest of each 2 × 2 pixels.</summary>
internal sealed class MaxPoolLayer(int channels, int side) : ILayer
{
    private readonly int _half = side / 2;

    public int Inputs => channels * side * side;

    public int Outputs => channels * _half * _half;

    public IReadOnlyList<Parameter> Parameters => [];

    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        for (var i = 0; i < Outputs; i++)
            output[i] = input[GreatestOf(input, i)];
    }

    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        inputGradient.Clear();
        for (var i = 0; i < Outputs && !inputGradient.IsEmpty; i++)
            inputGradient[GreatestOf(input, i)] += outputGradient[i];
    }

    private int GreatestOf(ReadOnlySpan<float> input, int pixel)
    {
        var (channel, rest) = Math.DivRem(pixel, _half * _half);
        var (row, column) = Math.DivRem(rest, _half);
        var first = (channel * side * side) + (2 * row * side) + (2 * column);
        var greatest = first;
        foreach (var other in (ReadOnlySpan<int>)[first + 1, first + side, first + side + 1])
        {
            if (input[other] > input[greatest])
                greatest = other;
        }

        return greatest;
    }
}
