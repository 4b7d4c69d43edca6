using Microsoft.Playwright;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer.Tests.Chain;
using OpenGradient.Support.Databases;

namespace OpenGradient.Explorer.Tests.Browser;

/// <summary>Receipts by attested keys on P-256, which the browser checks by itself as the contracts do.</summary>
public sealed class P256Tests(Chromium chromium, SqliteFixture databases) : IClassFixture<SqliteFixture>, IAsyncLifetime
{
    private const byte Signed = 1;
    private const byte Attested = 2;
    private const ulong Epoch = 8;
    private const int ChecksOfRequest = 7;

    private static readonly Address Node = Story.Someone(0xd7);
    private static readonly Hash32 Evidence = Story.Named("evidence");

    private readonly P256Key _key = P256Key.Generate();
    private ServedPages _pages = null!;

    public async ValueTask InitializeAsync()
    {
        _pages = await ServedPages.StartAsync(await databases.CreateAsync());
        await _pages.MineAsync([[Story.KeyEvent(Node, _key.Address, Epoch, Evidence)]]);
    }

    public async ValueTask DisposeAsync()
    {
        await _pages.DisposeAsync();
        _key.Dispose();
    }

    [Fact]
    public async Task A_receipt_by_the_registered_key_holds_in_every_part()
    {
        await using var window = await VerifiedAsync(Attested, _key.Sign, "holds");

        Assert.Equal(ChecksOfRequest, await window.Page.Locator("[data-held=true]").CountAsync());
        await Assertions.Expect(window.Page.Locator(".checks")).ToContainTextAsync("Its node’s attested key has signed it");
        await Assertions.Expect(window.Page.Locator(".checks")).ToContainTextAsync(_key.Address.ToLowerHex());
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_receipt_by_another_key_is_wrong()
    {
        using var other = P256Key.Generate();

        await using var window = await VerifiedAsync(Attested, other.Sign, "wrong");

        Assert.Equal("Its node’s attested key has signed it", await WrongAsync(window));
        await Assertions.Expect(window.Page.Locator("[data-held=false]")).ToContainTextAsync(other.Address.ToLowerHex());
    }

    [Theory]
    [InlineData("another receipt")]
    [InlineData("the registered key's name on another's signature")]
    [InlineData("the higher s")]
    [InlineData("a point beside the curve")]
    [InlineData("zeros for r and s")]
    [InlineData("a byte too few")]
    public async Task What_the_contracts_take_for_no_signature_is_none_here(string how)
    {
        await using var window = await VerifiedAsync(Attested, digest => Spoilt(how, digest), "wrong");

        Assert.Equal("It is signed", await WrongAsync(window));
    }

    [Fact]
    public async Task A_node_signs_on_the_other_curve_alone()
    {
        await using var window = await VerifiedAsync(Signed, _key.Sign, "wrong");

        Assert.Equal("It is signed", await WrongAsync(window));
    }

    [Fact]
    public async Task A_receipt_from_a_file_says_whose_signature_it_is()
    {
        var (id, blocks) = await AskAsync(Attested, _key.Sign);
        await _pages.MineAsync(blocks);
        await using var window = await chromium.OpenAsync(_pages.Address);
        await window.GoAsync($"/requests/{id}");

        var said = await window.Page.EvaluateAsync<string>(
            """
            async () => {
              const { checksOfFile } = await import(new URL('./receipt.mjs', document.querySelector('script[type=module]').src).href);
              const { steps } = await (await fetch(`/v1/requests/${document.querySelector('[data-verify]').dataset.verify}/custody`)).json();
              const find = (name) => steps.find((step) => step.event === name).row;
              const [asked, settled] = [find('hub_requested'), find('hub_settled')];
              const file = {
                schema: 1, chainId: 31337, hub: settled.emitter, requestId: asked.request_id, versionId: asked.version_id, inputCommit: asked.input_commit,
                outputCommit: settled.output_commit, assurance: 'Attested', node: settled.node, payee: settled.payee, keyEpoch: settled.key_epoch, issuedAt: settled.issued_at,
                expiresAt: settled.expires_at, evidenceHash: settled.evidence_hash, evidence: settled.evidence, output: settled.output, input: asked.input,
              };
              const last = (changed) => checksOfFile({ ...file, ...changed }).at(-1);
              return [last({}), last({ chainId: 1 })].map((check) => `${check.held}: ${check.detail}`).join('\n');
            }
            """);

        // Whether that was the node's key only the register can say; that nobody signed it for another chain can be told.
        Assert.Equal($"null: {_key.Address.ToLowerHex()}; whether that was the node’s key then is for the chain to say\nfalse: what came with it is no signature", said);
    }

    private byte[] Spoilt(string how, Hash32 digest)
    {
        var signature = _key.Sign(how == "another receipt" ? Keccak256.Hash(digest.Bytes) : digest);
        switch (how)
        {
            case "the registered key's name on another's signature":
                using (var other = P256Key.Generate())
                    return [.. other.Sign(digest).AsSpan(0, P256.PointLength), .. _key.Point];
            case "the higher s":
                (P256.Order - UInt256.FromBigEndian(signature.AsSpan(32, 32))).WriteBigEndian(signature.AsSpan(32, 32));
                break;
            case "a point beside the curve":
                signature[^1] ^= 1;
                break;
            case "zeros for r and s":
                signature.AsSpan(0, P256.PointLength).Clear();
                break;
            case "a byte too few":
                return signature[..^1];
            default:
                break;
        }

        return signature;
    }

    private static Task<(Hash32 Id, List<IReadOnlyList<Log>> Blocks)> AskAsync(byte assurance, Func<Hash32, byte[]> sign) =>
        Story.AskAsync(
        1, assurance, Node, assurance == Attested ? Epoch : 0, digest => Task.FromResult(sign(digest)), evidence: assurance == Attested ? Evidence : default);

    private static async Task<string> WrongAsync(Window window) =>
        string.Join(", ", await window.Page.Locator("[data-held=false] > span:nth-child(2)").AllTextContentsAsync());

    private async Task<Window> VerifiedAsync(byte assurance, Func<Hash32, byte[]> sign, string verdict)
    {
        var (id, blocks) = await AskAsync(assurance, sign);
        await _pages.MineAsync(blocks);
        var window = await chromium.OpenAsync(_pages.Address);
        await window.GoAsync($"/requests/{id}");
        await window.Page.ClickAsync("[data-verify-start]");
        await window.Page.Locator($"[data-verdict={verdict}]").WaitForAsync();
        return window;
    }
}
