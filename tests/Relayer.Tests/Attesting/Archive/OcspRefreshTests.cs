using Microsoft.AspNetCore.Http;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Roots;
using OpenGradient.Relayer.Attesting.Archive;

namespace OpenGradient.Relayer.Tests.Attesting.Archive;

/// <summary>What NVIDIA says about single certificates, asked of a responder that lies, fails, and repeats itself.</summary>
public sealed class OcspRefreshTests : IAsyncLifetime
{
    private readonly OcspScene _ocsp = new();
    private CollateralScene? _scene;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private CollateralScene Scene => _scene!;

    public async ValueTask InitializeAsync()
    {
        _scene = await CollateralScene.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(Scene.Archive.CurrentFolder, "gpu.pem"), _ocsp.Pem, Stop);
        Scene.Answers[OcspScene.Responder] = _ocsp.Answer;
    }

    public async ValueTask DisposeAsync()
    {
        await Scene.DisposeAsync();
        _ocsp.Dispose();
    }

    [Fact]
    public async Task Every_certificate_below_the_root_is_asked_about_and_its_answer_kept()
    {
        var outcomes = await RefreshAsync();

        Assert.Equal(2, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.True(outcome.State == RefreshState.Adopted, $"{outcome.Name}: {outcome.Reason}"));
        Assert.All(_ocsp.Asked, asked => Assert.Equal(("application/ocsp-request", OcspQuestion.NonceBytes), (asked.Type, asked.Nonce.Length)));
        Assert.False(_ocsp.Asked[0].Nonce.AsSpan().SequenceEqual(_ocsp.Asked[1].Nonce));
        var current = await Scene.Archive.ReadCurrentAsync(Stop);
        Assert.Equal(outcomes.Select(outcome => outcome.Name).Append("gpu.pem").Order(StringComparer.Ordinal), current.Select(file => file.Name), StringComparer.Ordinal);
        Assert.Empty(CollateralSet.Read(current).Faults);
        Assert.All(await Scene.Archive.HistoryAsync(Stop), record => Assert.Equal((CollateralForm.OcspResponse, "emulated", CollateralScene.Now.AddHours(-1)), (record.Form, record.RootLabel, record.From)));
    }

    [Fact]
    public async Task That_a_certificate_was_revoked_is_kept_as_well()
    {
        _ocsp.Edit = template => template with { Standing = OcspStanding.Revoked };

        Assert.All(await RefreshAsync(), outcome => Assert.Equal(RefreshState.Adopted, outcome.State));
    }

    [Fact]
    public async Task Who_does_not_know_a_certificate_says_nothing_and_takes_the_place_of_no_answer()
    {
        _ocsp.Edit = template => template with { Standing = OcspStanding.Unknown };
        await AssertRefusedAsync("does not know", kept: 0);
        _ocsp.Edit = template => template;
        await RefreshAsync();
        var good = await KeptAsync();
        _ocsp.Edit = template => template with { Standing = OcspStanding.Unknown, ThisUpdate = template.ThisUpdate.AddMinutes(30) };

        await AssertRefusedAsync("does not know", kept: 2);

        Assert.Equal(good, await KeptAsync());
    }

    [Fact]
    public async Task What_was_made_in_advance_has_no_nonce_and_counts_and_what_is_older_does_not()
    {
        _ocsp.Edit = template => template with { Nonce = null };
        Assert.All(await RefreshAsync(), outcome => Assert.True(outcome.State == RefreshState.Adopted, outcome.Reason));
        _ocsp.Edit = template => template with { Nonce = null, ThisUpdate = CollateralScene.Now.AddHours(-2) };

        await AssertRefusedAsync("issued at", kept: 2);
    }

    [Fact]
    public async Task Whom_the_issuer_has_certified_for_it_may_answer_and_nobody_else()
    {
        _ocsp.Delegated = false;
        await AssertRefusedAsync("not signed", kept: 0);
        _ocsp.Delegated = true;

        Assert.All(await RefreshAsync(), outcome => Assert.True(outcome.State == RefreshState.Adopted, outcome.Reason));
    }

    [Fact]
    public async Task What_a_stranger_signs_is_not_kept()
    {
        using var stranger = EmulatedKey.P384();
        _ocsp.Signer = stranger;

        await AssertRefusedAsync("not signed", kept: 0);
    }

    [Theory]
    [InlineData("another nonce", "nonce is not ours")]
    [InlineData("another certificate", "another certificate")]
    [InlineData("over", "holds from")]
    [InlineData("not begun", "holds from")]
    public async Task What_answers_something_else_is_not_kept(string how, string reason)
    {
        _ocsp.Edit = template => how switch
        {
            "another nonce" => template with { Nonce = new byte[OcspQuestion.NonceBytes] },
            "another certificate" => template with { Certificate = template.Certificate == _ocsp.FamilyCertificate ? _ocsp.MakerCertificate : _ocsp.FamilyCertificate },
            "over" => template with { NextUpdate = CollateralScene.Now.AddSeconds(-1) },
            _ => template with { ThisUpdate = CollateralScene.Now.AddHours(1) },
        };

        await AssertRefusedAsync(reason, kept: 0);
    }

    [Theory]
    [InlineData("garbage", "damaged")]
    [InlineData("busy", "damaged")]
    [InlineData("long", "more than")]
    [InlineData("error", "503")]
    [InlineData("nothing", "nothing")]
    public async Task What_a_responder_does_wrong_is_told(string how, string reason)
    {
        Scene.Answers[OcspScene.Responder] = context =>
        {
            if (how == "error")
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return how switch
            {
                "garbage" => context.Response.WriteAsync("<html>", context.RequestAborted),
                // Try later: a status, and nothing else.
                "busy" => context.Response.Body.WriteAsync(new byte[] { 0x30, 0x03, 0x0A, 0x01, 0x03 }, context.RequestAborted).AsTask(),
                "long" => context.Response.Body.WriteAsync(new byte[OcspQuestion.MaxAnswerBytes + 1], context.RequestAborted).AsTask(),
                _ => Task.CompletedTask,
            };
        };

        await AssertRefusedAsync(reason, kept: 0);
    }

    [Fact]
    public async Task Who_is_silent_three_times_in_a_row_is_not_asked_further()
    {
        var asked = 0;
        await File.WriteAllTextAsync(Path.Combine(Scene.Archive.CurrentFolder, "more.pem"), _ocsp.MorePem, Stop);
        Scene.Answers[OcspScene.Responder] = context =>
        {
            asked++;
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };

        var outcomes = await RefreshAsync();

        Assert.Equal((4, 3), (outcomes.Count, asked));
        Assert.All(outcomes.Take(3), outcome => Assert.Contains("503", outcome.Reason, StringComparison.Ordinal));
        Assert.Contains("not asked", outcomes[3].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_a_root_that_is_not_known_nobody_is_asked()
    {
        Assert.Empty(await RefreshAsync(TrustAnchors.Production));
        Assert.Empty(_ocsp.Asked);
    }

    [Fact]
    public async Task A_full_folder_takes_no_more_and_says_so()
    {
        // As many as are read, all of the same certificates.
        for (var i = 1; i < CollateralSet.MaxFiles; i++)
            await File.WriteAllBytesAsync(Path.Combine(Scene.Archive.CurrentFolder, $"filler-{i}.der"), _ocsp.MakerCertificate, Stop);

        await AssertRefusedAsync("64 files", kept: 0);
    }

    private Task<IReadOnlyList<RefreshOutcome>> RefreshAsync(TrustAnchors? anchors = null) => Scene.AskAsync(OcspScene.Responder, anchors);

    private async Task<IReadOnlyList<string>> KeptAsync() =>
        [.. (await Scene.Archive.ReadCurrentAsync(Stop)).Select(file => $"{file.Name} {Convert.ToHexStringLower(file.Content.Span)}")];

    private async Task AssertRefusedAsync(string reason, int kept)
    {
        var outcomes = await RefreshAsync();
        Assert.Equal(2, outcomes.Count);
        Assert.All(outcomes, outcome =>
        {
            Assert.Equal(RefreshState.Failed, outcome.State);
            Assert.Contains(reason, outcome.Reason, StringComparison.Ordinal);
        });
        Assert.Equal(kept, (await Scene.Archive.ReadCurrentAsync(Stop)).Count(file => file.Name.StartsWith("ocsp-", StringComparison.Ordinal)));
    }
}
