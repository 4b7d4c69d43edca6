using System.Text.Json.Serialization;

namespace OpenGradient.Inference.Backends.KServe;

/// <summary>What the server says of a model.</summary>
internal sealed record ModelMetadata(string? Name, List<TensorMetadata>? Inputs, List<TensorMetadata>? Outputs);

/// <summary>An input or output of it; -1 for a dimension that requests choose.</summary>
internal sealed record TensorMetadata(string? Name, string? Datatype, List<long>? Shape);

/// <summary>A question's head: the tensors' data follows it, in the same order.</summary>
internal sealed record InferRequest(List<InferTensor> Inputs, List<WantedOutput> Outputs);

internal sealed record WantedOutput(string Name, WantedParameters Parameters);

internal sealed record WantedParameters([property: JsonPropertyName("binary_data")] bool BinaryData);

/// <summary>An answer's head.</summary>
internal sealed record InferResponse(List<InferTensor>? Outputs);

internal sealed record InferTensor(string? Name, string? Datatype, List<long>? Shape, BinaryParameters? Parameters);

internal sealed record BinaryParameters([property: JsonPropertyName("binary_data_size")] long? BinaryDataSize);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 16)]
[JsonSerializable(typeof(ModelMetadata))]
[JsonSerializable(typeof(InferRequest))]
[JsonSerializable(typeof(InferResponse))]
internal sealed partial class KServeJson : JsonSerializerContext;
