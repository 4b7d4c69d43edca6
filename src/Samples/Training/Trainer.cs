namespace OpenGradient.Samples.Training;

/// <summary>How long, how fast and from which seed a network is trained.</summary>
internal sealed record TrainingPlan(int Epochs, int BatchSize, float Rate, float WeightDecay, ulong Seed);

/// <summary>What was reached after an epoch.</summary>
public sealed record TrainingProgress(string Model, int Epoch, int Epochs, double Loss);

/// <summary>Trains networks: every epoch all samples in another order, the rate falling to nothing in a straight line.</summary>
internal static class Trainer
{
    /// <summary>Writes the loss's gradient by the answer, and gives the loss.</summary>
    public delegate double Judge(ReadOnlySpan<float> answer, int sample, Span<float> gradient);

    /// <summary>Writes a sample's input, varied by chance where that helps.</summary>
    public delegate void Show(int sample, DeterministicRandom random, Span<float> input);

    public static void Train(
        Network network, int samples, Show show, Judge judge, TrainingPlan plan, string model, IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        var random = new DeterministicRandom(plan.Seed);
        var optimizer = new AdamOptimizer(network.Parameters, plan.WeightDecay);
        int[] order = [.. Enumerable.Range(0, samples)];
        var input = new float[network.Layers[0].Inputs];
        var gradient = new float[network.Layers[^1].Outputs];
        var steps = (long)plan.Epochs * ((samples + plan.BatchSize - 1) / plan.BatchSize);
        var step = 0L;
        for (var epoch = 1; epoch <= plan.Epochs; epoch++)
        {
            random.Shuffle(order);
            var loss = 0.0;
            for (var start = 0; start < samples; start += plan.BatchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var batch = order.AsSpan(start, Math.Min(plan.BatchSize, samples - start));
                foreach (var sample in batch)
                {
                    show(sample, random, input);
                    loss += judge(network.Answer(input), sample, gradient);
                    network.Learn(input, gradient);
                }

                optimizer.Step(plan.Rate * (1 - ((float)step++ / steps)), batch.Length);
            }

            progress?.Report(new TrainingProgress(model, epoch, plan.Epochs, loss / samples));
        }
    }

    /// <summary>Cross-entropy of a softmax, for one right class.</summary>
    public static double JudgeClass(ReadOnlySpan<float> answer, int right, Span<float> gradient)
    {
        var greatest = answer[0];
        foreach (var value in answer)
            greatest = MathF.Max(greatest, value);
        var sum = 0f;
        for (var i = 0; i < answer.Length; i++)
            sum += gradient[i] = Kernels.Exp(answer[i] - greatest);
        for (var i = 0; i < answer.Length; i++)
            gradient[i] /= sum;
        // Shown to people only, and no part of what is learnt: the platform's logarithm may do.
        var loss = -Math.Log(Math.Max(gradient[right], 1e-30f));
        gradient[right] -= 1;
        return loss;
    }

    /// <summary>Half the squared distance.</summary>
    public static double JudgeDistance(ReadOnlySpan<float> answer, ReadOnlySpan<float> right, Span<float> gradient)
    {
        var loss = 0.0;
        for (var i = 0; i < answer.Length; i++)
        {
            gradient[i] = answer[i] - right[i];
            loss += 0.5 * gradient[i] * gradient[i];
        }

        return loss;
    }
}
