using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Messages;
using OpenGradient.PrivateService.Answering;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Private;

/// <summary>
/// Private requests at the hub. Their inputs come to the gateway: only who has the salt can give one that fits the commitment, so that nobody else can have a
/// request answered, or kept from being answered. The answer goes back sealed, and the pipeline settles its commitment as it settles any other. Neither input nor
/// output is written down.
/// </summary>
/// <param name="find">Looks up what the chain told of a request; null where it told nothing.</param>
/// <param name="inner">Admits requests and runs models.</param>
public sealed class HubAnswers(Func<Hash32, CancellationToken, Task<Job?>> find, IPreparer inner) : IPreparer, IHubRequests
{
    /// <summary>How many answers wait to be settled: a commitment each. Whose is forgotten is asked for again.</summary>
    public const int MostKept = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<Hash32, JobAnswer> _kept = [];
    private readonly Queue<Hash32> _order = new();

    /// <summary>The same over the database that the chain's requests are in.</summary>
    public static HubAnswers Over(IDatabase database, IPreparer inner) => new(
        (requestId, cancellationToken) => database.ReadAsync(
            async session => (await session.QuerySingleOrDefaultAsync<JobRow>($"SELECT {JobRow.Columns} FROM jobs WHERE request_id = @requestId", new { requestId }))
                // What was sent for it is not looked at here.
                ?.ToJob((order, attempt) => new SentWork(order, attempt, SentState.Pending, Block: null)),
            cancellationToken),
        inner);

    public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken)
    {
        if (!IsPrivate(job))
            return inner.PrepareAsync(job, cancellationToken);
        lock (_gate)
        {
            return Task.FromResult<Preparation>(_kept.TryGetValue(job.RequestId, out var answer)
                ? new Preparation.Answered(answer)
                : new Preparation.Delayed("Its input is private, and was not given to the gateway yet."));
        }
    }

    public async Task<ModelPart> AnswerAsync(
        Hash32 requestId, Hash32 versionId, Hash32 inputSalt, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        if (await find(requestId, cancellationToken) is not { } job || !IsPrivate(job) || job.Ask.Request.VersionId != versionId
            || job.Ask.Request.InputCommit != PrivateCommitment.Of(inputSalt, input.Span) || !IsOurs(job))
            return Unknown;
        switch (await inner.PrepareAsync(Opened(job, input), cancellationToken))
        {
            case Preparation.Answered(var found):
                var commit = found.IsFailure ? HubDomain.Failure : PrivateCommitment.Of(PrivateCommitment.OutputSaltOf(inputSalt, requestId), found.Output.Span);
                var answer = job.Answer ?? Keep(requestId, found with { OutputCommit = commit, Output = ReadOnlyMemory<byte>.Empty });
                // A model that says something else each time has said what counts: another output is given to nobody.
                return answer.OutputCommit != commit ? Unknown
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
    private static bool IsOurs(Job job) => job.TurnedAway is null && (job.Answer is not null || job.View.Stage is Stage.Open or Stage.Claimed);

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

    // The first answer is the one that counts.
    private JobAnswer Keep(Hash32 requestId, JobAnswer answer)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue(requestId, out var first))
                return first;
            if (_order.Count == MostKept)
                _kept.Remove(_order.Dequeue());
            _order.Enqueue(requestId);
            _kept.Add(requestId, answer);
            return answer;
        }
    }
}
