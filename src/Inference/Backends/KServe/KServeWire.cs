using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Backends.KServe;

/// <summary>The protocol's bytes: a head in JSON, whose length stands in a header, and behind it the tensors as they are in memory, little-endian.</summary>
internal static class KServeWire
{
    public const string HeadLength = "Inference-Header-Content-Length";
    public const int MaxHeadBytes = 1 << 20;

    public static HttpContent Write(ModelSignature signature, ImmutableArray<Tensor> inputs)
    {
        var head = JsonSerializer.SerializeToUtf8Bytes(
            new InferRequest(
                [.. inputs.Select(input => new InferTensor(
                    input.Name, KServeDataTypes.NameOf(input.DataType), [.. input.Dims.Select(dim => (long)dim)], new BinaryParameters(input.Data.Length)))],
                [.. signature.Outputs.Select(output => new WantedOutput(output.Name, new WantedParameters(BinaryData: true)))]),
            KServeJson.Default.InferRequest);
        var body = new byte[head.Length + inputs.Sum(input => (long)input.Data.Length)];
        head.CopyTo(body, 0);
        var at = head.Length;
        foreach (var input in inputs)
        {
            input.Data.Span.CopyTo(body.AsSpan(at));
            at += input.Data.Length;
        }

        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.Add(HeadLength, head.Length.ToString(CultureInfo.InvariantCulture));
        return content;
    }

    /// <summary>Reads an answer's tensors, in the signature's order; or says what is wrong with it.</summary>
    public static string? TryRead(ModelSignature signature, string? headLength, ReadOnlyMemory<byte> body, out ImmutableArray<Tensor> outputs)
    {
        outputs = [];
        if (!int.TryParse(headLength, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > MaxHeadBytes || length > body.Length)
            return "The answer does not say where its tensors begin.";

        InferResponse? head;
        try
        {
            head = JsonSerializer.Deserialize(body.Span[..length], KServeJson.Default.InferResponse);
        }
        catch (JsonException)
        {
            return "The answer's head is not the JSON that it should be.";
        }

        var rest = body[length..];
        var found = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var tensor in head?.Outputs ?? [])
        {
            var expected = signature.Outputs.FirstOrDefault(output => output.Name == tensor.Name);
            if (expected is null || tensor.Datatype != KServeDataTypes.NameOf(expected.DataType) || tensor.Shape is not { Count: <= TensorEncoding.MaxRank } shape)
                return "The answer has an output that the signature has not, or of another type.";
            if (tensor.Parameters?.BinaryDataSize is not { } size || size < 0 || size > rest.Length || shape.Exists(dim => dim is < 1 or > uint.MaxValue))
                return $"The output {expected.Name} is not there in binary, or has no shape.";
            if (!found.TryAdd(expected.Name, new Tensor(expected.Name, expected.DataType, [.. shape.Select(dim => (uint)dim)], rest[..(int)size])))
                return $"The output {expected.Name} is there twice.";
            rest = rest[(int)size..];
        }

        if (!rest.IsEmpty || found.Count != signature.Outputs.Length)
            return "The answer has too few outputs, or bytes that belong to none.";
        outputs = [.. signature.Outputs.Select(output => found[output.Name])];
        return null;
    }

    /// <summary>Whether what the server says of its model is what the version published.</summary>
    public static string? FindDifference(ModelSignature signature, ReadOnlyMemory<byte> metadata)
    {
        ModelMetadata? model;
        try
        {
            model = JsonSerializer.Deserialize(metadata.Span, KServeJson.Default.ModelMetadata);
        }
        catch (JsonException)
        {
            return "What the server says of the model is not the JSON that it should be.";
        }

        return FindDifference(signature.Inputs, model?.Inputs, "inputs") ?? FindDifference(signature.Outputs, model?.Outputs, "outputs");
    }

    private static string? FindDifference(ImmutableArray<TensorSignature> expected, List<TensorMetadata>? served, string kind)
    {
        var differs = served is null || served.Count != expected.Length || expected.Any(tensor =>
            served.Count(other => other.Name == tensor.Name) != 1 || !IsSame(tensor, served.First(other => other.Name == tensor.Name)));
        return differs ? $"The server's model has other {kind} than the signature." : null;
    }

    private static bool IsSame(TensorSignature expected, TensorMetadata served) =>
        served.Datatype == KServeDataTypes.NameOf(expected.DataType)
        && (!expected.HasRank
            || (served.Shape is { } shape && shape.Count == expected.Axes.Length
                && expected.Axes.Zip(shape).All(pair => pair.Second == -1 || (!pair.First.IsDynamic && pair.First.Size == pair.Second))));
}
