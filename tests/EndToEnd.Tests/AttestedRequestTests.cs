using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Keys;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Operations;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests;

/// <summary>The life of an attested node: its key is registered by a quorum, signs answers, is renewed, and is taken away.</summary>
public sealed class AttestedRequestTests(AttestedNetwork attested) : IClassFixture<AttestedNetwork>
{
    private const uint Minute = 60;
    private const uint Hour = 3_600;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_lives_from_its_registration_to_its_revocation()
    {
        // Registered by two of three: who lies was asked, too, and counted for nothing.
        var first = await KeyOfAsync(1);
        Assert.Equal((KeyState.Pending, true, attested.Workload), ((KeyState)first.State, first.IsEmulated, first.Registration.WorkloadId));
        await attested.UntilAttestedIsAsync(check => check.Level == HealthLevel.Warning && check.Details.Contains("is valid from", StringComparison.Ordinal));
        Assert.True(attested.Lies > 0);
        var early = await AskAsync();
        await TurnedAwayAsync(early, "no key of ours is valid now");

        await attested.PassAsync((10 * Minute) + 1);
        await attested.UntilAttestedIsAsync(check => check.Level == HealthLevel.Good && check.Details.Contains("emulated", StringComparison.Ordinal));
        var answered = await SettledAsync(await AskAsync());
        await HoldsAsync(answered, first, epoch: 1);
        await DeliveredAsync();
        using var commands = await BundleCommands.OpenAsync(attested);
        var (receipt, keys) = await IsBundledAsync(commands, answered);

        // Renewed with a third of its life left. Until the successor is valid the old one signs, and afterwards it drains.
        await attested.PassAsync(Hour + (10 * Minute));
        var second = await KeyOfAsync(2);
        Assert.NotEqual(first.Registration.Signer, second.Registration.Signer);
        await HoldsAsync(await SettledAsync(await AskAsync()), first, epoch: 1);
        await attested.PassAsync((10 * Minute) + 1);
        await attested.UntilAttestedIsAsync(check => check.Level == HealthLevel.Good && check.Details.StartsWith("epoch 2", StringComparison.Ordinal));
        await HoldsAsync(await SettledAsync(await AskAsync()), second, epoch: 2);
        var draining = await attested.Keys.CallKeyOfAsync(first.Registration.Signer, cancellationToken: Stop);
        Assert.Equal(KeyState.Active, (KeyState)draining.State);
        Assert.True(draining.ValidUntil <= second.ActiveFrom + attested.Chain.Deployment.KeyTerms.Overlap);

        // Taken away while an answer is in hand: it is not sent, and no other request is taken.
        attested.Gate = new TaskCompletionSource();
        var inHand = await AskAsync();
        await JobSaysAsync(inHand, "\"stage\":\"Open\"");
        await attested.Chain.Owner.SendAsync(attested.Keys.PrepareRevokeWorkload(attested.Workload, "a test"), cancellationToken: Stop);
        await attested.UntilAttestedIsAsync(check => check.Level == HealthLevel.Bad && check.Details.Contains("revoked", StringComparison.Ordinal));
        attested.Gate.SetResult();
        attested.Gate = null;
        await JobSaysAsync(inHand, "\"waitsFor\":\"AttestedKey\"");
        await TurnedAwayAsync(await AskAsync(), "no key of ours is valid now");
        Assert.Equal(Stage.Open, (Stage)(await attested.Network.Hub.CallStateOfAsync(inHand, cancellationToken: Stop)).Stage);
        Assert.Equal(2UL, await attested.Keys.CallEpochOfAsync(attested.NodeAddress, cancellationToken: Stop));

        // What was answered before that was valid then: the chain has both, and in which order.
        var (bundle, blocks) = await commands.MakeAsync(receipt, keys);
        Assert.Equal(3, blocks.Count);
        Assert.Equal("RevokedSince", await commands.JudgeAsync(bundle, blocks));
        Assert.Equal("IssueTimeUnproven", await commands.JudgeAsync(bundle));
    }

    // A public answer, by nothing but what the chain and the node's pages give to everybody.
    private static async Task<(string Receipt, string Keys)> IsBundledAsync(BundleCommands commands, IHubContract.SettledEvent settled)
    {
        var (shown, receipt) = await commands.ShowAsync(settled.RequestId);
        Assert.Equal(("Attested", "emulated"), (shown.GetProperty("receipt").GetProperty("assurance").GetString(), shown.GetProperty("rootLabel").GetString()));
        var keys = await commands.KeysAsync(settled.Settlement.EvidenceHash);
        var (bundle, blocks) = await commands.MakeAsync(receipt, keys);

        Assert.Equal("Valid", await commands.JudgeAsync(bundle, blocks));
        Assert.Equal("IssueTimeUnproven", await commands.JudgeAsync(bundle, blocks[0]));
        Assert.Equal("IssueTimeUnproven", await commands.JudgeAsync(bundle));
        foreach (var (text, other) in ((string, string)[])
            [
                ("\"issuedAt\": ", "\"issuedAt\": 1"), ($"\"outputCommit\": \"{settled.Settlement.OutputCommit}", $"\"outputCommit\": \"{Hash32.FromUInt256(1)}"),
                ("\"tlsKey\": \"\"", "\"tlsKey\": \"AA==\""),
            ])
            Assert.Equal("NeverValid", await commands.JudgeAsync(await commands.TamperAsync(bundle, text, other), blocks));
        return (receipt, keys);
    }

