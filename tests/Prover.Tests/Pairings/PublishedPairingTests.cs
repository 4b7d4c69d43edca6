using System.Text.Json;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Pairings;
using OpenGradient.Support;

namespace OpenGradient.Prover.Tests.Pairings;

/// <summary>The pairing and G₂ on vectors that others published; the file names their source.</summary>
public sealed class PublishedPairingTests
{
    private const int PairLength = G1Affine.ByteLength + G2Affine.ByteLength;

    public static TheoryData<string> Names { get; } = [.. Vectors().Select(vector => vector.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_published_product_of_pairings_is_what_was_published(string name)
    {
        var (_, input, holds) = Vectors().Single(vector => vector.Name == name);
        List<(G1Affine, PreparedG2)> pairs = [];
        for (var at = 0; at < input.Length; at += PairLength)
        {
            var second = input.AsSpan(at + G1Affine.ByteLength, G2Affine.ByteLength);
            Assert.True(G1Affine.TryRead(input.AsSpan(at), out var p));
            Assert.True(G2Affine.TryRead(second, out var q));
            Assert.Equal(second.ToArray(), q.ToBytes());
            pairs.Add((p, new PreparedG2(q)));

            // A point of another number is none.
            var changed = second.ToArray();
            changed[G2Affine.ByteLength - 1] ^= 1;
            Assert.False(G2Affine.TryRead(changed, out _));
        }

        Assert.NotEmpty(pairs);
        Assert.Equal(holds, Pairing.IsOne([.. pairs]));
        // Each of the numbers counts: with one point turned round a product that was one is none.
        if (holds)
            Assert.False(Pairing.IsOne([(-pairs[0].Item1, pairs[0].Item2), .. pairs.Skip(1)]));
    }

    private static IEnumerable<(string Name, byte[] Input, bool Holds)> Vectors()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf("tests", "Prover.Tests", "Pairings", "published-pairings.json")));
        foreach (var vector in file.RootElement.GetProperty("vectors").EnumerateArray())
            yield return (vector.GetProperty("name").GetString()!, Convert.FromHexString(vector.GetProperty("input").GetString()!), vector.GetProperty("holds").GetBoolean());
    }
}
