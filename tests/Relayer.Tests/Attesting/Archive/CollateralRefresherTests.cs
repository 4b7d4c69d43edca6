using System.Text;
using Microsoft.AspNetCore.Http;
using OpenGradient.Attestation;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Relayer.Attesting.Archive;

namespace OpenGradient.Relayer.Tests.Attesting.Archive;

/// <summary>Collateral that is fetched anew, from services that lie, fail, and are slow.</summary>
public sealed class CollateralRefresherTests : IAsyncLifetime
{
    private static readonly string[] Names = ["tcbinfo.json", "qeidentity.json", "root.crl", "pck.crl", "signer.der"];

    private CollateralScene? _scene;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private CollateralScene Scene => _scene!;

    public async ValueTask InitializeAsync() => _scene = await CollateralScene.StartAsync();

    public async ValueTask DisposeAsync() => await Scene.DisposeAsync();

    [Fact]
    public async Task What_holds_is_taken_into_use_and_verifies_evidence_offline()
    {
        var made = new EmulatedAttester(AttestingScene.Roots, Scene.Clock).Attest(TeeType.Tdx, []);
        Scene.Serve(made);

        var outcomes = await Scene.RefreshAsync(made.Collateral.Select(file => file.Name));

        Assert.All(outcomes, outcome => Assert.True(outcome.State == RefreshState.Adopted, $"{outcome.Name}: {outcome.Reason}"));
        var verifier = new AttestationVerifier(TrustAnchors.Production.With(AttestingScene.Roots.Anchors), Scene.Clock);
        var current = await Scene.Archive.ReadCurrentAsync(Stop);
        Assert.Empty(verifier.Verify(made.Kind, made.Evidence, CollateralSet.Read(current), new AttestationPolicy { AllowEmulated = true }).Reasons);
        Assert.All(await Scene.RefreshAsync(Names), outcome => Assert.Equal(RefreshState.Unchanged, outcome.State));
    }

    [Theory]
    [InlineData(TeeType.Snp)]
    [InlineData(TeeType.Nvidia)]
    public async Task What_other_vendors_sign_is_kept_as_well(TeeType type)
    {
        // Answers of OCSP are about one certificate each, and are asked for with evidence at hand.
        CollateralFile[] files = [.. CollateralScene.Signed(CollateralScene.Now, type).Collateral.Where(file => !file.Name.EndsWith(".ocsp", StringComparison.Ordinal))];
        Scene.Serve(files);

        Assert.All(await Scene.RefreshAsync(files.Select(file => file.Name)), outcome => Assert.True(outcome.State == RefreshState.Adopted, $"{outcome.Name}: {outcome.Reason}"));
    }

    [Fact]
    public async Task What_is_newer_takes_the_place_of_what_was_and_that_stays_by_its_hash()
    {
        var before = await AdoptAsync();
        Scene.Clock.Now += TimeSpan.FromDays(40);
        var after = CollateralScene.Signed(Scene.Clock.Now);
        Scene.Serve(after);

        Assert.All(await Scene.RefreshAsync(Names), outcome => Assert.True(outcome.State == RefreshState.Adopted, $"{outcome.Name}: {outcome.Reason}"));

        foreach (var name in Names)
        {
            await AssertCurrentAsync(after.Collateral, name);
            Assert.Equal(ContentOf(before, name).ToArray(), await Scene.Archive.FindAsync(CollateralArchive.HashOf(ContentOf(before, name)), Stop));
        }
    }

    [Fact]
    public async Task What_is_older_is_not_gone_back_to()
    {
        var older = CollateralScene.Signed(CollateralScene.Now.AddDays(-3));
        var before = await AdoptAsync();
        Scene.Serve(older);

        await AssertKeptAsync(before, "root.crl", "issued at");
    }

