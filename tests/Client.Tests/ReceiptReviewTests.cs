using OpenGradient.Client.Answers;
using OpenGradient.Client.Tests.World;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;

namespace OpenGradient.Client.Tests;

/// <summary>A gateway that lies: each lie is refused for what it is, even where the attested key has signed it.</summary>
public sealed class ReceiptReviewTests
{
    private static readonly byte[] Input = "a question"u8.ToArray();

    public static TheoryData<string, PrivateRefusal> Lies => new()
    {
        { nameof(IHubContract.Receipt.RequestId), PrivateRefusal.ReceiptOfAnotherRequest },
        { nameof(IHubContract.Receipt.VersionId), PrivateRefusal.ReceiptOfAnotherVersion },
        { nameof(IHubContract.Receipt.Node), PrivateRefusal.ReceiptOfAnotherNode },
        { nameof(IHubContract.Receipt.Assurance), PrivateRefusal.ReceiptNotAttested },
        { nameof(IHubContract.Receipt.KeyEpoch), PrivateRefusal.ReceiptOfOtherEvidence },
        { nameof(IHubContract.Receipt.EvidenceHash), PrivateRefusal.ReceiptOfOtherEvidence },
        { nameof(IHubContract.Receipt.InputCommit), PrivateRefusal.ReceiptOfAnotherInput },
        { nameof(IHubContract.Receipt.OutputCommit), PrivateRefusal.ReceiptOfAnotherOutput },
        { nameof(IHubContract.Receipt.IssuedAt), PrivateRefusal.ReceiptOfAnotherTime },
        { nameof(IHubContract.Receipt.ExpiresAt), PrivateRefusal.ReceiptOfAnotherTime },
        { nameof(IHubContract.Receipt.Payee), PrivateRefusal.ReceiptNotSigned },
        { "", PrivateRefusal.None },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Each_lie_of_a_receipt_is_refused_for_what_it_is(string lie, PrivateRefusal expected)
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels());
        var answer = Assert.IsType<PrivateOutcome.Answered>(await world.AskAsync(Input)).Answer;
        var (honest, other) = (answer.Receipt, Keccak256.Hash("other"u8));
        var receipt = lie switch
        {
            nameof(honest.RequestId) => honest with { RequestId = other },
            nameof(honest.VersionId) => honest with { VersionId = other },
            nameof(honest.Node) => honest with { Node = PrivateWorld.Payee },
            nameof(honest.Assurance) => honest with { Assurance = (byte)Assurance.Proven },
            nameof(honest.KeyEpoch) => honest with { KeyEpoch = 2 },
            nameof(honest.EvidenceHash) => honest with { EvidenceHash = other },
            nameof(honest.InputCommit) => honest with { InputCommit = other },
            nameof(honest.OutputCommit) => honest with { OutputCommit = other },
            nameof(honest.IssuedAt) => honest with { IssuedAt = honest.IssuedAt - 400 },
            nameof(honest.ExpiresAt) => honest with { ExpiresAt = honest.IssuedAt - 1 },
            nameof(honest.Payee) => honest with { Payee = PrivateWorld.Hub },
            _ => honest,
        };

        Assert.Equal(expected, Review(world, answer with { Receipt = receipt }, honest));
    }

    [Fact]
    public async Task A_signature_of_another_key_or_for_another_hub_is_none()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels());
        var answer = Assert.IsType<PrivateOutcome.Answered>(await world.AskAsync(Input)).Answer;
        using var stranger = new LocalSigner(PrivateKey.Generate());
        var theirs = await stranger.SignAsync(new HubDomain(PrivateWorld.Chain, PrivateWorld.Hub).DigestOf(answer.Receipt), TestContext.Current.CancellationToken);

        Assert.Equal(PrivateRefusal.ReceiptNotSigned, Review(world, answer with { Signature = theirs.ToBytes() }, answer.Receipt));
        Assert.Equal(PrivateRefusal.ReceiptNotSigned, Review(world, answer with { Signature = answer.Signature[..63] }, answer.Receipt));
        Assert.Equal(PrivateRefusal.ReceiptNotSigned, ReceiptReview.FindFault(
            answer, answer.Receipt.RequestId, answer.Receipt.VersionId, world.Options with { Hub = PrivateWorld.Node }, TimeProvider.System.GetUtcNow()));
    }

    [Fact]
    public async Task Salts_and_contents_that_were_exchanged_do_not_fit()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels());
        var answer = Assert.IsType<PrivateOutcome.Answered>(await world.AskAsync(Input)).Answer;

        Assert.Equal(PrivateRefusal.ReceiptOfAnotherOutput, Review(world, answer with { OutputSalt = answer.InputSalt }, answer.Receipt));
        Assert.Equal(PrivateRefusal.ReceiptOfAnotherInput, Review(world, answer with { InputSalt = Hash32.Zero }, answer.Receipt));
        Assert.Equal(PrivateRefusal.ReceiptOfAnotherOutput, Review(world, answer with { Output = null }, answer.Receipt));
    }

    private static PrivateRefusal Review(PrivateWorld world, PrivateAnswer answer, IHubContract.Receipt asked) =>
        ReceiptReview.FindFault(answer, asked.RequestId, asked.VersionId, world.Options, TimeProvider.System.GetUtcNow());
}
