using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Pairings;
using OpenGradient.Support;

namespace OpenGradient.Prover.Tests.Curves;

/// <summary>The curve against the EVM's own: the precompiles of a local chain.</summary>
public sealed class PrecompileTests(AnvilFixture anvil) : IClassFixture<AnvilFixture>
{
    private static readonly Address Add = Address.Parse("0x0000000000000000000000000000000000000006");
    private static readonly Address Multiply = Address.Parse("0x0000000000000000000000000000000000000007");
    private static readonly Address Pair = Address.Parse("0x0000000000000000000000000000000000000008");

    [Fact]
    public async Task Sums_and_products_are_those_of_the_precompiles()
    {
        await using var node = EthereumClient.Connect(anvil.HttpUrl);
        var points = TestModels.Setup.Powers[..12].ToArray();
        for (var i = 0; i + 1 < points.Length; i++)
        {
            var factor = Fr.FromInt64(i - 3).Power(new UInt256(9)) + Fr.FromInt64(i);
            foreach (var other in new[] { points[i + 1], points[i], -points[i], G1Affine.Infinity })
            {
                byte[] pair = [.. points[i].ToBytes(), .. other.ToBytes()];
                Assert.Equal(((G1)points[i] + other).ToAffine().ToBytes(), (await CallAsync(node, Add, pair)).ToArray());
            }

            byte[] multiple = [.. points[i].ToBytes(), .. factor.ToUInt256().ToBigEndian()];
            Assert.Equal(((G1)points[i] * factor).ToAffine().ToBytes(), (await CallAsync(node, Multiply, multiple)).ToArray());
        }
    }

    [Fact]
    public async Task The_pairing_says_what_the_precompile_says()
    {
        await using var node = EthereumClient.Connect(anvil.HttpUrl);
        for (var i = 1; i <= 6; i++)
        {
            var a = Fr.FromInt64(1000 + i).Power(new UInt256(21));
            var b = Fr.FromInt64(-7 * i).Power(new UInt256(15));
            // Every second product is off by one.
            var product = (a * b) + Fr.FromInt64(i % 2);
            var left = ((G1)G1Affine.Generator * a).ToAffine();
            var right = G2Affine.Generator.Times(b.ToUInt256());
            var negated = (-((G1)G1Affine.Generator * product)).ToAffine();
            byte[] pairs = [.. left.ToBytes(), .. right.ToBytes(), .. negated.ToBytes(), .. G2Affine.Generator.ToBytes()];
            var said = (await CallAsync(node, Pair, pairs)).Span[^1] == 1;
            Assert.Equal(i % 2 == 0, said);
            Assert.Equal(said, Pairing.IsOne([(left, new PreparedG2(right)), (negated, new PreparedG2(G2Affine.Generator))]));
        }
    }

    [Fact]
    public async Task The_precompile_refuses_what_is_refused_here()
    {
        await using var node = EthereumClient.Connect(anvil.HttpUrl);
        var outside = TwistPoints.First(new OpenGradient.Prover.Fields.Fq2(Fq.One, Fq.Zero));
        Assert.False(G2Affine.TryRead(outside.ToBytes(), out _));
        byte[] pairs = [.. G1Affine.Generator.ToBytes(), .. outside.ToBytes()];
        await Assert.ThrowsAnyAsync<Exception>(() => CallAsync(node, Pair, pairs));

        var offCurve = G1Affine.Generator.ToBytes();
        offCurve[63] = 3;
        Assert.False(G1Affine.TryRead(offCurve, out _));
        byte[] sum = [.. offCurve, .. new byte[64]];
        await Assert.ThrowsAnyAsync<Exception>(() => CallAsync(node, Add, sum));
    }

    private static async Task<ReadOnlyMemory<byte>> CallAsync(EthereumClient node, Address precompile, byte[] data) =>
        await node.CallAsync(precompile, data, BlockTag.Latest, TestContext.Current.CancellationToken);
}