    [Fact]
    public async Task What_an_operator_put_there_by_hand_is_not_gone_back_from()
    {
        await AdoptAsync();
        Scene.Clock.Now += TimeSpan.FromDays(2);
        var byHand = ContentOf(CollateralScene.Signed(Scene.Clock.Now).Collateral, "root.crl");
        await File.WriteAllBytesAsync(Path.Combine(Scene.Archive.CurrentFolder, "root.crl"), byHand.ToArray(), Stop);
        // Newer than what was fetched last, and older than what is in use.
        Scene.Serve(CollateralScene.Signed(CollateralScene.Now.AddDays(1)));

        await AssertKeptAsync([new CollateralFile("root.crl", byHand)], "root.crl", "issued at");
        Scene.Serve(CollateralScene.Signed(CollateralScene.Now.AddDays(3)));
        Scene.Clock.Now += TimeSpan.FromDays(1);
        Assert.Equal(RefreshState.Adopted, Assert.Single(await Scene.RefreshAsync("root.crl")).State);
    }

    [Fact]
    public async Task A_damaged_file_in_use_keeps_no_other_from_being_refreshed()
    {
        await File.WriteAllBytesAsync(Path.Combine(Scene.Archive.CurrentFolder, "big"), new byte[CollateralFile.MaxBytes + 1], Stop);
        await File.WriteAllTextAsync(Path.Combine(Scene.Archive.CurrentFolder, "tcbinfo.json"), "{\"tcbInfo\":", Stop);
        var made = CollateralScene.Signed(CollateralScene.Now);
        Scene.Serve(made);

        Assert.All(await Scene.RefreshAsync(made.Collateral.Select(file => file.Name)), outcome => Assert.True(outcome.State == RefreshState.Adopted, $"{outcome.Name}: {outcome.Reason}"));
        Assert.Equal("big", Assert.Single((await Scene.Archive.ReadSoundAsync(Stop)).Skipped).Name);
    }

