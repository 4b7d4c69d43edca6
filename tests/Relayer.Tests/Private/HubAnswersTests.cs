using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Messages;
using OpenGradient.PrivateService.Answering;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Private;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;

namespace OpenGradient.Relayer.Tests.Private;

/// <summary>Private requests at the hub: who has the salt has them answered, once, and nothing of them is written down.</summary>
public sealed class HubAnswersTests
{
    private static readonly byte[] Input = "what the patient said"u8.ToArray();
    private static readonly Hash32 Salt = Keccak256.Hash("a salt"u8);
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly ScriptedPreparer _preparer = new();
    private readonly Dictionary<Hash32, Job> _jobs = [];
    private readonly StillChain _chain = new();
    private readonly HubAnswers _answers;
    private Hash32? _served;

    public HubAnswersTests() => _answers = AnswersOf(version => version == _served);

    [Fact]
    public async Task The_answer_goes_to_who_asked_and_its_commitment_to_the_chain()
    {
        var job = Private(1);
        Assert.Equal(WaitingFor.ItsInput, Assert.IsType<Preparation.Delayed>(await _answers.PrepareAsync(job, Stop)).Reason);

        var part = Assert.IsType<ModelPart.Content>(await AskAsync(job));

        Assert.Equal("public answer to what the patient said"u8.ToArray(), part.Bytes.ToArray());
        var settled = _jobs[job.RequestId].Answer!;
        Assert.Equal(PrivateCommitment.Of(PrivateCommitment.OutputSaltOf(Salt, job.RequestId), part.Bytes.Span), settled.OutputCommit);
        Assert.True(settled.Output.IsEmpty);
        // It was run as a public request would be, by the same rules.
        var run = Assert.Single(_preparer.Asked);
        Assert.Equal((Keccak256.Hash(Input), (byte)0), (run.Ask.Request.InputCommit, run.Ask.Request.Flags));
    }

    [Fact]
    public async Task Nobody_without_the_salt_has_it_answered_or_kept_from_being_answered()
    {
        var job = Private(1);
        ModelPart unknown = new ModelPart.Unavailable(AnswerRefusal.HubRequestUnknown);

        Assert.Equal(unknown, await AskAsync(job, salt: Hash32.Zero));
        Assert.Equal(unknown, await AskAsync(job, input: "something else"u8.ToArray()));
        Assert.Equal(unknown, await AskAsync(job, version: Hash32.Zero));
        Assert.Equal(unknown, await AskAsync(SampleJobs.Open(7)));
        _jobs[Hash32.FromUInt256(10u)] = SampleJobs.Open(9);
        Assert.Equal(unknown, await AskAsync(SampleJobs.Open(9)));
        Assert.Empty(_preparer.Asked);

        Assert.IsType<ModelPart.Content>(await AskAsync(job));
    }

    [Fact]
    public async Task Asked_again_it_is_answered_the_same_and_another_answer_is_given_to_nobody()
    {
        var job = Private(1);
        var first = Assert.IsType<ModelPart.Content>(await AskAsync(job));
        Assert.Equal(first.Bytes.ToArray(), Assert.IsType<ModelPart.Content>(await AskAsync(job)).Bytes.ToArray());

        _preparer.Says = _ => "another answer"u8.ToArray();
        Assert.Equal(new ModelPart.Unavailable(AnswerRefusal.HubRequestUnknown), await AskAsync(job));
    }

    [Fact]
    public async Task After_a_restart_the_stored_commitment_is_what_an_answer_must_fit()
    {
        var job = Private(1);
        await AskAsync(job);
        var restarted = AnswersOf(_ => false);

        Assert.IsType<ModelPart.Content>(await restarted.AnswerAsync(job.RequestId, job.Ask.Request.VersionId, Salt, Input, Stop));
        _preparer.Says = _ => "another answer"u8.ToArray();
        Assert.IsType<ModelPart.Unavailable>(await restarted.AnswerAsync(job.RequestId, job.Ask.Request.VersionId, Salt, Input, Stop));
    }

