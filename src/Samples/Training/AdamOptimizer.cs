namespace OpenGradient.Samples.Training;

/// <summary>Adam (Kingma and Ba, 2015), with the decay of weights apart from the gradient (Loshchilov and Hutter, 2019).</summary>
internal sealed class AdamOptimizer(IReadOnlyList<Parameter> parameters, float weightDecay)
{
    private const float MeanKept = 0.9f;
    private const float SquareKept = 0.999f;
    private const float Floor = 1e-8f;

    private float _meanLeft = 1;
    private float _squareLeft = 1;

    /// <summary>Takes one step along the mean gradient of some samples, and clears it.</summary>
    public void Step(float rate, int samples)
    {
        _meanLeft *= MeanKept;
        _squareLeft *= SquareKept;
        var scale = 1f / samples;
        foreach (var parameter in parameters)
        {
            for (var i = 0; i < parameter.Values.Length; i++)
            {
                var gradient = parameter.Gradient[i] * scale;
                var mean = parameter.Mean[i] = (parameter.Mean[i] * MeanKept) + (gradient * (1 - MeanKept));
                var square = parameter.Square[i] = (parameter.Square[i] * SquareKept) + (gradient * gradient * (1 - SquareKept));
                var step = mean / (1 - _meanLeft) / (MathF.Sqrt(square / (1 - _squareLeft)) + Floor);
                parameter.Values[i] -= rate * (step + (weightDecay * parameter.Values[i]));
            }

            Array.Clear(parameter.Gradient);
        }
    }
}
