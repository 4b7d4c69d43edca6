using System.Runtime.CompilerServices;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;

namespace OpenGradient.PrivateService.Answering;

/// <summary>A version that is served, and what it costs.</summary>
/// <param name="Version">Ready to be asked.</param>
/// <param name="Backend">What runs it.</param>
/// <param name="Price">In the payment token's smallest unit.</param>
public sealed record ServedModel(LoadedVersion Version, IInferenceBackend Backend, UInt256 Price);

/// <summary>Answers by the backends that answer requests of the chain too: their answers come whole.</summary>
public sealed class BackendModels(IEnumerable<ServedModel> served) : IPrivateModels
{
    private readonly Dictionary<Hash32, ServedModel> _served = served.ToDictionary(model => model.Version.Id);

    public UInt256? PriceOf(Hash32 versionId) => _served.TryGetValue(versionId, out var model) ? model.Price : null;

    public async IAsyncEnumerable<ModelPart> AnswerAsync(Hash32 versionId, ReadOnlyMemory<byte> input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var model = _served[versionId];
        yield return ModelPart.Of(await model.Backend.InferEncodedAsync(model.Version, input, cancellationToken));
    }
}
