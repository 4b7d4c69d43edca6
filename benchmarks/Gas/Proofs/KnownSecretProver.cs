using System.Globalization;
using System.Numerics;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Inference.Integer;

namespace OpenGradient.Benchmarks.Gas.Proofs;

/// <summary>
/// Proofs of the short form (docs/proofs.md) by whoever knows the development setup's secret: the points before the last two are drawn, and those are solved
/// for. Such a proof has the same bytes and costs a chain the same as an honest one, which takes a prover.
/// </summary>
internal sealed class KnownSecretProver
{
    private const int WordBytes = 32;

    private static readonly BigInteger P = BigInteger.Parse(
        "21888242871839275222246405745257275088548364400416034343698204186575808495617", CultureInfo.InvariantCulture);

    private static readonly BigInteger Tau = Reduced(Keccak256.Hash("OpenGradient.Relayer.DevelopmentSetup:development"u8));
    private static readonly Hash32 Domain = Keccak256.Hash("OpenGradient.Relayer.Proof.Short.1"u8);
    private static readonly Address Multiplication = Address.Parse("0x0000000000000000000000000000000000000007");

    private readonly GasChain _chain;
    private readonly IntegerModel _model;
    private readonly BigInteger _weights;
    private readonly byte[] _committed;
    private readonly int _columns;

    private KnownSecretProver(GasChain chain, IntegerModel model, BigInteger weights, byte[] point, int columns)
    {
        (_chain, _model, _weights, _columns) = (chain, model, weights, columns);
        _committed = [.. model.Descriptor.Encoded, .. point];
        Commitment = Keccak256.Hash(_committed);
    }

    /// <summary>What a version of this model publishes.</summary>
    public Hash32 Commitment { get; }

    public static async Task<KnownSecretProver> CreateAsync(GasChain chain, IntegerModel model, CancellationToken cancellationToken)
    {
        var needed = ColumnOf(model.Descriptor, -1);
        var columns = (int)BitOperations.RoundUpToPowerOf2((uint)needed);
        var weights = WeightsAtTau(model, columns);
        return new KnownSecretProver(chain, model, weights, await PointAsync(chain, weights, cancellationToken), columns);
    }

    /// <summary>A proof of what the model makes of the inputs, for receipts of these digests.</summary>
    public async Task<byte[]> ProveAsync(IReadOnlyList<byte[]> inputs, IReadOnlyList<Hash32> digests, CancellationToken cancellationToken)
    {
        var traces = inputs.Select(input => IntegerExecutor.Trace(_model, input)).ToArray();
        byte[] items = [.. inputs.Zip(traces, ItemOf).SelectMany(item => item)];
        var state = Keccak256.Hash(
        [
            .. Domain.ToArray(), .. Word(_chain.Deployment.ChainId.Value), .. new byte[WordBytes - Address.ByteLength], .. _chain.Deployment.Proofs.ToArray(),
            .. Commitment.ToArray(), .. Word(inputs.Count), .. digests.SelectMany(digest => digest.ToArray()), .. items,
        ]);
        var (r, gamma, delta) = (Challenge(state, 1), Challenge(state, 2), Challenge(state, 3));
        var (quotient, rest, value) = (Challenge(state, 101), Challenge(state, 102), Challenge(state, 103));
        byte[] head = [.. await PointAsync(_chain, quotient, cancellationToken), .. await PointAsync(_chain, rest, cancellationToken)];
        var zeta = Reduced(Keccak256.Hash([.. state.ToArray(), .. head]));

        var (v, x) = (BigInteger.Zero, BigInteger.Zero);
        for (var b = 0; b < traces.Length; b++)
        {
            v = ((v * delta) + FoldOutputs(traces[b], r, gamma)) % P;
            x = ((x * delta) + FoldInputs(inputs[b], traces[b], r, gamma, zeta)) % P;
        }

        var vanishing = 1 - (r * BigInteger.ModPow(zeta, _columns, P));
        var first = (zeta * x * _weights) - (vanishing * quotient) - (zeta * v) - (zeta * zeta * value);
        return
        [
            1, .. _committed, .. items, .. head, .. Word(value),
            .. await PointAsync(_chain, Divided(first, (zeta * Tau) - 1), cancellationToken),
            .. await PointAsync(_chain, Divided(rest - value, Tau - zeta), cancellationToken),
        ];
    }

    private static BigInteger FoldOutputs(IntegerTrace trace, BigInteger r, BigInteger gamma)
    {
        var folded = BigInteger.Zero;
        foreach (var layer in trace.Accumulators)
            folded = ((folded * gamma) + Horner(layer, r)) % P;
        return folded;
    }

