using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Support;

namespace OpenGradient.Relayer.Tests.Attesting.Keys;

/// <summary>Which key may sign, by what the register last said.</summary>
public sealed class KeyRingTests : IDisposable
{
    private const ulong Now = SampleJobs.Now;
    private const ulong Inclusion = 36;

    private readonly ManualTime _clock = new();
    private readonly KeyRing _ring;

    public KeyRingTests() => _ring = new KeyRing(isDevelopment: true, Inclusion, _clock);

    public void Dispose() => _ring.Dispose();

    [Fact]
    public void A_key_is_the_same_for_its_epoch_and_another_for_the_next()
    {
        Assert.Same(_ring.KeyFor(1), _ring.KeyFor(1));
        Assert.NotEqual(_ring.KeyFor(1).Signer.Address, _ring.KeyFor(2).Signer.Address);
    }

    [Fact]
    public void Only_a_valid_key_of_this_process_signs()
    {
        Assert.Null(_ring.Usable(SampleJobs.At(Now)));
        Post(KeyState.Active, signer: new Address([.. new byte[19], 9]));
        Assert.Null(_ring.Usable(SampleJobs.At(Now)));

        Post(KeyState.Active);

        var key = _ring.Usable(SampleJobs.At(Now));
        Assert.Equal((1UL, SampleKeys.Workload, "emulated"), (key!.KeyEpoch, key.WorkloadId, key.RootLabel));
    }

    [Theory]
    [InlineData(KeyState.Pending)]
    [InlineData(KeyState.Vetoed)]
    [InlineData(KeyState.Revoked)]
    [InlineData(KeyState.Expired)]
    public void A_key_in_any_other_state_signs_nothing(KeyState state)
    {
        Post(KeyState.Active);
        Assert.NotNull(_ring.Usable(SampleJobs.At(Now)));

        Post(state);

        Assert.Null(_ring.Usable(SampleJobs.At(Now)));
    }

    [Fact]
    public void What_would_be_mined_after_its_end_or_before_its_start_is_not_signed()
    {
        Post(KeyState.Active);

        Assert.Null(_ring.Usable(SampleJobs.At(Now + 10_000 - Inclusion)));
        Assert.NotNull(_ring.Usable(SampleJobs.At(Now + 10_000 - Inclusion - 1)));
        Assert.Null(_ring.Usable(SampleJobs.At(Now - 401)));
    }

    [Fact]
    public void A_successor_signs_when_it_is_valid_and_its_predecessor_until_then()
    {
        var (old, next) = (_ring.KeyFor(1).Signer.Address, _ring.KeyFor(2).Signer.Address);

        Post(Key(KeyState.Pending, next, epoch: 2), Key(KeyState.Active, old));
        Assert.Equal(old, _ring.Usable(SampleJobs.At(Now))!.Signer.Address);

        Post(Key(KeyState.Active, next, epoch: 2), Key(KeyState.Active, old));
        Assert.Equal(next, _ring.Usable(SampleJobs.At(Now))!.Signer.Address);
        Assert.True(_ring.MaySign(next, SampleJobs.At(Now)) && _ring.MaySign(old, SampleJobs.At(Now)));
    }

    [Fact]
    public void A_predecessor_that_ended_was_revoked_or_is_not_held_signs_nothing()
    {
        var (old, next) = (_ring.KeyFor(1).Signer.Address, _ring.KeyFor(2).Signer.Address);
        foreach (var state in (KeyState[])[KeyState.Revoked, KeyState.Expired, KeyState.Vetoed])
        {
            Post(Key(KeyState.Active, next, epoch: 2), Key(state, old));
            Assert.False(_ring.MaySign(old, SampleJobs.At(Now)));
        }

        Post(Key(KeyState.Active, next, epoch: 2), Key(KeyState.Active, old));
        _ring.Forget(old);
        Assert.False(_ring.MaySign(old, SampleJobs.At(Now)));
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.False(_ring.MaySign(next, SampleJobs.At(Now)));
    }

    [Fact]
    public void Who_does_not_know_how_a_key_stands_does_not_sign_with_it()
    {
        Post(KeyState.Active);
        _clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Null(_ring.Usable(SampleJobs.At(Now)));
    }

    [Fact]
    public void Where_value_is_at_stake_an_emulated_key_signs_nothing()
    {
        using var ring = new KeyRing(isDevelopment: false, Inclusion, _clock);
        var key = Key(KeyState.Active, ring.KeyFor(1).Signer.Address);
        ring.Post(new KeySituation(new BlockNumber(1), Now, 1, key, [key]));
        Assert.Null(ring.Usable(SampleJobs.At(Now)));

        var real = key with { IsEmulated = false, RootLabel = "production" };
        ring.Post(new KeySituation(new BlockNumber(1), Now, 1, real, [real]));
        Assert.NotNull(ring.Usable(SampleJobs.At(Now)));
    }

    [Fact]
    public async Task Keys_are_born_on_the_curve_that_was_chosen()
    {
        using var ring = new KeyRing(isDevelopment: true, Inclusion, _clock, KeyCurve.P256);
        var (key, digest) = (ring.KeyFor(1), Hash32.FromUInt256(7));

        var signature = await key.Signer.SignAsync(digest, TestContext.Current.CancellationToken);

        Assert.True(P256.TryRecoverAddress(digest, signature.Span, out var signer));
        Assert.Equal((key.Signer.Address, key.PublicKey.ToAddress()), (signer, signer));
        Assert.Equal(64, (await _ring.KeyFor(1).Signer.SignAsync(digest, TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public void However_many_keys_are_made_few_are_held()
    {
        for (var epoch = 1UL; epoch <= 20; epoch++)
            _ring.KeyFor(epoch);

        Assert.Equal(4, _ring.Signers.Count);
        Assert.Contains(_ring.KeyFor(20).Signer.Address, _ring.Signers);
    }

    private void Post(KeyState state, Address? signer = null) => Post(Key(state, signer ?? _ring.KeyFor(1).Signer.Address));

    private void Post(params IReadOnlyList<RegisteredKey> keys) => _ring.Post(new KeySituation(new BlockNumber(1), Now, keys[0].KeyEpoch, keys[0], keys));

    private static RegisteredKey Key(KeyState state, Address signer, ulong epoch = 1) => SampleKeys.Key(state, epoch, Now - 1_000, Now + 10_000, signer);
}
