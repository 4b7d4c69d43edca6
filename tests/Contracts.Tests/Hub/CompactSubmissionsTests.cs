using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests.Hub;

/// <summary>Fewer bytes, the same submissions, as viem reads them.</summary>
public sealed class CompactSubmissionsTests(DeployedChainFixture chain)
{
    private const int Samples = 40;
    private const int BytesOfEmptyTerms = 128;

    // Whatever the calls are: what they say, encoded in the usual order.
    private const string Viem = """
        import { decodeFunctionData, encodeFunctionData, parseAbi } from 'viem';
        import { readFileSync } from 'node:fs';
        const { declarations, calls } = JSON.parse(readFileSync(0, 'utf8'));
        const abi = parseAbi(declarations);
        process.stdout.write(JSON.stringify(calls.map(data => encodeFunctionData({ abi, ...decodeFunctionData({ abi, data }) }))));
        """;

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly IHubContract _hub = new(chain.Client, chain.Deployment.Hub);

    [Fact]
    public async Task Viem_reads_the_same_submissions()
    {
        List<ReadOnlyMemory<byte>> usual = [];
        List<ReadOnlyMemory<byte>> compact = [];
        await RandomData.ForEachAsync(Batches, Samples, batch =>
        {
            usual.AddRange([_hub.PrepareSettleBatch(batch).Data, _hub.PrepareSettleProven(batch, new byte[77]).Data]);
            compact.AddRange([_hub.PrepareSettleBatchCompactly(batch).Data, _hub.PrepareSettleProvenCompactly(batch, new byte[77]).Data]);
            return Task.CompletedTask;
        });

        var question = new JsonObject
        {
            ["declarations"] = new JsonArray(IHubContract.SettleBatchCall.Declaration, IHubContract.SettleProvenCall.Declaration),
            ["calls"] = new JsonArray([.. compact.Select(call => (JsonNode)Hex.Encode(call.Span))]),
        };
        var answers = JsonNode.Parse(await PeerProcess.RunNodeAsync(Viem, question.ToJsonString(), Stop))!.AsArray();

        Assert.Equal(usual.Count, answers.Count);
        Assert.Contains(Enumerable.Range(0, usual.Count), i => compact[i].Length < usual[i].Length);
        for (var i = 0; i < usual.Count; i++)
            Assert.Equal(Hex.Encode(usual[i].Span), answers[i]!.GetValue<string>());
    }

    [Fact]
    public async Task Saves_four_words_of_each_that_has_no_terms_and_somewhere_two_empty_words()
    {
        var lengths = new HashSet<int>();
        await RandomData.ForEachAsync(Batches, Samples, batch =>
        {
            var saved = _hub.PrepareSettleBatch(batch).Data.Length - _hub.PrepareSettleBatchCompactly(batch).Data.Length;
            Assert.Equal(batch.Count(IsCompact) * BytesOfEmptyTerms, saved);
            lengths.Add(saved);
            return Task.CompletedTask;
        });

        Assert.True(lengths.Count > 2, "The samples are all alike.");
    }

    private static Gen<IHubContract.Submission[]> Batches { get; } = Gen.Choose(0, 5).SelectMany(count => Gen.ArrayOf(Submissions, count));

    // Half of them without terms, and of the usual kind: no window, no callback, no flags.
    private static Gen<IHubContract.Submission> Submissions { get; } =
        from ask in RandomAsks.All
        from terms in RandomAsks.Terms
        from isPlain in Gen.Choose(0, 2)
        from settlement in RandomAsks.Settlements
        from evidence in Gen.Choose(0, 66)
        from output in Gen.Choose(0, 100)
        let request = isPlain == 0 ? ask.Request : ask.Request with { ChallengeWindow = 0, CallbackGas = 0 }
        select new IHubContract.Submission(
            ask with { Request = request }, isPlain == 2 ? terms : new([], []), settlement.OutputCommit, settlement.Node, settlement.Payee, settlement.KeyEpoch,
            settlement.IssuedAt, settlement.ExpiresAt, settlement.EvidenceHash, new byte[evidence], new byte[output]);

    private static bool IsCompact(IHubContract.Submission submission)
    {
        if (submission.Terms.AcceptedWorkloads.Count + submission.Terms.Members.Count > 0)
            return false;
        // The words before the offset of the terms, and those between it and the other two.
        return HasTwoEmptyWords(new IHubContract.RefundCall(submission.Ask).Encode().AsSpan(4))
            || (submission.KeyEpoch == 0 && submission.IssuedAt == 0) || (submission.IssuedAt == 0 && submission.ExpiresAt == 0)
            || (submission.ExpiresAt == 0 && submission.EvidenceHash == Hash32.Zero);
    }

    private static bool HasTwoEmptyWords(ReadOnlySpan<byte> words)
    {
        for (var i = 0; i + 64 <= words.Length; i += 32)
        {
            if (words.Slice(i, 64).IndexOfAnyExcept((byte)0) < 0)
                return true;
        }

        return false;
    }
}
