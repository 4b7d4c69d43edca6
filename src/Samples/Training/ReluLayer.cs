namespace OpenGradient.Samples.Training;

/// <summary>max(0, x).</summary>
internal sealed class ReluLayer(int size) : ILayer
{
    public int Inputs => size;

    public int Outputs => size;

    public IReadOnlyList<Parameter> Parameters => [];

    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        for (var i = 0; i < size; i++)
            output[i] = input[i] > 0 ? input[i] : 0;
    }

    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        for (var i = 0; i < size && !inputGradient.IsEmpty; i++)
            inputGradient[i] = input[i] > 0 ? outputGradient[i] : 0;
    }
}
