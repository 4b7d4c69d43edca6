using OpenGradient.Inference.Integer;
using OpenGradient.Samples.Data;
using OpenGradient.Samples.Models;
using OpenGradient.Samples.Training;

namespace OpenGradient.Samples;

/// <summary>How good the samples are, on data that they have not seen.</summary>
internal static class SampleScores
{
    /// <summary>The part of the digits that is read right.</summary>
    public static double Accuracy(Network network, IReadOnlyList<Digit> digits)
    {
        var input = new float[DigitData.Pixels];
        return Accuracy(digits, digit =>
        {
            DigitData.Show(digit.Pixels.Span, input);
            return DigitsMlp.LabelOf(network.Answer(input));
        });
    }

    public static double Accuracy(IntegerModel model, IReadOnlyList<Digit> digits) =>
        Accuracy(digits, digit => DigitsMlp.LabelOf([.. IntegerExecutor.Run(model, digit.Pixels.Span).Select(logit => (float)logit)]));

    /// <summary>
    /// Errors against the true volatility of each horizon: of the network, of its integer form, of the standard deviation of the last returns; and how far
    /// the integer form is from the network at the most, and on the mean.
    /// </summary>
    /// <param name="answers">What the network answers, in percent.</param>
    /// <param name="model">The integer form.</param>
    /// <param name="samples">What both are asked.</param>
    public static SortedDictionary<string, double> Volatility(
        Func<VolatilitySample, IReadOnlyList<float>> answers, IntegerModel model, IReadOnlyList<VolatilitySample> samples)
    {
        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var scale = model.Descriptor.OutputScale;
        var furthest = 0.0;
        var distances = 0.0;
        for (var i = 0; i < GarchSeries.Horizons.Length; i++)
        {
            var (ofNetwork, ofInteger, ofBaseline) = (0.0, 0.0, 0.0);
            foreach (var sample in samples)
            {
                var right = sample.Volatility[i];
                var answer = answers(sample)[i];
                var integer = IntegerExecutor.Run(model, Models.Volatility.ToBytes(sample.Returns))[i] * scale;
                ofNetwork += Square(answer - right);
                ofInteger += Square(integer - right);
                ofBaseline += Square(Math.Sqrt(sample.Returns.Sum(value => Square(value)) / sample.Returns.Length) - right);
                furthest = Math.Max(furthest, Math.Abs(integer - answer));
                distances += Math.Abs(integer - answer);
            }

            var hours = GarchSeries.Horizons[i];
            figures[$"error{hours}h"] = Math.Sqrt(ofNetwork / samples.Count);
            figures[$"error{hours}hInteger"] = Math.Sqrt(ofInteger / samples.Count);
            figures[$"error{hours}hBaseline"] = Math.Sqrt(ofBaseline / samples.Count);
        }

        figures["integerFurthest"] = furthest;
        figures["integerMeanDistance"] = distances / (samples.Count * GarchSeries.Horizons.Length);
        return figures;
    }

    private static double Accuracy(IReadOnlyList<Digit> digits, Func<Digit, int> read) =>
        (double)digits.Count(digit => read(digit) == digit.Label) / digits.Count;

    private static double Square(double value) => value * value;
}
