using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Messages;

namespace OpenGradient.PrivateService.Answering;

/// <summary>What a gateway has answered by.</summary>
public interface IPrivateModels
{
    /// <summary>What an answer of the version costs, in the payment token's smallest unit; null where it is not served.</summary>
    UInt256? PriceOf(Hash32 versionId);

    /// <summary>Answers one question, part by part. Never throws for what the input or the model did; content is followed by nothing but content, or by word that there is no more.</summary>
    IAsyncEnumerable<ModelPart> AnswerAsync(Hash32 versionId, ReadOnlyMemory<byte> input, CancellationToken cancellationToken);
}

/// <summary>A part of what a model says.</summary>
public abstract record ModelPart
{
    private ModelPart()
    {
    }

    /// <summary>More of the answer.</summary>
    public sealed record Content(ReadOnlyMemory<byte> Bytes) : ModelPart;

    /// <summary>The input cannot be run, by anyone: a receipt says so.</summary>
    public sealed record CannotRun(string Detail) : ModelPart;

    /// <summary>There is no answer, or no more of it, here and now.</summary>
    public sealed record Unavailable(AnswerRefusal Reason) : ModelPart;
}
