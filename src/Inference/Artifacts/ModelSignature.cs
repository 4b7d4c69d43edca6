using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Artifacts;

/// <summary>One axis of a shape.</summary>
/// <param name="Size">How long it is; zero where each request chooses.</param>
/// <param name="Symbol">What the artifact calls it where it is chosen. It is no part of the signature's encoding or hash.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Axis(uint Size, string? Symbol = null)
{
    public bool IsDynamic => Size == 0;

    public bool Takes(uint size) => IsDynamic || Size == size;

    public override string ToString() => IsDynamic ? Symbol ?? "?" : Size.ToString(provider: null);
}

/// <summary>An input or an output: its name, the type of its elements, and its shape.</summary>
/// <param name="Name">As a tensor's name.</param>
/// <param name="DataType">As a tensor's.</param>
/// <param name="Axes">The shape; default where not even the rank is fixed, which only outputs may have.</param>
public sealed record TensorSignature(string Name, DataType DataType, ImmutableArray<Axis> Axes)
{
    public bool HasRank => !Axes.IsDefault;

    /// <summary>Whether a tensor's type and shape are of this signature. Names are compared by who has many.</summary>
    public bool Takes(Tensor tensor) => tensor.DataType == DataType && TakesShape(tensor.Dims);

    public bool TakesShape(ImmutableArray<uint> dims)
    {
        if (!HasRank)
            return true;
        if (dims.Length != Axes.Length)
            return false;
        for (var i = 0; i < dims.Length; i++)
        {
            if (!Axes[i].Takes(dims[i]))
                return false;
        }

        return true;
    }

    public bool Equals(TensorSignature? other) =>
        other is not null && Name == other.Name && DataType == other.DataType && HasRank == other.HasRank
        && (!HasRank || Axes.AsSpan().SequenceEqual(other.Axes.AsSpan()));

    public override int GetHashCode() => HashCode.Combine(Name, DataType, HasRank ? Axes.Length : -1);

    public override string ToString() => $"{Name}: {DataType}{(HasRank ? $"[{string.Join(", ", Axes)}]" : "[...]")}";
}

/// <summary>
/// The inputs and outputs of a model, in the order of their names, as tensors are encoded. Made only by <see cref="TryCreate"/>, so that what is
/// here can be encoded.
/// </summary>
public sealed record ModelSignature
{
    private ModelSignature(ImmutableArray<TensorSignature> inputs, ImmutableArray<TensorSignature> outputs)
    {
        Inputs = inputs;
        Outputs = outputs;
        Encoded = [.. SignatureEncoding.Encode(this)];
        Hash = SignatureEncoding.HashOf(Encoded.AsSpan());
    }

    public ImmutableArray<TensorSignature> Inputs { get; }

    public ImmutableArray<TensorSignature> Outputs { get; }

    /// <summary>The canonical encoding, as docs/inference.md has it.</summary>
    public ImmutableArray<byte> Encoded { get; }

    /// <summary>The signature's hash, which a version publishes.</summary>
    public Hash32 Hash { get; }

    /// <summary>What all outputs have at the least, in bytes: an axis that each run chooses is one long at the least, and an output without rank has an element.</summary>
    public long LeastOutputBytes => Outputs.Sum(LeastBytesOf);

    /// <summary>Sorts the inputs and the outputs by name; false, with the reason, where one of them is none.</summary>
    public static bool TryCreate(
        IEnumerable<TensorSignature> inputs, IEnumerable<TensorSignature> outputs, out ModelSignature? signature, out string reason)
    {
        signature = null;
        ImmutableArray<TensorSignature> sortedInputs = [.. inputs.OrderBy(input => input.Name, StringComparer.Ordinal)];
        ImmutableArray<TensorSignature> sortedOutputs = [.. outputs.OrderBy(output => output.Name, StringComparer.Ordinal)];
        reason = FindFault(sortedInputs, "input") ?? FindFault(sortedOutputs, "output")
            ?? (sortedInputs.Any(input => !input.HasRank) ? "An input has no rank." : string.Empty);
        if (reason.Length > 0)
            return false;

        signature = new ModelSignature(sortedInputs, sortedOutputs);
        return true;
    }

    // No tensor has more elements: a product beyond that is cut, before it overflows.
    private static long LeastBytesOf(TensorSignature output)
    {
        long elements = 1;
        foreach (var axis in output.HasRank ? output.Axes : [])
            elements = Math.Min(int.MaxValue, elements * Math.Max(1, (long)axis.Size));
        return elements * output.DataType.SizeInBytes();
    }

    /// <summary>For signatures that are written in code: throws where <see cref="TryCreate"/> says no.</summary>
    public static ModelSignature Create(IEnumerable<TensorSignature> inputs, IEnumerable<TensorSignature> outputs) =>
        TryCreate(inputs, outputs, out var signature, out var reason) ? signature! : throw new ArgumentException(reason, nameof(inputs));

    public bool Equals(ModelSignature? other) => other is not null && Hash == other.Hash;

    public override int GetHashCode() => Hash.GetHashCode();

    private static string? FindFault(ImmutableArray<TensorSignature> tensors, string kind)
    {
        if (tensors.Length is 0 or > TensorEncoding.MaxTensors)
            return $"A model has 1 to {TensorEncoding.MaxTensors} {kind}s, not {tensors.Length}.";
        for (var i = 0; i < tensors.Length; i++)
        {
            // The encoding of tensors judges names and types: one element of each says whether there can be such a tensor.
            var tensor = tensors[i];
            var element = new Tensor(tensor.Name, tensor.DataType, [], new byte[tensor.DataType.SizeInBytes()]);
            if (TensorEncoding.TryEncode([element], out _) is var fault and not TensorFault.None)
                return $"The {kind} {Printable(tensor.Name)} is none that a tensor can be: {fault}.";
            if (tensor.HasRank && tensor.Axes.Length > TensorEncoding.MaxRank)
                return $"The {kind} {Printable(tensor.Name)} has {tensor.Axes.Length} axes; {TensorEncoding.MaxRank} are the most.";
            if (i > 0 && tensors[i - 1].Name == tensor.Name)
                return $"The {kind} {Printable(tensor.Name)} is there twice.";
        }

        return null;
    }

    /// <summary>A name that a stranger chose, for people: cut, and nothing in it that is not plain ASCII.</summary>
    internal static string Printable(string name)
    {
        var cut = name.Length > TensorEncoding.MaxNameLength ? name[..TensorEncoding.MaxNameLength] : name;
        return new StringBuilder().Append('"').AppendJoin("", cut.Select(c => c is > ' ' and < '\x7f' and not '"' ? c : '?')).Append('"').ToString();
    }
}
