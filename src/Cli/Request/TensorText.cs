using OpenGradient.Inference.Tensors;

namespace OpenGradient.Cli.Request;

/// <summary>Tensors in a line, for people.</summary>
internal static class TensorText
{
    private const int ShownElements = 10;

    /// <summary>Every tensor of an encoding; the bytes themselves, shortened, where they are none.</summary>
    public static string Show(ReadOnlyMemory<byte> encoded) =>
        encoded.IsEmpty ? "none"
        : TensorEncoding.Decode(encoded) is TensorDecoding.Decoded(var tensors) ? string.Join("; ", tensors.Select(Show))
        : $"{encoded.Length} bytes that are no tensors";

    public static string Show(Tensor tensor)
    {
        var elements = TensorJson.ElementsOf(tensor).Take(ShownElements + 1).Select(element => element.ToJsonString()).ToList();
        var more = elements.Count > ShownElements ? ", …" : string.Empty;
        return $"{tensor.Name} {tensor.DataType}[{string.Join(", ", tensor.Dims)}] = {string.Join(", ", elements.Take(ShownElements))}{more}";
    }
}
