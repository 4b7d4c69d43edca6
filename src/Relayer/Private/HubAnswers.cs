using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Messages;
using OpenGradient.PrivateService.Answering;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Private;

/// <summary>
/// Private requests at the hub. Their inputs come to the gateway: only who has the salt can give one that fits the commitment, so that nobody else can have a
/// request answered, or kept from being answered. The answer goes back sealed, and the pipeline settles its commitment as it settles any other. Neither input nor
/// output is written down.
/// </summary>
/// <param name="store">The requests that the chain told of, and their answers.</param>
/// <param name="leaves">Whether what a version is asked goes to a server, where it could be read.</param>
/// <param name="inner">Admits requests and runs models.</param>
/// <param name="node">Our node.</param>
/// <param name="chain">Whose claims still hold.</param>
public sealed class HubAnswers(IHubAnswerStore store, Func<Hash32, bool> leaves, IPreparer inner, Address node, IChainWatch chain) : IPreparer, IHubRequests
{
    public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => IsPrivate(job)
        ? Task.FromResult<Preparation>(new Preparation.Delayed("Its input is private, and was not given to the gateway yet.", Reason: WaitingFor.ItsInput))
        : inner.PrepareAsync(job, cancellationToken);

    public async Task<ModelPart> AnswerAsync(
        Hash32 requestId, Hash32 versionId, Hash32 inputSalt, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        if (leaves(versionId) || await store.FindAsync(requestId, cancellationToken) is not { } job || !IsPrivate(job) || job.Ask.Request.VersionId != versionId
            || job.Ask.Request.InputCommit != PrivateCommitment.Of(inputSalt, input.Span) || !IsOurs(job))
            return Unknown;
        switch (await inner.PrepareAsync(Opened(job, input), cancellationToken))
        {
            case Preparation.Answered(var found):
                var commit = found.IsFailure ? HubDomain.Failure : PrivateCommitment.Of(PrivateCommitment.OutputSaltOf(inputSalt, requestId), found.Output.Span);
                // What is given away is settled, whatever happens to this process: so it is stored before.
                var answer = job.Answer ?? await store.KeepAsync(requestId, found with { OutputCommit = commit, Output = ReadOnlyMemory<byte>.Empty }, cancellationToken);
                // A model that says something else each time has said what counts: another output is given to nobody.
                return answer?.OutputCommit != commit ? Unknown
                    : found.IsFailure ? new ModelPart.CannotRun("The input cannot be run.")
                    : new ModelPart.Content(found.Output);
            case Preparation.Delayed:
                return new ModelPart.Unavailable(AnswerRefusal.Busy);
            case Preparation.Unavailable:
                return new ModelPart.Unavailable(AnswerRefusal.Unavailable);
            default:
                // Turned away, by the rules that hold for all requests: the fee, the deadline, the assignee.
                return Unknown;
        }
    }

    private static ModelPart.Unavailable Unknown { get; } = new(AnswerRefusal.HubRequestUnknown);

    private static bool IsPrivate(Job job) => ((RequestFlags)job.Ask.Request.Flags & RequestFlags.Private) != RequestFlags.None;

    // Nothing is given away that will not be settled by us, or was.
    private bool IsOurs(Job job) => job.TurnedAway is null && (job.Answer is not null || (!chain.IsCatchingUp && MaySettle(job, chain.Now)));

    // Who has the sole right for a while may use it before our answer is taken.
    private bool MaySettle(Job job, Moment now) => job.View.Stage switch
    {
        Stage.Open => job.Ask.Request.Assignee == node || now.ChainTime > job.Ask.Request.ExclusiveUntil,
        Stage.Claimed => job.View.Node == node || now.ActiveTime > job.View.Until,
        // Another member was faster; there may still be time for our seal.
        Stage.Sealing => job.Terms.Members.Contains(node),
        _ => false,
    };

    // As a public request with this input would be: it is run by the same rules and limits.
    private static Job Opened(Job job, ReadOnlyMemory<byte> input)
    {
        var flags = (RequestFlags)job.Ask.Request.Flags & ~(RequestFlags.Private | RequestFlags.InputAtUri);
        return job with
        {
            Ask = job.Ask with { Request = job.Ask.Request with { Flags = (byte)flags, InputCommit = Keccak256.Hash(input.Span) } },
            Brought = input,
        };
    }
}
