using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Settlement;
using OpenGradient.Relayer.Tests.Attesting;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;

namespace OpenGradient.Relayer.Tests.Settlement;

/// <summary>Who signs which answer.</summary>
public sealed class SubmissionMakerTests : IDisposable
{
    private const ulong Now = SampleJobs.Now;

    private readonly LocalSigner _node = new(PrivateKey.Generate());
    private readonly KeyRing _ring = new(isDevelopment: true, inclusionSeconds: 36, TimeProvider.System);
    private readonly HubDomain _domain = new(SampleDeployment.Make().ChainId, SampleDeployment.Make().Hub);

    public void Dispose()
    {
        _ring.Dispose();
        _node.Dispose();
    }

    [Fact]
    public async Task An_attested_answer_is_signed_by_the_attested_key_and_names_its_epoch_and_evidence()
    {
        var signer = _ring.KeyFor(3).Signer.Address;
        Post(SampleKeys.Key(KeyState.Active, 3, Now - 1_000, Now + 10_000, signer));

        var made = await MakeAsync(Attested());

        Assert.Equal((_node.Address, 3UL, Hash32.FromUInt256(0xE0)), (made.Node, made.KeyEpoch, made.EvidenceHash));
        Assert.True(Signature.TryParseEither(made.Evidence.Span, out var signature));
        Assert.True(signature.IsBy(signer, _domain.DigestOf(_domain.ReceiptOf(made))));
    }

    [Fact]
    public async Task A_signed_answer_is_signed_by_the_node_whatever_keys_there_are()
    {
        Post(SampleKeys.Key(KeyState.Active, 3, Now - 1_000, Now + 10_000, _ring.KeyFor(3).Signer.Address));

        var made = await MakeAsync(SampleJobs.Open().Answered());

        Assert.Equal((0UL, Hash32.Zero), (made.KeyEpoch, made.EvidenceHash));
        Assert.True(Signature.TryParseEither(made.Evidence.Span, out var signature));
        Assert.True(signature.IsBy(_node.Address, _domain.DigestOf(_domain.ReceiptOf(made))));
    }

    [Fact]
    public async Task Without_a_key_that_the_request_accepts_an_attested_answer_is_not_signed()
    {
        var maker = new SubmissionMaker(_domain, _node, _ring);
        Assert.False(SubmissionMaker.CanSign(Attested(), maker.KeyAt(SampleJobs.At(Now))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => MakeAsync(Attested()));

        Post(SampleKeys.Key(KeyState.Active, 3, Now - 1_000, Now + 10_000, _ring.KeyFor(3).Signer.Address));
        var key = maker.KeyAt(SampleJobs.At(Now));
        Assert.True(SubmissionMaker.CanSign(Attested(), key));
        Assert.True(SubmissionMaker.CanSign(Attested(SampleKeys.Workload), key));
        Assert.False(SubmissionMaker.CanSign(Attested(Hash32.FromUInt256(1)), key));
        Assert.True(SubmissionMaker.CanSign(SampleJobs.Open().Answered(), key: null));
    }

    private async Task<IHubContract.Submission> MakeAsync(Job job)
    {
        var maker = new SubmissionMaker(_domain, _node, _ring);
        var now = SampleJobs.At(Now);
        return await maker.MakeAsync(job, now, SampleJobs.Them, maker.KeyAt(now), TestContext.Current.CancellationToken);
    }

    private void Post(RegisteredKey key) => _ring.Post(new KeySituation(new BlockNumber(1), Now, key.KeyEpoch, key, [key]));

    private static Job Attested(params IReadOnlyList<Hash32> workloads)
    {
        var job = SampleJobs.Open().Answered();
        return job with
        {
            Ask = job.Ask with { Request = job.Ask.Request with { Assurance = (byte)Assurance.Attested } },
            Terms = new IHubContract.Terms(workloads, []),
        };
    }
}
