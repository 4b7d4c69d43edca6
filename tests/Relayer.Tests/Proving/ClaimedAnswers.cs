using OpenGradient.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;

namespace OpenGradient.Relayer.Tests.Proving;

/// <summary>Answers that wait for a proof.</summary>
internal static class ClaimedAnswers
{
    /// <summary>So many, claimed a moment ago and confirmed.</summary>
    public static async Task<IReadOnlyList<Hash32>> ClaimedAsync(RelayerScene scene, int count, int first = 0)
    {
        List<IHubContract.RequestedEvent> asked = [.. Enumerable.Range(first, count).Select(number => ProofStoreTests.Proven(RelayerScene.Ask(number, deadline: SampleJobs.Now + 3_600)))];
        await scene.TellAsync([.. asked]);
        await scene.Database.WriteAsync(
            session => session.ExecuteAsync("UPDATE jobs SET answer_commit = request_id, answer = request_id, answered_at = 5, ready_at = 5"), TestContext.Current.CancellationToken);
        await scene.TellAsync([.. asked.Select(request => new IHubContract.ClaimedEvent(
            request.RequestId, scene.Node, 1u, scene.ChainTime + RelayerScene.Deployment.HubTerms.ProvenClaimTime, 0))]);
        scene.ChainTime += 2;
        return [.. asked.Select(request => request.RequestId)];
    }

    public static async Task<IReadOnlyList<Job>> JobsAsync(RelayerScene scene, IReadOnlyList<Hash32> asked)
    {
        List<Job> jobs = [];
        foreach (var id in asked)
            jobs.Add(await scene.JobAsync(id));
        return jobs;
    }
}
