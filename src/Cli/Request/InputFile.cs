using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Cli.Request;

/// <summary>Reads what a request asks.</summary>
internal static class InputFile
{
    /// <summary>A JSON file of tensors.</summary>
    public static async Task<IReadOnlyList<Tensor>> ReadTensorsAsync(string path, ModelSignature? signature, CancellationToken cancellationToken) =>
        TensorJson.TryRead(await ReadAsync(path, cancellationToken), signature, out var tensors) is { } fault
            ? throw Wrong($"{path} holds no tensors. {fault}", "docs/model-hub.md shows the form.")
            : tensors;

    /// <summary>A JSON file of tensors, encoded.</summary>
    public static async Task<byte[]> EncodeAsync(string path, ModelSignature? signature, CancellationToken cancellationToken)
    {
        var tensors = await ReadTensorsAsync(path, signature, cancellationToken);
        return TensorEncoding.TryEncode(tensors, out var encoded) is var fault and not TensorFault.None
            ? throw Wrong($"The tensors of {path} have no encoding: {fault}.", "docs/tensors.md says what tensors are.")
            : encoded;
    }

    /// <summary>A file as it is.</summary>
    public static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw Wrong($"There is no file {path}.", "Name a file with the input.");
        if (file.Length > TensorJson.MaxBytes)
            throw Wrong($"{path} has {file.Length} bytes; {TensorJson.MaxBytes} are the most.", "Give a smaller input.");
        return await File.ReadAllBytesAsync(path, cancellationToken);
    }

    private static ExpectedFailureException Wrong(string problem, string remedy) => new(ExitCode.Usage, problem, remedy);
}
