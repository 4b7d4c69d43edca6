using OpenGradient.Inference.Integer;
using OpenGradient.Samples.Data;
using OpenGradient.Samples.Export;
using OpenGradient.Samples.Training;

namespace OpenGradient.Samples.Models;

/// <summary>
/// Forecasts volatility from the last 16 hourly returns: of the next hour, and on the mean over the next 5 and 24. It is what the contract VolatilityFeeAmm
/// asks: returns as fractions (0.01 is 1 %), the answer a standard deviation as a fraction.
/// </summary>
internal static class Volatility
{
    public const string Name = "volatility";
    public const int TrainingCount = 60_000;
    public const int HeldOutCount = 10_000;
    public const ulong TrainingSeed = 1;
    public const ulong HeldOutSeed = 2;

    /// <summary>The integer form takes a return as a byte: sixteenths of a percent, 128 is none.</summary>
    public static readonly ByteInputs Bytes = new(Scale: 1.0 / 16, ZeroPoint: 128);

    private const float PercentPerOne = 100;

    private static readonly TrainingPlan Plan = new(Epochs: 20, BatchSize: 64, Rate: 2e-3f, WeightDecay: 0, Seed: 16_64_32_3);

    public static Network Train(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var samples = GarchSeries.Draw(TrainingCount, TrainingSeed);
        var random = new DeterministicRandom(Plan.Seed);
        var network = new Network(
            new DenseLayer(GarchSeries.Window, 64, random), new ReluLayer(64), new DenseLayer(64, 32, random), new ReluLayer(32),
            new DenseLayer(32, GarchSeries.Horizons.Length, random));
        Trainer.Train(
            network, samples.Count,
            // What falls as much as it rises: a market with the signs turned is as good a sample.
            (sample, chance, input) =>
            {
                var sign = chance.Next(2) == 0 ? 1 : -1;
                for (var i = 0; i < input.Length; i++)
                    input[i] = sign * samples[sample].Returns[i];
            },
            (answer, sample, gradient) => Trainer.JudgeDistance(answer, samples[sample].Volatility, gradient),
            Plan, Name, progress, cancellationToken);
        return network;
    }

    /// <summary>
    /// Input "returns", FLOAT [batch, 16]; outputs "forecasts", FLOAT [batch, 3], and "volatility", FLOAT [batch, 1], the first of them.
    /// </summary>
    public static byte[] Export(Network network) => DenseExport.AddLayers(
            new OnnxGraph(Name).Input("returns", GarchSeries.Window), DenseExport.ToLayers(network, PercentPerOne, 1 / PercentPerOne), "returns", "forecasts")
        .Constant("first", 0).Constant("second", 1).Constant("columns", 1)
        .Node("Slice", ["forecasts", "first", "second", "columns"], "volatility")
        .Output("forecasts", GarchSeries.Horizons.Length)
        .Output("volatility", 1)
        .ToArray();

    /// <summary>Takes returns as bytes; the outputs times their scale are percent.</summary>
    public static QuantisedMlp Quantise(Network network) => Quantiser.Quantise(
        DenseExport.ToLayers(network, inputScale: 1, outputScale: 1),
        Bytes,
        [.. GarchSeries.Draw(TrainingCount, TrainingSeed).Select(sample => (ReadOnlyMemory<byte>)ToBytes(sample.Returns))],
        // As fine as accumulators of three bytes allow.
        new QuantiserOptions { ActivationLevels = 511, WeightBits = 10 });

    public static byte[] ToBytes(ReadOnlySpan<float> percents)
    {
        var bytes = new byte[percents.Length];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = Bytes.Quantise(percents[i]);
        return bytes;
    }
}
