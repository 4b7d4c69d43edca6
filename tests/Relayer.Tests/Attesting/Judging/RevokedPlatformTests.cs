using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Relayer.Attesting.Judging;

namespace OpenGradient.Relayer.Tests.Attesting.Judging;

/// <summary>
/// Platforms that their vendor has revoked. Whoever brings evidence brings the list of before, which holds for weeks; what an attester itself keeps is newer.
/// </summary>
public sealed class RevokedPlatformTests
{
    private const string PlatformCa = "Intel SGX PCK Platform CA";
    private const byte PckNumber = 0x23;

    private static DateTimeOffset Now => AttestingScene.Clock.GetUtcNow();

    /// <summary>The list of an hour ago, by which the platform of a claim in this authority's world is revoked.</summary>
    internal static CollateralFile ListOf(EmulatedKey authority, DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        new("own-pck.crl", new CrlTemplate(PlatformCa, from ?? Now.AddHours(-1), to ?? Now.AddDays(29), [[PckNumber]]).Issue(authority));

    [Fact]
    public async Task A_platform_that_our_own_list_revokes_is_not_signed_for_whatever_list_was_brought()
    {
        using var authority = EmulatedKey.P256();
        var claim = await AttestingScene.ClaimAsync(world => world with { PlatformCaKey = authority });
        Assert.IsType<Judgement.Accepted>(Judge(claim));

        Assert.Equal("certificate-revoked", ReasonsOf(claim, ListOf(authority)));
    }

    [Fact]
    public async Task The_same_holds_for_amd()
    {
        var claim = await AttestingScene.ClaimAsync(TeeType.Snp);
        var list = new CrlTemplate("ARK-Emulated", Now.AddHours(-1), Now.AddDays(29), [[0x42]]).Issue(AttestingScene.Roots.Snp);
        Assert.IsType<Judgement.Accepted>(Judge(claim));

        Assert.Equal("certificate-revoked", ReasonsOf(claim, new CollateralFile("genoa.crl", list)));
    }

    [Fact]
    public async Task A_newer_list_that_another_key_signed_under_the_same_name_hides_none()
    {
        using EmulatedKey authority = EmulatedKey.P256(), stranger = EmulatedKey.P256();
        var claim = await AttestingScene.ClaimAsync(world => world with { PlatformCaKey = authority });

        Assert.Equal("certificate-revoked", ReasonsOf(claim, ListOf(stranger, Now.AddMinutes(-1)), ListOf(authority)));
        // Nor does one that is brought.
        var veiled = claim with { Collateral = [.. claim.Collateral, ListOf(stranger, Now.AddMinutes(-1))] };
        Assert.IsType<Judgement.Accepted>(Judge(veiled));
        Assert.Equal("certificate-revoked", ReasonsOf(veiled, ListOf(authority)));
    }

    [Fact]
    public async Task A_level_that_our_own_info_revokes_is_not_signed_for()
    {
        var claim = await AttestingScene.ClaimAsync();

        Assert.Equal("tcb-status", ReasonsOf(claim, InfoOf("Revoked")));
    }

    [Fact]
    public async Task Nothing_else_of_ours_counts_and_what_is_registered_is_the_same_to_the_bit()
    {
        using EmulatedKey authority = EmulatedKey.P256(), stranger = EmulatedKey.P256();
        var claim = await AttestingScene.ClaimAsync(world => world with { PlatformCaKey = authority });
        var alone = Assert.IsType<Judgement.Accepted>(Judge(claim));

        CollateralFile[][] harmless =
        [
            // A newer rating than the one that was brought: the policy's least evaluation is for that.
            InfoOf("OutOfDate"), InfoOf("UpToDate", info => info["tcbEvaluationDataNumber"] = 18),
            // Ours is over, and the brought one is not; or older than what was brought.
            [ListOf(authority, Now.AddDays(-60), Now.AddDays(-31))], [ListOf(authority, Now.AddDays(-2))],
            // By nobody who may say it, or damaged.
            [ListOf(stranger)], [new CollateralFile("bad.json", "{"u8.ToArray())],
        ];
        foreach (var own in harmless)
            Assert.Equal(alone, Judge(claim, own));
    }

    public static TheoryData<string> Heaps => ["certificates", "files", "both"];

    [Theory]
    [MemberData(nameof(Heaps))]
    public async Task However_much_is_brought_all_of_ours_is_read(string heap)
    {
        using var authority = EmulatedKey.P256();
        var claim = await AttestingScene.ClaimAsync(world => world with { PlatformCaKey = authority });
        // As much as any attester takes: 128 certificates, of which two are needed, and 32 files.
        var padded = claim with { Collateral = [.. claim.Collateral, .. Padding(heap, claim.Collateral.Count)] };
        var registration = Assert.IsType<Judgement.Accepted>(Judge(padded)).Registration;
        // As much as we keep, with what counts at its end.
        CollateralFile[] own = [.. Enumerable.Range(1, CollateralSet.MaxFiles - 1).Select(i => Filler(i, authority)), ListOf(authority)];

        Assert.Equal("certificate-revoked", ReasonsOf(padded, own));
        var rechecked = AttestingScene.Judge().Recheck(padded, AttestingScene.Block, registration, own);
        Assert.Equal("certificate-revoked", Assert.Single(rechecked!).Check);
    }

    private static IEnumerable<CollateralFile> Padding(string heap, int there)
    {
        using var key = EmulatedKey.P256();
        var pem = PemEncoding.WriteString("CERTIFICATE", Somebody.Issue(key, key));
        if (heap is "certificates" or "both")
        {
            foreach (var i in (int[])[0, 1])
                yield return new CollateralFile($"heap{i}.pem", Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Repeat(pem, 63))));
            there += 2;
        }

        if (heap is "files" or "both")
        {
            for (; there < ClaimMessage.MaxFiles; there++)
                yield return Filler(there, key);
        }
    }

    private static CertificateTemplate Somebody =>
        new() { Subject = "somebody", Issuer = "somebody", Serial = [1], NotBefore = DateTimeOffset.UnixEpoch, NotAfter = DateTimeOffset.UnixEpoch.AddYears(70), IsAuthority = true };

    // A list that says nothing about anybody here.
    private static CollateralFile Filler(int number, EmulatedKey key) =>
        new($"filler{number}.crl", new CrlTemplate($"authority {number}", Now.AddDays(-1), Now.AddDays(1), []).Issue(key));

    // What Intel says an hour ago of platforms as current as the claim's, with its signer's certificate.
    private static CollateralFile[] InfoOf(string status, Action<System.Text.Json.Nodes.JsonObject>? edit = null) =>
    [
        .. new DcapScene(AttestingScene.Roots, Now)
        {
            EditTcbInfo = info =>
            {
                info["issueDate"] = Now.AddHours(-1).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
                info["tcbLevels"]![0]!["tcbStatus"] = status;
                edit?.Invoke(info);
            },
        }.Build().Collateral.Where(file => file.Name is "tcbinfo.json" or "signer.der"),
    ];

    private static Judgement Judge(KeyClaim claim, params IReadOnlyList<CollateralFile> own) => AttestingScene.Judge().Judge(claim, AttestingScene.Block, own);

    private static string ReasonsOf(KeyClaim claim, params IReadOnlyList<CollateralFile> own) =>
        string.Join(' ', Assert.IsType<Judgement.Refused>(Judge(claim, own)).Reasons.Select(reason => reason.Check));
}
