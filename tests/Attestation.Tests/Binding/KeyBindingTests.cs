using OpenGradient.Attestation.Binding;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Tests.Emulated;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Attestation.Tests.Binding;

public sealed class KeyBindingTests
{
    private static readonly KeyBinding Whole = new()
    {
        SigningKey = Enumerable.Range(0, 64).Select(i => (byte)i).ToArray(),
        HpkeKey = Enumerable.Repeat((byte)4, 65).ToArray(),
        Nonce = "nonce"u8.ToArray(),
        ChainId = 31337,
        Registry = Address.Parse("0x1111111111111111111111111111111111111111"),
        KeyEpoch = 7,
        GpuVerdictHash = Hash32.Parse("0x2222222222222222222222222222222222222222222222222222222222222222"),
    };

    // By another program: SHA-512 in Python over the same parts.
    [Fact]
    public void The_binding_is_the_hash_that_is_documented() => Assert.Equal(
        "5098203e887e0be1d8618eb19bfbc9e39c012155598024aae5e0687ccf404b73ea059a2cbe2ab1b076608cc9c1002032be96b27a9fea901b4893d53b557995d8",
        Convert.ToHexStringLower(Whole.ToReportData()));

    [Fact]
    public void Every_part_counts_and_none_runs_into_the_next()
    {
        KeyBinding[] others =
        [
            Whole,
            Whole with { SigningKey = new byte[64] },
            Whole with { HpkeKey = default, TlsKey = Whole.HpkeKey },
            Whole with { HpkeKey = Whole.HpkeKey[..64], TlsKey = Whole.HpkeKey[64..] },
            Whole with { Nonce = default },
            Whole with { ChainId = 1 },
            Whole with { Registry = default },
            Whole with { KeyEpoch = 8 },
            Whole with { GpuVerdictHash = null },
            Whole with { GpuVerdictHash = Hash32.Zero },
        ];

        Assert.Equal(others.Length, others.Select(binding => Convert.ToHexString(binding.ToReportData())).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Evidence_speaks_for_the_keys_that_it_binds_and_for_no_others()
    {
        var clock = new ManualTime();
        var evidence = new EmulatedAttester(EmulatedWorld.Roots, clock).Attest(TeeType.Tdx, Whole.ToReportData());

        Assert.True(Verify(Whole).Accepted);
        Assert.Equal([Check.ReportData], Verify(Whole with { KeyEpoch = 8 }).Reasons.Select(reason => reason.Check));

        Verdict Verify(KeyBinding binding) => EmulatedWorld.Verify(evidence, expectations: new Expectations { ReportData = binding.ToReportData() }, at: clock.GetUtcNow());
    }
}
