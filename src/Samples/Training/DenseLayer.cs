namespace OpenGradient.Samples.Training;

/// <summary>output = input × weights + biases. A row of weights belongs to an input, so that inputs of zero, which most of a digit is, cost nothing.</summary>
internal sealed class DenseLayer : ILayer
{
    public DenseLayer(int inputs, int outputs, DeterministicRandom random)
    {
        Inputs = inputs;
        Outputs = outputs;
        Weights = new Parameter(inputs * outputs).Draw(random, inputs);
        Biases = new Parameter(outputs);
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>inputs × outputs.</summary>
    public Parameter Weights { get; }

    public Parameter Biases { get; }

    public IReadOnlyList<Parameter> Parameters => [Weights, Biases];

    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        Biases.Values.CopyTo(output);
        for (var i = 0; i < Inputs; i++)
        {
            if (input[i] != 0)
                Kernels.AddScaled(input[i], Weights.Values.AsSpan(i * Outputs, Outputs), output);
        }
    }

    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        Kernels.AddScaled(1, outputGradient, Biases.Gradient);
        for (var i = 0; i < Inputs; i++)
        {
            if (input[i] != 0)
                Kernels.AddScaled(input[i], outputGradient, Weights.Gradient.AsSpan(i * Outputs, Outputs));
            if (!inputGradient.IsEmpty)
                inputGradient[i] = Kernels.Dot(Weights.Values.AsSpan(i * Outputs, Outputs), outputGradient);
        }
    }
}
