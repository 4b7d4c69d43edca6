using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;

namespace OpenGradient.Ethereum.Tests.Following.Simulation;

/// <summary>
/// Which random histories a property is tried by: the same ones each time, and some that nobody has seen. What fails among those says how it comes again.
/// </summary>
/// <param name="kept">The same each time.</param>
/// <param name="fresh">How many others there are.</param>
internal sealed class HistoryRuns(Config kept, int fresh)
{
    /// <summary>How many fresh histories to look for trouble in, and in nothing else.</summary>
    public const string SoakVariable = "SOAK_HISTORIES";

    /// <summary>Fresh histories that failed, to be lived through again, and nothing else: as the failure named them.</summary>
    public const string SeedVariable = "HISTORY_SEED";

    /// <summary>Where the variables are read.</summary>
    public Func<string, string?> Variables { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Tries a property by all of them.</summary>
    public void Check<T>(Arbitrary<T> histories, Func<T, Task> live)
    {
        var property = Prop.ForAll(histories, history => live(history).GetAwaiter().GetResult());
        if (Variables(SeedVariable) is { Length: > 0 } seed)
        {
            CheckFresh(property, Seed.Parse(seed));
        }
        else if (Variables(SoakVariable) is { Length: > 0 } many)
        {
            CheckFresh(property, Seed.Draw(int.Parse(many, CultureInfo.InvariantCulture)));
        }
        else
        {
            property.Check(kept);
            CheckFresh(property, Seed.Draw(fresh));
        }
    }

    private void CheckFresh(Property property, Seed seed)
    {
        try
        {
            property.Check(kept.WithMaxTest(seed.Histories).WithReplay(seed.State, seed.Gamma));
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Nobody had seen this history; it comes again with {SeedVariable}={seed}. {failure.Message}", failure);
        }
    }

    // How large histories are goes by how many there are: the same seed makes the same ones only where there are as many.
    private sealed record Seed(ulong State, ulong Gamma, int Histories)
    {
        public static Seed Draw(int histories)
        {
            var drawn = RandomNumberGenerator.GetBytes(2 * sizeof(ulong));
            // The generator's step is odd.
            return new Seed(BinaryPrimitives.ReadUInt64LittleEndian(drawn), BinaryPrimitives.ReadUInt64LittleEndian(drawn.AsSpan(sizeof(ulong))) | 1, histories);
        }

        public static Seed Parse(string text) =>
            text.Split(',') is [var state, var gamma, var histories]
                ? new Seed(ulong.Parse(state, CultureInfo.InvariantCulture), ulong.Parse(gamma, CultureInfo.InvariantCulture), int.Parse(histories, CultureInfo.InvariantCulture))
                : throw new FormatException($"{SeedVariable} is three numbers with commas between them, as a failure names them, and not '{text}'.");

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{State},{Gamma},{Histories}");
    }
}
