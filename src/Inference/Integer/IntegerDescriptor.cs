using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Inference.Integer;

/// <summary>
/// How one layer's accumulators become the next one's inputs: clamp(((acc × Multiplier + 2^(Shift−1)) >> Shift) + ZeroPoint, Low, High), with an
/// arithmetic shift. Of the last layer only Multiplier and Shift mean something: Multiplier / 2^Shift is the scale of the output.
/// </summary>
/// <param name="Outputs">How many accumulators the layer has.</param>
/// <param name="Multiplier">Below 2^31.</param>
/// <param name="Shift">1 to 62.</param>
/// <param name="ZeroPoint">Added after the shift.</param>
/// <param name="Low">The least that goes on; 0 makes a ReLU of it.</param>
/// <param name="High">The most that goes on.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LayerTerms(int Outputs, uint Multiplier, byte Shift, sbyte ZeroPoint, short Low, short High)
{
    public const int MaxShift = 62;

    /// <summary>What one accumulator becomes. Whatever 32 bits it has, nothing overflows: 2^31 × 2^31 + 2^61 is below 2^63.</summary>
    public short Requantise(int accumulator)
    {
        var scaled = (((long)accumulator * Multiplier) + (1L << (Shift - 1))) >> Shift;
        return (short)Math.Clamp(scaled + ZeroPoint, Low, High);
    }
}

/// <summary>
/// What an Integer version is, its weights left out: the sizes of its layers and how numbers go from one to the next. Its bytes are what the prover's
/// verifier reads on the chain, version 1 in docs/inference.md, so that its hash stands in the version and in every proof's commitment.
/// </summary>
public sealed record IntegerDescriptor
{
    public const int HeaderLength = 6;
    public const int LayerLength = 12;
    public const int MinAccumulatorBytes = 2;
    public const int MaxAccumulatorBytes = 4;

    private IntegerDescriptor(int foldRows, int inputs, int accumulatorBytes, ImmutableArray<LayerTerms> layers)
    {
        FoldRows = foldRows;
        Inputs = inputs;
        AccumulatorBytes = accumulatorBytes;
        Layers = layers;
        var encoded = Encode();
        Encoded = [.. encoded];
        Hash = Keccak256.Hash(encoded);
    }

    /// <summary>R: how many rows the prover's folded matrix has. It has no part in what the model answers.</summary>
    public int FoldRows { get; }

    /// <summary>How many bytes an input has.</summary>
    public int Inputs { get; }

    /// <summary>In how many bytes, two's complement, every accumulator fits.</summary>
    public int AccumulatorBytes { get; }

    public ImmutableArray<LayerTerms> Layers { get; }

    public ImmutableArray<byte> Encoded { get; }

    /// <summary>keccak256 of the encoding: what a version publishes as its descriptor's hash.</summary>
    public Hash32 Hash { get; }

    /// <summary>How many outputs there are: the accumulators of the last layer.</summary>
    public int Outputs => Layers[^1].Outputs;

    /// <summary>No accumulator's absolute value reaches this.</summary>
    public long AccumulatorBound => 1L << ((8 * AccumulatorBytes) - 1);

    /// <summary>What the outputs are multiplied by to be read as real numbers, exactly.</summary>
    public double OutputScale => Math.ScaleB(Layers[^1].Multiplier, -Layers[^1].Shift);

    /// <summary>How many inputs a layer has.</summary>
    public int InputsOf(int layer) => layer == 0 ? Inputs : Layers[layer - 1].Outputs;

    /// <summary>The greatest absolute value of a layer's inputs.</summary>
    public int GreatestInputOf(int layer) =>
        layer == 0 ? byte.MaxValue : Math.Max(Math.Abs((int)Layers[layer - 1].Low), Math.Abs((int)Layers[layer - 1].High));

    /// <summary>Makes a descriptor, or says what is wrong with it.</summary>
    public static string? TryCreate(int foldRows, int inputs, int accumulatorBytes, ImmutableArray<LayerTerms> layers, out IntegerDescriptor? descriptor)
    {
        descriptor = null;
        if (layers.Length is 0 or > byte.MaxValue)
            return "A descriptor has 1 to 255 layers.";
        if (inputs is 0 or > ushort.MaxValue)
            return "A descriptor has 1 to 65535 inputs.";
        if (accumulatorBytes is < MinAccumulatorBytes or > MaxAccumulatorBytes)
            return "Accumulators have 2 to 4 bytes.";
        foreach (var layer in layers)
        {
            if (layer.Outputs is < 1 or > ushort.MaxValue)
                return "A layer has 1 to 65535 outputs.";
            if (layer.Multiplier > int.MaxValue || layer.Shift is < 1 or > LayerTerms.MaxShift || layer.Low > layer.High)
                return "A multiplier is below 2^31, a shift 1 to 62, and the least of a clamp not above the greatest.";
        }

        // More rows than the widest layer has would be the same layout under another hash.
        if (foldRows < 1 || foldRows > layers.Max(layer => layer.Outputs))
            return "The folded matrix has as many rows as the widest layer at the most.";
        descriptor = new IntegerDescriptor(foldRows, inputs, accumulatorBytes, layers);
        return null;
    }

    /// <summary>Reads the descriptor that bytes begin with. Its length follows from its number of layers.</summary>
    public static string? TryRead(ReadOnlySpan<byte> bytes, out IntegerDescriptor? descriptor)
    {
        descriptor = null;
        if (bytes.Length < HeaderLength || bytes.Length < HeaderLength + (LayerLength * bytes[5]))
            return "The descriptor is cut off.";
        var layers = ImmutableArray.CreateBuilder<LayerTerms>(bytes[5]);
        for (var i = 0; i < bytes[5]; i++)
        {
            var layer = bytes[(HeaderLength + (LayerLength * i))..];
            layers.Add(new LayerTerms(
                BinaryPrimitives.ReadUInt16BigEndian(layer), BinaryPrimitives.ReadUInt32BigEndian(layer[2..]), layer[6], unchecked((sbyte)layer[7]),
                BinaryPrimitives.ReadInt16BigEndian(layer[8..]), BinaryPrimitives.ReadInt16BigEndian(layer[10..])));
        }

        return TryCreate(
            BinaryPrimitives.ReadUInt16BigEndian(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), bytes[4], layers.MoveToImmutable(), out descriptor);
    }

    public bool Equals(IntegerDescriptor? other) => other is not null && Hash == other.Hash;

    public override int GetHashCode() => Hash.GetHashCode();

    private byte[] Encode()
    {
        var encoded = new byte[HeaderLength + (LayerLength * Layers.Length)];
        BinaryPrimitives.WriteUInt16BigEndian(encoded, (ushort)FoldRows);
        BinaryPrimitives.WriteUInt16BigEndian(encoded.AsSpan(2), (ushort)Inputs);
        encoded[4] = (byte)AccumulatorBytes;
        encoded[5] = (byte)Layers.Length;
        for (var i = 0; i < Layers.Length; i++)
        {
            var layer = encoded.AsSpan(HeaderLength + (LayerLength * i));
            BinaryPrimitives.WriteUInt16BigEndian(layer, (ushort)Layers[i].Outputs);
            BinaryPrimitives.WriteUInt32BigEndian(layer[2..], Layers[i].Multiplier);
            layer[6] = Layers[i].Shift;
            layer[7] = unchecked((byte)Layers[i].ZeroPoint);
            BinaryPrimitives.WriteInt16BigEndian(layer[8..], Layers[i].Low);
            BinaryPrimitives.WriteInt16BigEndian(layer[10..], Layers[i].High);
        }

        return encoded;
    }
}
