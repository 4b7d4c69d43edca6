using System.Text;
using System.Text.Json;
using OpenGradient.Attestation.Binding;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Relayer.Attesting.Judging;

namespace OpenGradient.Relayer.Tests.Attesting.Judging;

/// <summary>Claims as strangers send them.</summary>
public sealed class ClaimMessageTests
{
    [Fact]
    public async Task A_claim_comes_back_as_it_was_sent()
    {
        var claim = await AttestingScene.ClaimAsync() with { HpkeKey = new byte[] { 4, 5, 6 } };

        Assert.True(ClaimMessage.TryRead(JsonSerializer.SerializeToUtf8Bytes(ClaimMessage.Of(claim), AttestingJson.Default.ClaimMessage), out var read, out var fault), fault);

        Assert.Equal(claim.Binding.ToReportData(), read.Binding.ToReportData());
        Assert.Equal((claim.Node, claim.KeyEpoch, claim.ExpiresAt, claim.Deadline, claim.Kind), (read.Node, read.KeyEpoch, read.ExpiresAt, read.Deadline, read.Kind));
        Assert.Equal(claim.Evidence.ToArray(), read.Evidence.ToArray());
        Assert.Equal(claim.Collateral.Select(file => (file.Name, Convert.ToHexString(file.Content.Span))), read.Collateral.Select(file => (file.Name, Convert.ToHexString(file.Content.Span))));
    }

    [Fact]
    public async Task A_claim_of_a_key_on_the_other_curve_is_judged_as_any()
    {
        using var key = P256Key.Generate();
        var claim = await AttestingScene.ClaimAsync(bound: claim => claim with { SigningKey = SigningPoint.FromP256(key) });
        Assert.True(ClaimMessage.TryRead(JsonSerializer.SerializeToUtf8Bytes(ClaimMessage.Of(claim), AttestingJson.Default.ClaimMessage), out var read, out var fault), fault);

        var judged = Assert.IsType<Judgement.Accepted>(AttestingScene.Judge().Judge(read, AttestingScene.Block));

        Assert.Equal((claim.SigningKey, key.Address), (read.SigningKey, judged.Registration.Signer));
    }

    [Fact]
    public async Task A_claim_that_is_cut_off_anywhere_is_none()
    {
        var claim = await AttestingScene.ClaimAsync() with { Evidence = new byte[] { 1, 2, 3 }, Collateral = [] };
        var whole = JsonSerializer.SerializeToUtf8Bytes(ClaimMessage.Of(claim), AttestingJson.Default.ClaimMessage);
        Assert.True(ClaimMessage.TryRead(whole, out _, out var fault), fault);

        for (var length = 0; length < whole.Length; length++)
            Assert.False(ClaimMessage.TryRead(whole.AsSpan(0, length), out _, out _));
    }

    [Theory]
    [InlineData("\"kind\":\"dcap\"", "\"kind\":\"nvidia\"", "kind")]
    [InlineData("\"kind\":\"dcap\"", "\"kind\":0", "JSON")]
    [InlineData("\"keyEpoch\":1", "\"keyEpoch\":-1", "JSON")]
    [InlineData("\"keyEpoch\":1", "\"keyEpoch\":\"1\"", "JSON")]
    [InlineData("\"keyEpoch\":1", "\"keyEpoch\":1,\"keyEpoch\":2", "JSON")]
    [InlineData("\"keyEpoch\":1", "\"keyEpoch\":1,\"rootId\":\"0x00\"", "JSON")]
    [InlineData("\"evidence\":\"AQID\"", "\"evidence\":\"\"", "evidence")]
    [InlineData("\"evidence\":\"AQID\"", "\"evidence\":\"?\"", "JSON")]
    [InlineData("\"evidence\":\"AQID\"", "\"evidence\":null", "JSON")]
    [InlineData("\"collateral\":[]", "\"collateral\":[null]", "collateral")]
    [InlineData("\"collateral\":[]", "\"collateral\":[{\"name\":\"../x\",\"content\":\"AQ==\"}]", "collateral")]
    [InlineData("\"collateral\":[]", "\"collateral\":[{\"name\":\"\",\"content\":\"AQ==\"}]", "collateral")]
    [InlineData("\"collateral\":[]", "\"collateral\":[[[[[[[]]]]]]]", "JSON")]
    [InlineData("\"hpkeKey\":\"\"", "\"hpkeKey\":\"0x0\"", "hpkeKey")]
    [InlineData("\"hpkeKey\":\"\"", "\"hpkeKey\":\"x\"", "hpkeKey")]
    [InlineData("\"blockHash\":\"0x", "\"blockHash\":\"1x", "blockHash")]
    [InlineData("\"signingKey\":\"0x", "\"signingKey\":\"0xzz", "signingKey")]
    public async Task What_is_not_quite_a_claim_is_refused_by_the_name_of_what_is_wrong(string part, string instead, string named)
    {
        var claim = await AttestingScene.ClaimAsync() with { Evidence = new byte[] { 1, 2, 3 }, Collateral = [] };
        var text = Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(ClaimMessage.Of(claim), AttestingJson.Default.ClaimMessage));
        Assert.Contains(part, text, StringComparison.Ordinal);

        Assert.False(ClaimMessage.TryRead(Encoding.UTF8.GetBytes(text.Replace(part, instead, StringComparison.Ordinal)), out _, out var fault));

        Assert.Contains(named, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_longer_than_any_claim_is_not_read() =>
        Assert.False(ClaimMessage.TryRead(new byte[ClaimMessage.MaxBytes + 1], out _, out _));

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\u0000")]
    public void What_is_no_claim_at_all_is_refused(string text) => Assert.False(ClaimMessage.TryRead(Encoding.UTF8.GetBytes(text), out _, out _));
}
