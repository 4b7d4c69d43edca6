namespace OpenGradient.Inference.Backends.Onnx;

/// <summary>What the runtime says of a model repeats what the model calls its parts: it is cut and cleaned before people read it.</summary>
internal static class OnnxText
{
    private const int MaxLength = 300;

    public static string Clean(string message)
    {
        var cut = message.Length > MaxLength ? message[..MaxLength] : message;
        return new string([.. cut.Select(c => c is >= ' ' and < '\x7f' ? c : ' ')]);
    }
}
