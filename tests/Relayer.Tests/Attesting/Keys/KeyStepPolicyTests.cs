using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Tests.Attesting.Keys;

/// <summary>What is next about a node's keys, by what is known.</summary>
public sealed class KeyStepPolicyTests
{
    private const ulong Now = 1_000_000;
    private const ulong Day = 86_400;

    private static readonly KeyTerms Terms = new(VetoWindow: 600, Overlap: 3_600, MaxLifetime: 30 * Day);

    [Fact]
    public void A_node_without_a_key_has_its_first_attested() => Assert.Equal(new KeyStep.Attest(1), Next(Situation(last: null)));

    [Theory]
    [InlineData(KeyState.Pending, true, KeyWait.Activation)]
    [InlineData(KeyState.Pending, false, KeyWait.LostKey)]
    [InlineData(KeyState.Active, true, KeyWait.Nothing)]
    public void A_key_that_is_on_its_way_or_valid_is_left_alone(KeyState state, bool isHeld, KeyWait wait) =>
        Assert.Equal(new KeyStep.Rest(wait), Next(Situation(Key(state)), isHeld));

    [Fact]
    public void A_key_whose_process_has_ended_is_replaced_as_soon_as_the_register_takes_another() =>
        Assert.Equal(new KeyStep.Attest(4), Next(Situation(Key(KeyState.Active)), isHeld: false));

    [Theory]
    [InlineData(0UL, false)]
    [InlineData((7 * Day * 2 / 3) - 1, false)]
    [InlineData(7 * Day * 2 / 3, true)]
    public void A_key_is_renewed_with_a_third_of_its_life_left(ulong age, bool isDue)
    {
        var key = Key(KeyState.Active) with { AttestedAt = Now - age, ExpiresAt = Now - age + (7 * Day) };

        Assert.Equal(isDue ? new KeyStep.Attest(4) : new KeyStep.Rest(KeyWait.Nothing), Next(Situation(key)));
    }

    [Fact]
    public void A_short_lived_key_is_renewed_early_enough_to_wait_out_two_vetoes()
    {
        var key = Key(KeyState.Active) with { AttestedAt = Now - 1_800, ExpiresAt = Now + 1_800 };

        Assert.Equal(new KeyStep.Attest(4), Next(Situation(key)));
        Assert.Equal(key.ExpiresAt - 1_800, new KeyStepPolicy(Terms, 0).RenewalOf(key));
    }

    [Theory]
    [InlineData(KeyState.Expired)]
    [InlineData(KeyState.Revoked)]
    public void A_key_that_is_over_is_followed_by_another(KeyState state) => Assert.Equal(new KeyStep.Attest(4), Next(Situation(Key(state))));

    [Fact]
    public void After_a_key_that_somebody_took_away_none_is_registered_until_it_was_looked_into()
    {
        var revoked = Situation(Key(KeyState.Revoked) with { IsRevokedByName = true });
        var vetoed = Situation(Key(KeyState.Vetoed));

        Assert.IsType<KeyStep.Stop>(Next(revoked));
        Assert.IsType<KeyStep.Stop>(Next(vetoed, resumeAfter: 2));
        Assert.Equal(new KeyStep.Attest(4), Next(revoked, resumeAfter: 3));
        Assert.Equal(new KeyStep.Attest(4), Next(vetoed, resumeAfter: 3));
    }

    [Theory]
    [InlineData(SentState.Pending, null, false)]
    [InlineData(SentState.Mined, 101UL, false)]
    [InlineData(SentState.Mined, 100UL, true)]
    [InlineData(SentState.Failed, null, true)]
    public void A_registration_that_was_sent_counts_as_sent_until_it_is_seen_or_has_failed(SentState state, ulong? block, bool isSentAgain)
    {
        var sent = new SentRegistration(4, state, block is { } number ? new BlockNumber(number) : null, OrderId: 1);

        var step = Next(Situation(Key(KeyState.Expired)), sent: sent);

        Assert.Equal(isSentAgain ? new KeyStep.Attest(4) : new KeyStep.Rest(KeyWait.Registration), step);
    }

    [Fact]
    public void What_was_sent_for_another_epoch_holds_nothing_up() =>
        Assert.Equal(new KeyStep.Attest(4), Next(Situation(Key(KeyState.Expired)), sent: new SentRegistration(3, SentState.Pending, null, OrderId: 1)));

    [Fact]
    public void A_valid_key_is_refreshed_after_a_revocation_that_does_not_concern_it()
    {
        var key = Key(KeyState.Active);

        Assert.Equal(new KeyStep.Refresh(key.Signer), Next(Situation(key), needsRefresh: true));
        Assert.Equal(new KeyStep.Attest(4), Next(Situation(Key(KeyState.Revoked)), needsRefresh: true));
    }

    private static KeyStep Next(KeySituation situation, bool isHeld = true, SentRegistration? sent = null, bool needsRefresh = false, ulong resumeAfter = 0) =>
        new KeyStepPolicy(Terms, resumeAfter).Next(situation, _ => isHeld, sent, needsRefresh);

    private static KeySituation Situation(RegisteredKey? last) => new(new BlockNumber(100), Now, last?.KeyEpoch ?? 0, last, last is null ? [] : [last]);

    private static RegisteredKey Key(KeyState state) => SampleKeys.Key(state, epoch: 3, attestedAt: Now - 700, expiresAt: Now + (7 * Day));
}