    [Fact]
    public async Task What_will_not_be_settled_by_us_is_not_answered()
    {
        ModelPart unknown = new ModelPart.Unavailable(AnswerRefusal.HubRequestUnknown);
        var (settled, refused) = (Private(1), Private(2));
        _jobs[settled.RequestId] = settled with { View = settled.View with { Stage = Stage.Settled, Node = SampleJobs.Them } };
        _jobs[refused.RequestId] = refused with { TurnedAway = new TurnedAway(TurnAwayReason.FeeTooLow, "too little") };

        Assert.Equal((unknown, unknown), (await AskAsync(settled), await AskAsync(refused)));
        Assert.Empty(_preparer.Asked);
    }

    [Fact]
    public async Task While_another_node_has_the_sole_right_nothing_is_given_away()
    {
        ModelPart unknown = new ModelPart.Unavailable(AnswerRefusal.HubRequestUnknown);
        var (claimed, assigned) = (Private(1).ClaimedBy(SampleJobs.Them, SampleJobs.Now), Private(2).AssignedTo(SampleJobs.Them, SampleJobs.Now));
        (_jobs[claimed.RequestId], _jobs[assigned.RequestId]) = (claimed, assigned);

        Assert.Equal((unknown, unknown), (await AskAsync(claimed), await AskAsync(assigned)));
        Assert.Empty(_preparer.Asked);

        // Its claim has run out by then, and its time, too.
        _chain.Time = SampleJobs.Now + SampleJobs.ClaimSeconds + 1;
        Assert.IsType<ModelPart.Content>(await AskAsync(claimed));
        Assert.IsType<ModelPart.Content>(await AskAsync(assigned));
    }

    [Fact]
    public async Task Behind_the_chain_nothing_is_begun_and_what_was_answered_is_answered_again()
    {
        var (open, answered) = (Private(1), Private(2));
        var first = Assert.IsType<ModelPart.Content>(await AskAsync(answered));
        _chain.IsCatchingUp = true;

        // It may have been answered by another, or refunded, long ago.
        Assert.Equal(new ModelPart.Unavailable(AnswerRefusal.HubRequestUnknown), await AskAsync(open));
        Assert.Null(_jobs[open.RequestId].Answer);
        Assert.Equal(first.Bytes.ToArray(), Assert.IsType<ModelPart.Content>(await AskAsync(answered)).Bytes.ToArray());
    }

    [Fact]
    public async Task What_we_have_claimed_or_what_is_assigned_to_us_is_answered()
    {
        var (claimed, assigned) = (Private(1).ClaimedBy(SampleJobs.Us, SampleJobs.Now), Private(2).AssignedTo(SampleJobs.Us, SampleJobs.Now + 300));
        (_jobs[claimed.RequestId], _jobs[assigned.RequestId]) = (claimed, assigned);

        Assert.IsType<ModelPart.Content>(await AskAsync(claimed));
        Assert.IsType<ModelPart.Content>(await AskAsync(assigned));
    }

    [Fact]
    public async Task A_quorums_member_answers_while_others_seal_and_nobody_else_does()
    {
        foreach (var (member, isAnswered) in ((Address, bool)[])[(SampleJobs.Us, true), (SampleJobs.Them, false)])
        {
            var job = Private(1) with { Terms = new IHubContract.Terms([], [member]) };
            _jobs[job.RequestId] = job with { View = job.View with { Stage = Stage.Sealing } };

            Assert.Equal(isAnswered, await AskAsync(job) is ModelPart.Content);
            Assert.Equal(isAnswered, _jobs[job.RequestId].Answer is not null);
        }
    }

