using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Tensors;
using OpenGradient.Support;

namespace OpenGradient.Inference.Tests.Tensors;

/// <summary>The format and the numbers in C# and in Solidity: two implementations, the same bytes, hashes, refusals and roundings.</summary>
public sealed class SolidityAgreementTests(AnvilFixture anvil) : IClassFixture<AnvilFixture>, IAsyncLifetime
{
    private const int Seed = 1_559;
    private const int Encodings = 300;
    private const int Batches = 10;
    private const int NumbersInABatch = 200;

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private ProbeChain _chain = null!;

    private TensorProbeContract Probe => _chain.Probe;

    public async ValueTask InitializeAsync() => _chain = await ProbeChain.StartAsync(anvil.HttpUrl, Stop);

    public ValueTask DisposeAsync() => _chain.DisposeAsync();

    [Fact]
    public async Task Encodings_hashes_and_commitments_are_the_same()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Encodings; i++)
        {
            var tensors = TensorSamples.Random(random);
            Assert.Equal(TensorFault.None, TensorEncoding.TryEncode(tensors, out var encoded));
            var salt = Keccak256.Hash(BitConverter.GetBytes(i));

            var theirs = await Probe.CallEncodeAsync([.. tensors.Select(Theirs)], cancellationToken: Stop);

            Assert.Equal(Hex.Encode(theirs.Span), Hex.Encode(encoded));
            Assert.Equal(await Probe.CallHashAsync(encoded, cancellationToken: Stop), TensorCommitment.Public(encoded));
            Assert.Equal(await Probe.CallPrivateCommitAsync(salt, encoded, cancellationToken: Stop), PrivateCommitment.Of(salt, encoded));
        }
    }

    [Fact]
    public async Task Bytes_are_refused_for_the_same_fault_or_read_alike()
    {
        var random = new Random(Seed);
        HashSet<TensorFault> seen = [];
        for (var i = 0; i < 2 * Encodings; i++)
        {
            Assert.Equal(TensorFault.None, TensorEncoding.TryEncode(TensorSamples.Random(random), out var encoded));
            // Most faults are in the first bytes.
            encoded[random.Next(Math.Min(encoded.Length, 20))] = (byte)random.Next(random.Next(2) == 0 ? 256 : 20);
            var decoding = TensorEncoding.Decode(encoded);
            try
            {
                var theirs = await Probe.CallDecodeAsync(encoded, cancellationToken: Stop);
                Assert.Equal(theirs.Select(Ours), Assert.IsType<TensorDecoding.Decoded>(decoding).Tensors);
            }
            catch (ContractRevertedException reverted)
            {
                var fault = Assert.IsType<TensorDecoding.Refused>(decoding).Fault;
                Assert.Equal(TensorProbeContract.ErrorOf(reverted.Reason)?.GetType().Name, $"{fault}Error");
                seen.Add(fault);
            }
        }

        Assert.True(seen.Count >= 8, string.Join(", ", seen));
    }

    [Fact]
    public async Task Tensors_are_refused_for_the_same_fault()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Encodings; i++)
        {
            var tensors = TensorSamples.Random(random);
            tensors[random.Next(tensors.Count)] = Spoilt(tensors[random.Next(tensors.Count)], random);
            var fault = TensorEncoding.TryEncode(tensors, out var encoded);
            try
            {
                var theirs = await Probe.CallEncodeAsync([.. tensors.Select(Theirs)], cancellationToken: Stop);
                Assert.Equal((TensorFault.None, Hex.Encode(theirs.Span)), (fault, Hex.Encode(encoded)));
            }
            catch (ContractRevertedException reverted)
            {
                Assert.Equal(TensorProbeContract.ErrorOf(reverted.Reason)?.GetType().Name, $"{fault}Error");
            }
        }
    }

    [Fact]
    public async Task Fixed_point_becomes_the_same_floats()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Batches; i++)
        {
            Int256[] values = [.. Numbers.Random(random, NumbersInABatch)];

            var theirs = await Probe.CallToFloatsAsync(values, cancellationToken: Stop);

            for (var j = 0; j < values.Length; j++)
            {
                var single = FixedPoint.TryToSingle(values[j], out var value) ? BitConverter.SingleToUInt32Bits(value) : UInt256.MaxValue;
                Assert.Equal((values[j], theirs.Float32s[j]), (values[j], single));
                Assert.Equal((values[j], theirs.Float64s[j]), (values[j], BitConverter.DoubleToUInt64Bits(FixedPoint.ToDouble(values[j]))));
            }
        }
    }

    [Fact]
    public async Task Floats_become_the_same_fixed_point()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Batches; i++)
        {
            double[] doubles = [.. Enumerable.Range(0, NumbersInABatch).Select(_ => Numbers.RandomDouble(random)), double.NaN, -0.0, double.Epsilon];
            float[] singles = [.. doubles.Select(value => (float)value)];

            var theirs64 = await Probe.CallFromFloats64Async([.. doubles.Select(BitConverter.DoubleToUInt64Bits)], cancellationToken: Stop);
            var theirs32 = await Probe.CallFromFloats32Async([.. singles.Select(BitConverter.SingleToUInt32Bits)], cancellationToken: Stop);

            for (var j = 0; j < doubles.Length; j++)
            {
                var fits64 = FixedPoint.TryFromDouble(doubles[j], out var of64);
                Assert.Equal((doubles[j], theirs64.Fits[j], theirs64.Values[j]), (doubles[j], fits64, of64));
                var fits32 = FixedPoint.TryFromSingle(singles[j], out var of32);
                Assert.Equal((singles[j], theirs32.Fits[j], theirs32.Values[j]), (singles[j], fits32, of32));
            }
        }
    }

    [Fact]
    public async Task Numbers_are_quantised_alike()
    {
        var random = new Random(Seed);
        DataType[] types = [.. Enum.GetValues<DataType>().Where(type => type.IsInteger())];
        for (var i = 0; i < 2 * Batches; i++)
        {
            var type = types[i % types.Length];
            var (least, greatest) = FixedPoint.RangeOf(type);
            var zeroPoint = random.Next(2) == 0 ? least : greatest;
            // Scales of every size, and even ones, with which ties happen.
            var scale = (UInt256)(Numbers.Bits(random, random.Next(1, 70)) + 1) * 2u;
            Int256[] values = [.. Numbers.Random(random, NumbersInABatch), .. Enumerable.Range(-20, 40).Select(k => (Int256)(scale / 2u) * k)];

            var theirs = await Probe.CallQuantiseAsync(
                values, (byte)type, scale, (Int256)(System.Numerics.BigInteger)zeroPoint, cancellationToken: Stop);

            for (var j = 0; j < values.Length; j++)
                Assert.Equal((System.Numerics.BigInteger)theirs[j], (System.Numerics.BigInteger)FixedPoint.Quantise(values[j], type, scale, zeroPoint));
        }
    }

    private static TensorProbeContract.Tensor Theirs(Tensor tensor) => new(tensor.Name, (byte)tensor.DataType, tensor.Dims, tensor.Data);

    private static Tensor Ours(TensorProbeContract.Tensor tensor) => new(tensor.Name, (DataType)tensor.DataType, [.. tensor.Dims], tensor.Data);

    private static Tensor Spoilt(Tensor tensor, Random random) => random.Next(7) switch
    {
        0 => tensor with { Name = tensor.Name + " " },
        1 => tensor with { Name = string.Empty },
        2 => tensor with { Name = new string('z', 65) },
        3 => tensor with { Dims = [.. tensor.Dims, 0] },
        4 => tensor with { Dims = [.. tensor.Dims, 2] },
        5 => tensor with { DataType = DataType.String },
        _ => tensor with { DataType = DataType.Bool },
    };
}