    private BigInteger FoldInputs(byte[] input, IntegerTrace trace, BigInteger r, BigInteger gamma, BigInteger zeta)
    {
        var descriptor = _model.Descriptor;
        var folded = BigInteger.Zero;
        for (var l = 0; l < descriptor.Layers.Length; l++)
        {
            IEnumerable<int> inputs = l == 0
                ? input.Select(value => (int)value)
                : trace.Accumulators[l - 1].Select(accumulator => (int)descriptor.Layers[l - 1].Requantise(accumulator));
            var factor = BigInteger.ModPow(r, descriptor.FoldRows, P) * BigInteger.ModPow(zeta, descriptor.InputsOf(l) + 1, P) % P;
            var blocks = BigInteger.Zero;
            for (var k = 0; k < BlocksOf(descriptor, l); k++)
                blocks = ((blocks * factor) + 1) % P;
            var place = BigInteger.ModPow(gamma, descriptor.Layers.Length - 1 - l, P) * BigInteger.ModPow(zeta, ColumnOf(descriptor, l), P) % P;
            folded = (folded + (place * blocks % P * Horner(inputs.Append(1), zeta))) % P;
        }

        return folded;
    }

    private byte[] ItemOf(byte[] input, IntegerTrace trace)
    {
        List<byte> item = [.. input];
        foreach (var accumulator in trace.Accumulators.SelectMany(layer => layer))
        {
            for (var i = _model.Descriptor.AccumulatorBytes - 1; i >= 0; i--)
                item.Add(unchecked((byte)(accumulator >> (8 * i))));
        }

        return [.. item];
    }

    private static BigInteger WeightsAtTau(IntegerModel model, int columns)
    {
        var descriptor = model.Descriptor;
        var sum = BigInteger.Zero;
        for (var l = 0; l < descriptor.Layers.Length; l++)
        {
            var (layer, inputs, outputs) = (model.Layers[l], descriptor.InputsOf(l), descriptor.Layers[l].Outputs);
            for (var i = 0; i < outputs; i++)
            {
                var row = outputs - 1 - i;
                var power = (row % descriptor.FoldRows * columns) + ColumnOf(descriptor, l) + (row / descriptor.FoldRows * (inputs + 1));
                var numbers = layer.Weights.Slice(i * inputs, inputs).ToArray().Select(weight => (int)weight).Append(layer.Biases.Span[i]);
                sum = (sum + (Horner(numbers, Tau) * BigInteger.ModPow(Tau, power, P))) % P;
            }
        }

        return Positive(sum);
    }

    private static int BlocksOf(IntegerDescriptor descriptor, int layer) =>
        (descriptor.Layers[layer].Outputs + descriptor.FoldRows - 1) / descriptor.FoldRows;

    // Where a layer's columns begin: behind those of all layers after it.
    private static int ColumnOf(IntegerDescriptor descriptor, int layer)
    {
        var column = 0;
        for (var l = layer + 1; l < descriptor.Layers.Length; l++)
            column += BlocksOf(descriptor, l) * (descriptor.InputsOf(l) + 1);
        return column;
    }

    private static BigInteger Horner(IEnumerable<int> numbers, BigInteger at) =>
        numbers.Aggregate(BigInteger.Zero, (sum, number) => ((sum * at) + number) % P);

    private static BigInteger Divided(BigInteger number, BigInteger by) => Positive(number * BigInteger.ModPow(Positive(by), P - 2, P));

    private static BigInteger Positive(BigInteger number)
    {
        var rest = number % P;
        return rest.Sign < 0 ? rest + P : rest;
    }

    private static BigInteger Challenge(Hash32 state, byte which) => Reduced(Keccak256.Hash([.. state.ToArray(), which]));

    private static BigInteger Reduced(Hash32 hash) => new BigInteger(hash.ToArray(), isUnsigned: true, isBigEndian: true) % P;

    private static byte[] Word(BigInteger number)
    {
        var digits = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[WordBytes - digits.Length], .. digits];
    }

    // A multiple of the generator, by the chain's own precompile.
    private static async Task<byte[]> PointAsync(GasChain chain, BigInteger scalar, CancellationToken cancellationToken)
    {
        var call = new CallRequest { To = Multiplication, Data = (byte[])[.. Word(1), .. Word(2), .. Word(scalar)] };
        return (await chain.Client.CallAsync(call, BlockTag.Latest, cancellationToken: cancellationToken)).ToArray();
    }
}