    [Fact]
    public async Task An_input_that_cannot_be_run_is_settled_as_that()
    {
        var job = Private(1);
        _preparer.Says = _ => null;

        Assert.IsType<ModelPart.CannotRun>(await AskAsync(job));
        Assert.True(_jobs[job.RequestId].Answer!.IsFailure);
    }

    [Fact]
    public async Task What_is_not_admitted_or_not_to_be_had_is_not_answered_and_nothing_is_settled()
    {
        var job = Private(1);
        foreach (var (preparation, reason) in ((Preparation, AnswerRefusal)[])
            [
                (new Preparation.Refused(new TurnedAway(TurnAwayReason.FeeTooLow, "too little")), AnswerRefusal.HubRequestUnknown),
                (new Preparation.Delayed("later"), AnswerRefusal.Busy), (new Preparation.Unavailable("broken"), AnswerRefusal.Unavailable),
            ])
        {
            _preparer.Instead = preparation;
            Assert.Equal(new ModelPart.Unavailable(reason), await AskAsync(job));
            Assert.Null(_jobs[job.RequestId].Answer);
        }
    }

    [Fact]
    public async Task Public_requests_are_prepared_as_before()
    {
        Assert.IsType<Preparation.Answered>(await _answers.PrepareAsync(SampleJobs.Open(), Stop));
        Assert.Equal(SampleJobs.Open().RequestId, Assert.Single(_preparer.Asked).RequestId);
    }

    [Fact]
    public async Task What_a_server_would_read_is_not_run()
    {
        var job = Private(1);
        _served = job.Ask.Request.VersionId;

        Assert.Equal(new ModelPart.Unavailable(AnswerRefusal.HubRequestUnknown), await AskAsync(job));
        Assert.Empty(_preparer.Asked);
    }

    private HubAnswers AnswersOf(Func<Hash32, bool> leaves) => new(new KeptJobs(_jobs), leaves, _preparer, SampleJobs.Us, _chain);

    private Job Private(int number)
    {
        var open = SampleJobs.Open(number);
        var asked = open.Ask.Request with { Assurance = (byte)Assurance.Attested, Flags = (byte)RequestFlags.Private, InputCommit = PrivateCommitment.Of(Salt, Input) };
        var job = open with { Ask = open.Ask with { Request = asked }, Brought = ReadOnlyMemory<byte>.Empty };
        return _jobs[job.RequestId] = job;
    }

    private Task<ModelPart> AskAsync(Job job, Hash32? salt = null, byte[]? input = null, Hash32? version = null) =>
        _answers.AnswerAsync(job.RequestId, version ?? job.Ask.Request.VersionId, salt ?? Salt, input ?? Input, Stop);

    /// <summary>As a database does: the first answer is the one that counts.</summary>
    private sealed class KeptJobs(Dictionary<Hash32, Job> jobs) : IHubAnswerStore
    {
        public Task<Job?> FindAsync(Hash32 requestId, CancellationToken cancellationToken) => Task.FromResult(jobs.GetValueOrDefault(requestId));

        public Task<JobAnswer?> KeepAsync(Hash32 requestId, JobAnswer answer, CancellationToken cancellationToken)
        {
            jobs[requestId] = jobs[requestId] with { Answer = jobs[requestId].Answer ?? answer };
            return Task.FromResult(jobs[requestId].Answer);
        }
    }

    private sealed class ScriptedPreparer : IPreparer
    {
        public Func<ReadOnlyMemory<byte>, byte[]?> Says { get; set; } = input => [.. "public answer to "u8, .. input.Span];

        public Preparation? Instead { get; set; }

        public List<Job> Asked { get; } = [];

        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken)
        {
            Asked.Add(job);
            return Task.FromResult(Instead ?? new Preparation.Answered(Says(job.Brought) is { } output
                ? new JobAnswer(Keccak256.Hash(output), output, TimeSpan.Zero, "test")
                : new JobAnswer(HubDomain.Failure, ReadOnlyMemory<byte>.Empty, TimeSpan.Zero, "test")));
        }
    }
}
