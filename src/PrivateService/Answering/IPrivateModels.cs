using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
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

/// <summary>Requests at the hub whose inputs come privately: what answers them there is told what was answered here.</summary>
public interface IHubRequests
{
    /// <summary>
    /// Answers one, where it is a private one of this version that commits to this input, and that this node may answer. Asked again, it gives the same answer
    /// again or none: no two outputs of one request are ever given.
    /// </summary>
    /// <param name="requestId">The request.</param>
    /// <param name="versionId">The version that is asked.</param>
    /// <param name="inputSalt">What the request commits to the input with. The answer is committed to with what follows from it.</param>
    /// <param name="input">Encoded tensors.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<ModelPart> AnswerAsync(Hash32 requestId, Hash32 versionId, Hash32 inputSalt, ReadOnlyMemory<byte> input, CancellationToken cancellationToken);
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

    /// <summary>What a backend came to.</summary>
    public static ModelPart Of(CanonicalOutcome outcome) => outcome switch
    {
        CanonicalOutcome.Answered(var output) => new Content(output),
        CanonicalOutcome.Failed(var reason, var detail) => new CannotRun($"{reason}: {detail}"),
        CanonicalOutcome.Unavailable(UnavailableReason.Busy, _, _) => new Unavailable(AnswerRefusal.Busy),
        CanonicalOutcome.Unavailable(UnavailableReason.AnswerTooLarge, _, _) => new Unavailable(AnswerRefusal.AnswerTooLarge),
        _ => new Unavailable(AnswerRefusal.Unavailable),
    };
}
