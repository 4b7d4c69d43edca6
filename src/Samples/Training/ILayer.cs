namespace OpenGradient.Samples.Training;

/// <summary>Numbers that training changes, with their gradient and what Adam remembers of it.</summary>
internal sealed class Parameter(int count)
{
    public float[] Values { get; } = new float[count];

    public float[] Gradient { get; } = new float[count];

    public float[] Mean { get; } = new float[count];

    public float[] Square { get; } = new float[count];

    /// <summary>Normal numbers with the spread that keeps the size of activations through ReLUs (He et al., 2015).</summary>
    public Parameter Draw(DeterministicRandom random, int fanIn)
    {
        var spread = Math.Sqrt(2.0 / fanIn);
        for (var i = 0; i < Values.Length; i++)
            Values[i] = (float)(random.NextNormal() * spread);
        return this;
    }
}

/// <summary>One step of a network, one sample at a time.</summary>
internal interface ILayer
{
    int Inputs { get; }

    int Outputs { get; }

    IReadOnlyList<Parameter> Parameters { get; }

    void Forward(ReadOnlySpan<float> input, Span<float> output);

    /// <summary>Adds to the gradients of the parameters, and writes that of the input where anyone wants it.</summary>
    /// <param name="input">What went in.</param>
    /// <param name="output">What came out.</param>
    /// <param name="outputGradient">The loss's gradient by the output.</param>
    /// <param name="inputGradient">The loss's gradient by the input, to be written; empty for the first layer.</param>
    void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient);
}
