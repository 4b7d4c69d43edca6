using System.Text;
using System.Text.Json.Nodes;
using OpenGradient.Cli.Receipt;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.ReceiptBundles;

namespace OpenGradient.Cli.Tests.Receipt;

public sealed class ReceiptTests
{
    private static readonly ChainId Chain = new(31337);
    private static readonly Address Hub = Address.Parse("0x00000000000000000000000000000000000000aa");
    private static readonly byte[] Output = [1, 2, 3];
    private static readonly byte[] Input = [4, 5];

    [Fact]
    public async Task A_receipt_is_checked_from_its_file_alone()
    {
        var file = await FileAsync();

        var read = Read(file);

        Assert.All(ReceiptChecks.Of(read, Chain, Hub), check => Assert.True(check.Held, check.What));
        Assert.Equal(4, ReceiptChecks.Of(read, Chain, Hub).Count);
        Assert.Equal(file, read.ToUtf8());
    }

    [Fact]
    public async Task A_receipt_that_the_input_cannot_be_run_has_no_output()
    {
        var whole = Read(await FileAsync());
        var failure = whole with { Receipt = whole.Receipt with { OutputCommit = HubDomain.Failure } };

        Assert.Contains(ReceiptChecks.Of(failure, Chain, Hub), check => check is { Held: false, Detail: "and there is an output all the same" });
        Assert.Contains(ReceiptChecks.Of(failure with { Output = null }, Chain, Hub), check => check is { Held: true, Detail: "there is no output" });
        Assert.Null(Read((whole with { Output = null }).ToUtf8()).Output);
    }

    [Theory]
    [InlineData("requestId", "0x11111111111111111111111111111111111111111111111111111111111111ff")]
    [InlineData("versionId", "0x11111111111111111111111111111111111111111111111111111111111111ff")]
    [InlineData("inputCommit", "0x11111111111111111111111111111111111111111111111111111111111111ff")]
    [InlineData("outputCommit", "0x11111111111111111111111111111111111111111111111111111111111111ff")]
    [InlineData("evidenceHash", "0x11111111111111111111111111111111111111111111111111111111111111ff")]
    [InlineData("payee", "0x00000000000000000000000000000000000000bb")]
    [InlineData("node", "0x00000000000000000000000000000000000000bb")]
    [InlineData("hub", "0x00000000000000000000000000000000000000bb")]
    [InlineData("evidence", "0x")]
    [InlineData("output", "0x0102")]
    [InlineData("input", "0x0102")]
    [InlineData("chainId", 1)]
    [InlineData("keyEpoch", 7)]
    [InlineData("issuedAt", 7)]
    [InlineData("expiresAt", 7)]
    public async Task Whatever_is_changed_shows(string field, object value)
    {
        var json = JsonNode.Parse(await FileAsync())!;
        json[field] = value is string text ? JsonValue.Create(text) : JsonValue.Create((int)value);

        var checks = ReceiptChecks.Of(Read(Encoding.UTF8.GetBytes(json.ToJsonString())), Chain, Hub);

        Assert.Contains(checks, check => check.Held is false);
    }

    [Fact]
    public async Task What_only_the_chain_can_tell_is_not_claimed()
    {
        var json = JsonNode.Parse(await FileAsync())!;
        foreach (var assurance in (string[])["Attested", "Proven"])
        {
            json["assurance"] = assurance;
            var checks = ReceiptChecks.Of(Read(Encoding.UTF8.GetBytes(json.ToJsonString())), Chain, Hub);
            Assert.Contains(checks, check => check.Held is null);
        }
    }

    [Theory]
    [InlineData("node", "\"0x12\"")]
    [InlineData("requestId", "\"0x12\"")]
    [InlineData("evidence", "\"0x123\"")]
    [InlineData("evidence", "\"0xzz\"")]
    [InlineData("evidence", "null")]
    [InlineData("assurance", "\"None\"")]
    [InlineData("assurance", "\"1\"")]
    [InlineData("schema", "2")]
    [InlineData("issuedAt", "-1")]
    [InlineData("more", "1")]
    public async Task A_file_that_is_no_receipt_is_refused(string field, string value)
    {
        var json = JsonNode.Parse(await FileAsync())!.AsObject();
        json[field] = JsonNode.Parse(value);

        Assert.False(SignedReceipt.TryRead(Encoding.UTF8.GetBytes(json.ToJsonString()), out _, out var fault));
        Assert.NotEmpty(fault);
    }

    [Fact]
    public async Task A_file_that_is_cut_off_anywhere_is_refused()
    {
        var file = await FileAsync();
        for (var length = 0; length < file.Length; length++)
            Assert.False(SignedReceipt.TryRead(file.AsSpan(0, length), out _, out _));
    }

    private static SignedReceipt Read(byte[] json) => SignedReceipt.TryRead(json, out var receipt, out var fault) ? receipt : throw new InvalidOperationException(fault);

    private static async Task<byte[]> FileAsync()
    {
        using var node = new LocalSigner(DevelopmentAccounts.Key(1));
        var receipt = new IHubContract.Receipt(
            Keccak256.Hash("request"u8), Keccak256.Hash("version"u8), Keccak256.Hash(Input), Keccak256.Hash(Output), (byte)Assurance.Signed, node.Address,
            Address.Parse("0x00000000000000000000000000000000000000cc"), KeyEpoch: 0, IssuedAt: 100, ExpiresAt: 200, Hash32.Zero);
        var signature = await node.SignAsync(new HubDomain(Chain, Hub).DigestOf(receipt), TestContext.Current.CancellationToken);
        var signed = new SignedReceipt(Chain, Hub, receipt, signature.ToBytes()) { Output = Output, Input = Input };
        return signed.ToUtf8();
    }
}
