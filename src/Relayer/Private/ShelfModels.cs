using System.Runtime.CompilerServices;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.PrivateRequests.Messages;
using OpenGradient.PrivateService.Answering;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Versions;

namespace OpenGradient.Relayer.Private;

/// <summary>The versions that this relayer runs itself, asked privately beside the chain: what a server runs, it could read.</summary>
public sealed class ShelfModels(VersionShelf shelf, BackendChoice backends, UInt256 price) : IPrivateModels
{
    public UInt256? PriceOf(Hash32 versionId) => shelf.Serves(versionId) && !backends.IsServed(versionId) ? price : null;

    public async IAsyncEnumerable<ModelPart> AnswerAsync(Hash32 versionId, ReadOnlyMemory<byte> input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var published = await shelf.FindAsync(versionId, cancellationToken);
        yield return published is not { Status: VersionStatus.Active or VersionStatus.Deprecated }
            ? new ModelPart.Unavailable(AnswerRefusal.VersionUnknown)
            : await shelf.TakeAsync(published, cancellationToken) switch
            {
                VersionOnShelf.Ready(var version) => ModelPart.Of(await backends.For(version).InferEncodedAsync(version, input, cancellationToken)),
                VersionOnShelf.Refused => new ModelPart.Unavailable(AnswerRefusal.VersionUnknown),
                _ => new ModelPart.Unavailable(AnswerRefusal.Unavailable),
            };
    }
}
