using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Artifacts;

/// <summary>The canonical encoding of signatures, version 1, as docs/inference.md has it: one signature has one encoding.</summary>
public static class SignatureEncoding
{
    public const byte Version = 1;

    /// <summary>Stands for the rank of an output that has none.</summary>
    public const byte NoRank = 0xff;

    private static readonly Hash32 Tag = Keccak256.Hash("OpenGradient.Relayer.ModelSignature.1"u8);

    public static Hash32 HashOf(ReadOnlySpan<byte> encoded)
    {
        var hasher = new Keccak256Hasher();
        hasher.Append(Tag.Bytes);
        hasher.Append(encoded);
        return hasher.Finish();
    }

    /// <summary>Reads an encoding; null for anything else.</summary>
    public static ModelSignature? Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty || encoded[0] != Version)
            return null;
        var rest = encoded[1..];
        var isRead = TryRead(ref rest, out var inputs) & TryRead(ref rest, out var outputs);
        if (!isRead || !rest.IsEmpty || !ModelSignature.TryCreate(inputs, outputs, out var signature, out _))
            return null;
        // Names in another order, say, would be a second encoding of the same.
        return signature!.Encoded.AsSpan().SequenceEqual(encoded) ? signature : null;
    }

    internal static byte[] Encode(ModelSignature signature)
    {
        var encoded = new List<byte> { Version };
        Write(encoded, signature.Inputs);
        Write(encoded, signature.Outputs);
        return [.. encoded];
    }

    private static void Write(List<byte> encoded, ImmutableArray<TensorSignature> tensors)
    {
        encoded.Add((byte)tensors.Length);
        Span<byte> size = stackalloc byte[sizeof(uint)];
        foreach (var tensor in tensors)
        {
            encoded.Add((byte)tensor.Name.Length);
            encoded.AddRange(Encoding.ASCII.GetBytes(tensor.Name));
            encoded.Add((byte)tensor.DataType);
            encoded.Add(tensor.HasRank ? (byte)tensor.Axes.Length : NoRank);
            for (var i = 0; tensor.HasRank && i < tensor.Axes.Length; i++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(size, tensor.Axes[i].Size);
                encoded.AddRange(size);
            }
        }
    }

    private static bool TryRead(ref ReadOnlySpan<byte> rest, out List<TensorSignature> tensors)
    {
        tensors = [];
        if (!TryTake(ref rest, 1, out var count))
            return false;
        for (var i = 0; i < count[0]; i++)
        {
            if (!TryTake(ref rest, 1, out var nameLength) || !TryTake(ref rest, nameLength[0], out var name) || !TryTake(ref rest, 2, out var type))
                return false;
            var axes = default(ImmutableArray<Axis>);
            if (type[1] != NoRank)
            {
                if (type[1] > TensorEncoding.MaxRank || !TryTake(ref rest, type[1] * sizeof(uint), out var sizes))
                    return false;
                var builder = ImmutableArray.CreateBuilder<Axis>(type[1]);
                for (var at = 0; at < sizes.Length; at += sizeof(uint))
                    builder.Add(new Axis(BinaryPrimitives.ReadUInt32LittleEndian(sizes[at..])));
                axes = builder.MoveToImmutable();
            }

            tensors.Add(new TensorSignature(Encoding.ASCII.GetString(name), (DataType)type[0], axes));
        }

        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, int length, out ReadOnlySpan<byte> taken)
    {
        taken = rest.Length >= length ? rest[..length] : [];
        if (rest.Length < length)
            return false;
        rest = rest[length..];
        return true;
    }
}
