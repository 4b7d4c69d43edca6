using System.Runtime.CompilerServices;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateService.Answering;

namespace OpenGradient.Client.Tests.World;

/// <summary>Models that say what they were told to.</summary>
internal sealed class ScriptedModels : IPrivateModels
{
    public static readonly Hash32 Version = Keccak256.Hash("a version"u8);

    public static readonly UInt256 Price = 100;

    /// <summary>What the version says; by default the question itself.</summary>
    public Func<ReadOnlyMemory<byte>, IReadOnlyList<ModelPart>> Script { get; set; } = input => [new ModelPart.Content(input)];

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public UInt256? PriceOf(Hash32 versionId) => versionId == Version ? Price : null;

    public async IAsyncEnumerable<ModelPart> AnswerAsync(Hash32 versionId, ReadOnlyMemory<byte> input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Asked++;
        await Task.Yield();
        foreach (var part in Script(input))
            yield return part;
    }
}