    private async Task<Hash32> AskAsync()
    {
        var input = CourtNetwork.Returns(1);
        var request = await attested.Network.RequestAsync(attested.Model, input) with { Assurance = (byte)Assurance.Attested, TermsHash = RequestHash.Of(Terms) };
        var receipt = await attested.Chain.Owner.SendAsync(attested.Network.Hub.PrepareRequestRequestBytesTerms(request, input, Terms), cancellationToken: Stop);
        return receipt.Logs.Select(log => IHubContract.RequestedEvent.TryDecode(log.Content, out var told) ? told : null).OfType<IHubContract.RequestedEvent>().Single().RequestId;
    }

    private IHubContract.Terms Terms => new([Hash32.FromUInt256(1), attested.Workload], []);

    // The register's own word, as soon as it has that epoch.
    private async Task<IAttestedKeysContract.AttestedKey> KeyOfAsync(ulong epoch)
    {
        var (signer, said) = (Address.Zero, "");
        await Eventually.UntilAsync(
            async () =>
            {
                signer = await attested.Keys.CallSignerOfAsync(attested.NodeAddress, epoch, cancellationToken: Stop);
                said = (await attested.Node.Health.LookAsync(Stop)).Checks.Single(check => check.Name == "attested").Details;
                return signer != Address.Zero;
            },
            $"epoch {epoch} is registered", Stop, () => said);
        return await attested.Keys.CallKeyOfAsync(signer, cancellationToken: Stop);
    }

    private async Task<IHubContract.SettledEvent> SettledAsync(Hash32 requestId)
    {
        await attested.Network.ReachesAsync(requestId, Stage.Settled);
        var logs = await LogsAsync(IHubContract.SettledEvent.Topic0, requestId);
        return IHubContract.SettledEvent.Decode(logs.Single().Content);
    }

    private async Task HoldsAsync(IHubContract.SettledEvent settled, IAttestedKeysContract.AttestedKey key, ulong epoch)
    {
        Assert.Equal((attested.NodeAddress, epoch, key.Registration.EvidenceHash), (settled.Settlement.Node, settled.Settlement.KeyEpoch, settled.Settlement.EvidenceHash));
        Assert.Equal("emulated", System.Text.Encoding.ASCII.GetString(settled.Settlement.RootLabel.Bytes.TrimEnd((byte)0)));
        var requested = IHubContract.RequestedEvent.Decode((await LogsAsync(IHubContract.RequestedEvent.Topic0, settled.RequestId)).Single().Content);
        var domain = new HubDomain(attested.Chain.Deployment.ChainId, attested.Chain.Deployment.Hub);
        var receipt = new IHubContract.Receipt(
            settled.RequestId, requested.Request.VersionId, requested.Request.InputCommit, settled.Settlement.OutputCommit, (byte)Assurance.Attested, settled.Settlement.Node,
            settled.Settlement.Payee, epoch, settled.Settlement.IssuedAt, settled.Settlement.ExpiresAt, settled.Settlement.EvidenceHash);
        Assert.True(SignerRecovery.TryRecover(domain.DigestOf(receipt), settled.Evidence.Span, out var signer));
        Assert.Equal(key.Registration.Signer, signer);
    }

    // A contract asks for attested evidence, and is called back with the answer.
    private async Task DeliveredAsync()
    {
        var board = new ScoreBoardContract(attested.Chain.Client, attested.Chain.Deployment.AddressOf("ScoreBoard"));
        await attested.Chain.Owner.SendAsync(attested.Network.Token.PrepareMint(board.Address, Units.Parse("10", 18)), cancellationToken: Stop);
        var receipt = await attested.Chain.Owner.SendAsync(
            board.PrepareAsk(attested.Model, (byte)Assurance.Attested, CourtNetwork.Returns(2), TestNetwork.Fee, 600), cancellationToken: Stop);
        var id = receipt.Logs.Select(log => IHubContract.RequestedEvent.TryDecode(log.Content, out var told) ? told : null).OfType<IHubContract.RequestedEvent>().Single().RequestId;
        await SettledAsync(id);
        Assert.True(IHubContract.DeliveredEvent.Decode((await LogsAsync(IHubContract.DeliveredEvent.Topic0, id)).Single().Content).Succeeded);
        Assert.NotEqual(Int256.Zero, await board.CallScoreOfAsync(id, cancellationToken: Stop));
    }

    private Task TurnedAwayAsync(Hash32 requestId, string why) => JobSaysAsync(requestId, why);

    private async Task JobSaysAsync(Hash32 requestId, string words)
    {
        using var http = new HttpClient { BaseAddress = attested.Node.Address };
        var said = "";
        await Eventually.UntilAsync(
            async () =>
            {
                using var response = await http.GetAsync(new Uri($"/api/jobs/{requestId}", UriKind.Relative), Stop);
                said = await response.Content.ReadAsStringAsync(Stop);
                return said.Contains(words, StringComparison.Ordinal);
            },
            $"the job says {words}", Stop, () => said);
    }

    private async Task<IReadOnlyList<LocatedLog>> LogsAsync(Hash32 topic, Hash32 requestId)
    {
        var head = await attested.Chain.Client.GetBlockNumberAsync(Stop);
        return await attested.Chain.Client.GetLogsAsync(
            new BlockRange(new BlockNumber(0), head), LogFilter.Of(attested.Chain.Deployment.Hub, topic, requestId), Stop);
    }
}
