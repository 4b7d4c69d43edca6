namespace OpenGradient.Samples.Training;

/// <summary>3 × 3 pixels of all channels, with a border of zeros, so that the picture keeps its size.</summary>
internal sealed class ConvolutionLayer : ILayer
{
    private const int Reach = 1;
    private const int Window = (2 * Reach) + 1;

    private readonly int _channels;
    private readonly int _side;
    private readonly int _taps;
    private readonly float[] _unfolded;
    private readonly float[] _unfoldedGradient;

    public ConvolutionLayer(int channels, int filters, int side, DeterministicRandom random)
    {
        _channels = channels;
        _side = side;
        _taps = channels * Window * Window;
        Filters = filters;
        Weights = new Parameter(filters * _taps).Draw(random, _taps);
        Biases = new Parameter(filters);
        _unfolded = new float[_taps * side * side];
        _unfoldedGradient = new float[_unfolded.Length];
    }

    public int Filters { get; }

    public int Inputs => _channels * Pixels;

    public int Outputs => Filters * Pixels;

    /// <summary>filters × channels × 3 × 3, as ONNX's Conv has them.</summary>
    public Parameter Weights { get; }

    public Parameter Biases { get; }

    public IReadOnlyList<Parameter> Parameters => [Weights, Biases];

    private int Pixels => _side * _side;

    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        Unfold(input);
        for (var filter = 0; filter < Filters; filter++)
        {
            var plane = output.Slice(filter * Pixels, Pixels);
            plane.Fill(Biases.Values[filter]);
            for (var tap = 0; tap < _taps; tap++)
                Kernels.AddScaled(Weights.Values[(filter * _taps) + tap], _unfolded.AsSpan(tap * Pixels, Pixels), plane);
        }
    }

    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        Unfold(input);
        Array.Clear(_unfoldedGradient);
        for (var filter = 0; filter < Filters; filter++)
        {
            var plane = outputGradient.Slice(filter * Pixels, Pixels);
            foreach (var value in plane)
                Biases.Gradient[filter] += value;
            for (var tap = 0; tap < _taps; tap++)
            {
                Weights.Gradient[(filter * _taps) + tap] += Kernels.Dot(plane, _unfolded.AsSpan(tap * Pixels, Pixels));
                if (!inputGradient.IsEmpty)
                    Kernels.AddScaled(Weights.Values[(filter * _taps) + tap], plane, _unfoldedGradient.AsSpan(tap * Pixels, Pixels));
            }
        }

        if (!inputGradient.IsEmpty)
            Fold(inputGradient);
    }

    // A plane for each tap: the picture moved so that the tap's pixel stands where the result will.
    private void Unfold(ReadOnlySpan<float> input)
    {
        for (var tap = 0; tap < _taps; tap++)
        {
            var (channel, rowShift, columnShift) = Place(tap);
            var plane = _unfolded.AsSpan(tap * Pixels, Pixels);
            plane.Clear();
            for (var row = Math.Max(0, -rowShift); row < Math.Min(_side, _side - rowShift); row++)
            {
                var source = input.Slice((channel * Pixels) + ((row + rowShift) * _side), _side);
                var target = plane.Slice(row * _side, _side);
                source[Math.Max(0, columnShift)..(_side + Math.Min(0, columnShift))].CopyTo(target[Math.Max(0, -columnShift)..]);
            }
        }
    }

    private void Fold(Span<float> inputGradient)
    {
        inputGradient.Clear();
        for (var tap = 0; tap < _taps; tap++)
        {
            var (channel, rowShift, columnShift) = Place(tap);
            var plane = _unfoldedGradient.AsSpan(tap * Pixels, Pixels);
            for (var row = Math.Max(0, -rowShift); row < Math.Min(_side, _side - rowShift); row++)
            {
                var target = inputGradient.Slice((channel * Pixels) + ((row + rowShift) * _side), _side);
                var length = _side - Math.Abs(columnShift);
                var source = plane.Slice((row * _side) + Math.Max(0, -columnShift), length);
                Kernels.AddScaled(1, source, target.Slice(Math.Max(0, columnShift), length));
            }
        }
    }

    private static (int Channel, int RowShift, int ColumnShift) Place(int tap) =>
        (tap / (Window * Window), (tap / Window % Window) - Reach, (tap % Window) - Reach);
}
