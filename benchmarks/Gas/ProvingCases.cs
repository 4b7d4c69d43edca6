using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Benchmarks.Gas;

/// <summary>Proofs, of which the stand-in verifier's cost next to nothing: <see cref="Proofs.ProofCases"/> has what a real one takes.</summary>
internal static class ProvingCases
{
    private const int BatchSize = 32;
    private const int StatementWords = 4;

    /// <summary>What the provable version is committed to.</summary>
    public static Hash32 Commitment { get; } = Keccak256.Hash("commitment"u8);

    public static async Task RunAsync(GasWorld world, CancellationToken cancellationToken)
    {
        await SettleAsync(world, 1, "settle Proven", cancellationToken);
        await SettleAsync(world, BatchSize, "settle Proven, each of a batch of 32", cancellationToken);
        await RaiseAsync(world, cancellationToken);
        await ChallengeAsync(world, cancellationToken);
    }

    private static async Task SettleAsync(GasWorld world, int count, string name, CancellationToken cancellationToken)
    {
        var answers = new List<IHubContract.Submission>();
        for (var i = 0; i < count; i++)
            answers.Add(await world.AnswerAsync(await world.AskAsync(world.Request(Assurance.Proven), cancellationToken), cancellationToken));
        var proof = ProofOf([.. answers.Select(answer => (answer.OutputCommit, world.Domain.DigestOf(world.Domain.ReceiptOf(answer))))]);
        if (count == 1)
        {
            // The payee's account is there from then on.
            await world.DoAsync(GasActors.BusyNode, world.Hub.PrepareSettleProvenCompactly(answers, proof), cancellationToken);
            answers = [await world.AnswerAsync(await world.AskAsync(world.Request(Assurance.Proven), cancellationToken), cancellationToken)];
            proof = ProofOf((answers[0].OutputCommit, world.Domain.DigestOf(world.Domain.ReceiptOf(answers[0]))));
        }

        var settled = await world.MeasureAsync(name, GasActors.BusyNode, world.Hub.PrepareSettleProvenCompactly(answers, proof), cancellationToken, (ulong)count);
        GasWorld.Expect<IHubContract.SettledEvent>(settled, count);
    }

    private static async Task RaiseAsync(GasWorld world, CancellationToken cancellationToken)
    {
        var (ask, settlement) = await SettleSignedAsync(world, cancellationToken);
        await world.MeasureAsync(
            "raise to Proven", GasActors.Requester,
            world.Hub.PrepareRaiseToProven(ask, settlement, ProofOf((settlement.OutputCommit, RaiseDigest(world, ask)))), cancellationToken);

        (ask, settlement) = await SettleSignedAsync(world, cancellationToken);
        var attested = await world.AnswerAsync(
            ask with { Request = ask.Request with { Assurance = (byte)Assurance.Attested } }, cancellationToken);
        // The receipt is about the request as it was asked, and claims more.
        var receipt = world.Domain.ReceiptOf(attested with { Ask = ask }) with { Assurance = (byte)Assurance.Attested };
        var submission = attested with
        {
            Ask = ask,
            Evidence = await world.SignReceiptAsync(GasActors.Enclave, world.Domain.DigestOf(receipt), cancellationToken),
        };
        await world.MeasureAsync("raise to Attested", GasActors.Requester, world.Hub.PrepareRaiseToAttested(submission, settlement), cancellationToken);
    }

    private static async Task ChallengeAsync(GasWorld world, CancellationToken cancellationToken)
    {
        var court = new IChallengeCourtContract(world.Chain.Client, world.Chain.Deployment.Court);
        var (ask, settlement) = await SettleSignedAsync(world, cancellationToken);
        var right = Keccak256.Hash(GasWorld.OutputOf(200));
        var digest = await court.CallChallengeDigestOfAsync(
            world.Domain.IdOf(ask), world.Chain.AddressOf(GasActors.Challenger), cancellationToken: cancellationToken);
        var courtAsk = CourtCases.Of(ask);
        var overturned = await world.MeasureAsync(
            "challenge with a proof", GasActors.Challenger,
            court.PrepareChallengeWithProof(courtAsk, CourtCases.Of(settlement), right, ProofOf((right, digest))), cancellationToken);
        GasWorld.Expect<IHubContract.OverturnedEvent>(overturned);
    }

    private static async Task<(IHubContract.Ask Ask, IHubContract.Settlement Settlement)> SettleSignedAsync(
        GasWorld world, CancellationToken cancellationToken)
    {
        var ask = await world.AskAsync(world.Request() with { VersionId = world.ProvableVersion }, cancellationToken);
        var settled = await world.DoAsync(
            GasActors.BusyNode, world.Hub.PrepareSettle(await world.AnswerAsync(ask, cancellationToken)), cancellationToken);
        return (ask, GasWorld.SettlementIn(settled));
    }

    private static Hash32 RaiseDigest(GasWorld world, IHubContract.Ask ask)
    {
        const int Words = 4 * UInt256.ByteLength;
        var writer = new AbiWriter([], Words);
        writer.WriteBytes32(Keccak256.Hash("OpenGradient.Relayer.Raise"u8));
        writer.WriteUInt64(world.Chain.Deployment.ChainId.Value);
        writer.WriteAddress(world.Hub.Address);
        writer.WriteBytes32(world.Domain.IdOf(ask));
        return Keccak256.Hash(writer.ToArray());
    }

    /// <summary>What the stand-in takes for a proof: the hash of the statements, all about the benchmark's one input.</summary>
    private static byte[] ProofOf(params (Hash32 OutputCommit, Hash32 Digest)[] statements)
    {
        var writer = new AbiWriter([], UInt256.ByteLength);
        writer.WriteArray(statements, StatementWords * UInt256.ByteLength, static (ref list, statement) =>
        {
            list.WriteBytes32(Commitment);
            list.WriteBytes32(Keccak256.Hash(GasWorld.Input));
            list.WriteBytes32(statement.OutputCommit);
            list.WriteBytes32(statement.Digest);
        });
        return Keccak256.Hash(writer.ToArray()).ToArray();
    }
}