    [Fact]
    public async Task What_is_over_still_says_what_may_take_its_place()
    {
        await AdoptAsync();
        Scene.Clock.Now += TimeSpan.FromDays(30);
        var after = CollateralScene.Signed(Scene.Clock.Now);
        Scene.Serve([new CollateralFile("pck.crl", ContentOf(after.Collateral, "root.crl"))]);

        var outcome = Assert.Single(await Scene.RefreshAsync("pck.crl"));

        Assert.Equal(RefreshState.Failed, outcome.State);
        Assert.Contains("It is about", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_stranger_signs_changes_nothing()
    {
        using var strangers = EmulatedRoots.Generate();
        var before = await AdoptAsync();
        Scene.Serve(CollateralScene.Signed(CollateralScene.Now.AddHours(1), roots: strangers));
        Scene.Clock.Now += TimeSpan.FromHours(2);

        Assert.All(await Scene.RefreshAsync(Names), outcome => Assert.Equal(RefreshState.Failed, outcome.State));
        await AssertCurrentAsync(before, "tcbinfo.json");
    }

    [Fact]
    public async Task A_changed_byte_changes_nothing()
    {
        var before = await AdoptAsync();
        Scene.Clock.Now += TimeSpan.FromDays(1);
        var after = CollateralScene.Signed(Scene.Clock.Now).Collateral;
        var text = Encoding.UTF8.GetString(ContentOf(after, "tcbinfo.json").Span).Replace("\"UpToDate\"", "\"OutOfDate\"", StringComparison.Ordinal);
        Scene.Serve([.. after.Where(file => file.Name != "tcbinfo.json"), new CollateralFile("tcbinfo.json", Encoding.UTF8.GetBytes(text))]);

        await AssertKeptAsync(before, "tcbinfo.json", "not signed");
    }

    [Fact]
    public async Task What_is_over_or_has_not_begun_is_not_kept()
    {
        Scene.Serve(CollateralScene.Signed(CollateralScene.Now.AddDays(-60)));
        Assert.Equal(RefreshState.Failed, (await Scene.RefreshAsync(Names))[0].State);
        Scene.Serve(CollateralScene.Signed(CollateralScene.Now.AddDays(60)));
        Assert.Equal(RefreshState.Failed, (await Scene.RefreshAsync(Names))[0].State);
        Assert.DoesNotContain(await Scene.Archive.ReadCurrentAsync(Stop), file => file.Name == "tcbinfo.json");
    }

    [Fact]
    public async Task What_is_about_something_else_does_not_take_the_place()
    {
        var before = await AdoptAsync();
        Scene.Serve([new CollateralFile("pck.crl", ContentOf(before, "root.crl"))]);

        await AssertKeptAsync(before, "pck.crl", "It is about");
    }

    [Theory]
    [InlineData("garbage", "none of what is read")]
    [InlineData("nothing", "nothing")]
    [InlineData("long", "more than")]
    [InlineData("endless", "more than")]
    [InlineData("moved", "302")]
    [InlineData("error", "500")]
    [InlineData("broken", "broke off")]
    [InlineData("slow", "took longer")]
    public async Task What_a_service_does_wrong_is_told_and_what_is_in_use_stays(string how, string reason)
    {
        var before = await AdoptAsync();
        if (how == "slow")
            Scene.Limit = TimeSpan.FromMilliseconds(50);
        Scene.Answers["tcbinfo.json"] = Hostile(how);

        await AssertKeptAsync(before, "tcbinfo.json", reason);
    }

    [Fact]
    public async Task The_chain_that_a_service_sends_in_a_header_comes_with_the_file()
    {
        var made = CollateralScene.Signed(CollateralScene.Now).Collateral.Where(file => file.Name != "pck.crl").ToList();
        Scene.Serve(made.Where(file => file.Name != "signer.der"));
        var pem = System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", ContentOf(made, "signer.der").Span);
        var tcbInfo = ContentOf(made, "tcbinfo.json");
        Scene.Answers["tcbinfo.json"] = context =>
        {
            context.Response.Headers["TCB-Info-Issuer-Chain"] = Uri.EscapeDataString(pem);
            return context.Response.Body.WriteAsync(tcbInfo).AsTask();
        };

        // The root comes with the others in this scene.
        var names = made.Select(file => file.Name).Where(name => name != "signer.der").ToList();
        Assert.All(await Scene.RefreshAsync(names), outcome => Assert.True(outcome.State == RefreshState.Adopted, $"{outcome.Name}: {outcome.Reason}"));
        Assert.NotNull(await Scene.CurrentAsync("tcbinfo.json.issuers.pem"));
    }

    private static ReadOnlyMemory<byte> ContentOf(IReadOnlyList<CollateralFile> files, string name) => files.Single(file => file.Name == name).Content;

    private static RequestDelegate Hostile(string how) => async context =>
    {
        var stop = context.RequestAborted;
        switch (how)
        {
            case "garbage":
                await context.Response.WriteAsync("<html>{\"tcbInfo\":", stop);
                break;
            case "nothing":
                break;
            case "long":
                await context.Response.Body.WriteAsync(new byte[CollateralFile.MaxBytes + 1], stop);
                break;
            case "endless":
                while (!stop.IsCancellationRequested)
                    await context.Response.Body.WriteAsync(new byte[64 * 1024], stop);
                break;
            case "moved":
                context.Response.Redirect("/root.crl");
                break;
            case "error":
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                break;
            case "broken":
                await context.Response.Body.WriteAsync("{"u8.ToArray(), stop);
                await context.Response.Body.FlushAsync(stop);
                context.Abort();
                break;
            default:
                await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                break;
        }
    };

    private async Task<IReadOnlyList<CollateralFile>> AdoptAsync()
    {
        var made = CollateralScene.Signed(CollateralScene.Now);
        Scene.Serve(made);
        await Scene.RefreshAsync(made.Collateral.Select(file => file.Name));
        // And the chain beside the list of platforms.
        Assert.Equal(made.Collateral.Count + 1, (await Scene.Archive.ReadCurrentAsync(Stop)).Count);
        return made.Collateral;
    }

    private async Task AssertKeptAsync(IReadOnlyList<CollateralFile> before, string name, string reason)
    {
        var outcome = Assert.Single(await Scene.RefreshAsync(name));
        Assert.Equal(RefreshState.Failed, outcome.State);
        Assert.Contains(reason, outcome.Reason, StringComparison.Ordinal);
        await AssertCurrentAsync(before, name);
    }

    private async Task AssertCurrentAsync(IReadOnlyList<CollateralFile> expected, string name) =>
        Assert.Equal(ContentOf(expected, name).ToArray(), (await Scene.CurrentAsync(name))!.Content.ToArray());
}
