using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;

namespace OpenGradient.Relayer.Execution;

/// <summary>What runs which version: a server that the operator has named for it, else what its body asks for.</summary>
public sealed class BackendChoice(IInferenceBackend onnx, IInferenceBackend integer, IReadOnlyDictionary<Hash32, IInferenceBackend> named)
{
    /// <summary>All of them, each once.</summary>
    public IEnumerable<IInferenceBackend> All => named.Values.Prepend(integer).Prepend(onnx).Distinct();

    /// <summary>Whether a server of the operator's choice runs it.</summary>
    public bool IsServed(Hash32 versionId) => named.ContainsKey(versionId);

    /// <summary>Whether any version runs on a server.</summary>
    public bool HasServers => named.Count > 0;

    public IInferenceBackend For(LoadedVersion version) =>
        named.TryGetValue(version.Id, out var backend) ? backend
        : version.Body is VersionBody.Integer ? integer
        : onnx;
}
