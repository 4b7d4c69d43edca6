namespace OpenGradient.Samples.Training;

/// <summary>Layers in a row. It answers and learns one sample at a time, so that nothing depends on how work is divided.</summary>
internal sealed class Network
{
    private readonly float[][] _values;
    private readonly float[][] _gradients;

    public Network(params IReadOnlyList<ILayer> layers)
    {
        Layers = layers;
        _values = [.. layers.Select(layer => new float[layer.Outputs])];
        _gradients = [.. layers.Select(layer => new float[layer.Outputs])];
        Parameters = [.. layers.SelectMany(layer => layer.Parameters)];
    }

    public IReadOnlyList<ILayer> Layers { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public int ParameterCount => Parameters.Sum(parameter => parameter.Values.Length);

    /// <summary>What the network answers; valid until it answers again.</summary>
    public ReadOnlySpan<float> Answer(ReadOnlySpan<float> input)
    {
        for (var i = 0; i < Layers.Count; i++)
            Layers[i].Forward(i == 0 ? input : _values[i - 1], _values[i]);
        return _values[^1];
    }

    /// <summary>Adds one sample's gradient to that of the parameters.</summary>
    /// <param name="input">The sample, already answered.</param>
    /// <param name="outputGradient">The loss's gradient by the answer.</param>
    public void Learn(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient)
    {
        outputGradient.CopyTo(_gradients[^1]);
        for (var i = Layers.Count - 1; i >= 0; i--)
            Layers[i].Backward(i == 0 ? input : _values[i - 1], _values[i], _gradients[i], i == 0 ? [] : _gradients[i - 1]);
    }
}
