using System.Text;
using System.Text.Unicode;
using OpenGradient.Cli.Terminal;
using OpenGradient.Inference.Artifacts;
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
        if (IsText(tensor))
            return $"{tensor.Name} = \"{PlainText.Of(Encoding.UTF8.GetString(tensor.Data.Span))}\"";
        var elements = TensorJson.ElementsOf(tensor).Take(ShownElements + 1).Select(element => element.ToJsonString()).ToList();
        var more = elements.Count > ShownElements ? ", …" : string.Empty;
        return $"{tensor.Name} {tensor.DataType}[{string.Join(", ", tensor.Dims)}] = {string.Join(", ", elements.Take(ShownElements))}{more}";
    }

    // What text models take and give, by their signature's names.
    private static bool IsText(Tensor tensor) =>
        tensor is { Name: TextSignature.Prompt or TextSignature.System or TextSignature.Text, DataType: DataType.Uint8, Dims.Length: 1 } && Utf8.IsValid(tensor.Data.Span);
}
