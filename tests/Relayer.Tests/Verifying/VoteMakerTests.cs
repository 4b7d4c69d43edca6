using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Tensors;
using OpenGradient.Relayer.Verifying.Cases;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using static OpenGradient.Relayer.Tests.Verifying.SampleDossiers;

namespace OpenGradient.Relayer.Tests.Verifying;

public sealed class VoteMakerTests
{
    private static readonly Hash32 Salt = Hash32.FromUInt256(9u);
    private static readonly VersionSemantics Integer = new VersionSemantics.Integer(Hash32.Zero);
    private static readonly VersionSemantics Float = new VersionSemantics.Float(new Tolerance(100_000_000_000_000_000, 0));

    [Fact]
    public void Integers_need_no_bytes()
    {
        var vote = VoteMaker.Make(Settled([1]).InCase(), Own([3]), Salt, Integer);

        Assert.Equal((Keccak256.Hash([3]), Salt), (vote.OutputCommit, vote.Salt));
        Assert.True(vote.Output.IsEmpty && vote.Contested.IsEmpty && vote.Rivals.Count == 0);
    }

    [Fact]
    public void Neither_do_failures_what_is_not_known_and_the_nodes_own_answer()
    {
        var dossier = Settled(Floats(1)).InCase();
        foreach (var own in new[] { new OwnAnswer(HubDomain.Failure, default), OwnAnswer.Unknown, Own(Floats(1)) })
            Assert.True(VoteMaker.Make(dossier, own, Salt, Float) is { Output.IsEmpty: true, Contested.IsEmpty: true, Rivals.Count: 0 });
    }

    [Fact]
    public void What_agrees_with_the_node_brings_its_bytes_and_the_nodes()
    {
        var vote = VoteMaker.Make(Settled(Floats(1)).InCase(), Own(Floats(1.05f)), Salt, Float);

        Assert.Equal(Floats(1.05f), vote.Output.ToArray());
        Assert.Equal(Floats(1), vote.Contested.ToArray());
        Assert.Empty(vote.Rivals);
    }

    [Fact]
    public void What_agrees_with_the_challenger_brings_the_challengers_bytes()
    {
        var vote = VoteMaker.Make(Contested(Floats(5)), Own(Floats(5.05f)), Salt, Float);

        Assert.Equal([Floats(5)], vote.Rivals.Select(rival => rival.ToArray()));
    }

    [Fact]
    public void What_agrees_with_neither_brings_all_that_stand_for_themselves_up_to_the_first_that_it_agrees_with()
    {
        var dossier = Contested(
            Floats(5),
            Revealed(standing: CaseView.FirstMember, Floats(7)),
            Revealed(standing: CaseView.ForChallenger, Floats(5.05f)),
            Revealed(standing: CaseView.FirstMember + 2, Floats(9)),
            Revealed(standing: CaseView.FirstMember + 3, Floats(11)));

        Assert.Equal([Floats(5), Floats(7), Floats(9)], VoteMaker.Make(dossier, Own(Floats(9.05f)), Salt, Float).Rivals.Select(rival => rival.ToArray()));
        Assert.Equal(
            [Floats(5), Floats(7), Floats(9), Floats(11)], VoteMaker.Make(dossier, Own(Floats(13)), Salt, Float).Rivals.Select(rival => rival.ToArray()));
    }

    [Fact]
    public void A_challenger_who_says_that_nothing_can_be_run_keeps_its_place_without_bytes()
    {
        var dossier = Contested(Floats(5), Revealed(CaseView.FirstMember, Floats(7)));
        dossier = dossier with { Case = dossier.Case with { Other = new OtherAnswer(HubDomain.Failure, default) } };

        Assert.Equal([[], Floats(7)], VoteMaker.Make(dossier, Own(Floats(7)), Salt, Float).Rivals.Select(rival => rival.ToArray()));
    }

    [Fact]
    public void Bytes_of_the_node_that_nobody_has_shown_are_not_compared()
    {
        var dossier = Contested(Floats(5));
        dossier = dossier with { Ask = dossier.Ask! with { Request = dossier.Ask.Request with { Flags = (byte)RequestFlags.OutputOffChain } } };

        Assert.True(VoteMaker.Make(dossier, Own(Floats(1.05f)), Salt, Float).Contested.IsEmpty);
        var shown = dossier with { Case = dossier.Case with { ShownOutput = Floats(1) } };
        Assert.Equal(Floats(1), VoteMaker.Make(shown, Own(Floats(1.05f)), Salt, Float).Contested.ToArray());
    }

    private static OwnAnswer Own(byte[] output) => new(Keccak256.Hash(output), output);

    private static Seat Revealed(int standing, byte[] output) =>
        new(Them) { HasSealed = true, HasRevealed = true, Vote = new SeenVote(Keccak256.Hash(output), standing, output) };

    private static Dossier Contested(byte[] other, params Seat[] seats) => Settled(Floats(1)).InCase(
        view => view.Voting(Now, seats) with { Other = new OtherAnswer(Keccak256.Hash(other), other) }, Them);
}
