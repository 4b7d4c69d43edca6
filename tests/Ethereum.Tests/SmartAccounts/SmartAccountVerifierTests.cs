using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.SmartAccounts;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.SmartAccounts;

/// <summary>Accounts of every kind on a real node.</summary>
public sealed class SmartAccountVerifierTests(WalletChain chain) : IClassFixture<WalletChain>
{
    private static readonly Hash32 Digest = Keccak256.Hash("a message"u8);
    private static readonly Hash32 OtherDigest = Keccak256.Hash("another message"u8);

    private readonly SmartAccountVerifier _verifier = new(chain.Client);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private byte[] Good => chain.Owner.Sign(Digest).ToBytes();

    private byte[] Bad => chain.Owner.Sign(OtherDigest).ToBytes();

    [Fact]
    public void Carries_the_probe_that_its_source_compiles_to() => Assert.Equal(CounterfactualProbe.Code, chain.ProbeCode);

    [Fact]
    public async Task Knows_an_account_by_its_key()
    {
        Assert.Equal(new SignatureVerdict.Valid(SignatureAuthority.Key), await VerifyAsync(chain.Owner.Address, Good));
        Assert.Equal(new SignatureVerdict.Invalid(SignatureFault.NotByKey), await VerifyAsync(chain.Owner.Address, Bad));
        // A good signature with the recovery byte of transactions: no contract would take it.
        var withParity = Good;
        withParity[^1] -= 27;
        Assert.Equal(new SignatureVerdict.Invalid(SignatureFault.NotByKey), await VerifyAsync(chain.Owner.Address, withParity));
        Assert.Equal(new SignatureVerdict.Invalid(SignatureFault.NotByKey), await VerifyAsync(chain.Owner.Address, [1, 2, 3]));
        Assert.Equal(new SignatureVerdict.Invalid(SignatureFault.NotByKey), await VerifyAsync(chain.Owner.Address, []));
        Assert.Equal(new SignatureVerdict.Invalid(SignatureFault.NotByKey), await VerifyAsync(Address.Zero, new byte[65]));
    }

    [Fact]
    public async Task Asks_a_contract()
    {
        var wallet = await chain.DeployAsync("OwnedWallet", Word(chain.Owner.Address));

        Assert.Equal(new SignatureVerdict.Valid(SignatureAuthority.Contract), await VerifyAsync(wallet, Good));
        Assert.Equal(new SignatureVerdict.Invalid(SignatureFault.Refused), await VerifyAsync(wallet, Bad));
        Assert.Equal(new SignatureVerdict.Invalid(SignatureFault.Refused), await VerifyAsync(wallet, []));
    }

    [Theory]
    [InlineData(0, SignatureFault.Refused)]
    [InlineData(1, SignatureFault.ShortAnswer)]
    [InlineData(2, SignatureFault.ShortAnswer)]
    [InlineData(3, SignatureFault.Refused)]
    [InlineData(4, SignatureFault.Reverted)]
    [InlineData(5, SignatureFault.Reverted)]
    public async Task Believes_no_contract_that_answers_otherwise(int fault, SignatureFault expected)
    {
        var wallet = await chain.DeployAsync("MisbehavingWallet", fault.ToString("x64"));

        Assert.Equal(expected, Assert.IsType<SignatureVerdict.Invalid>(await VerifyAsync(wallet, Good)).Fault);
        Assert.Equal(expected, Assert.IsType<SignatureVerdict.Invalid>(await VerifyAsync(wallet, Wrapped(Good, "0x"))).Fault);
    }

    [Fact]
    public async Task Takes_the_magic_value_with_more_behind_it()
    {
        var wallet = await chain.DeployAsync("MisbehavingWallet", 7.ToString("x64"));

        Assert.Equal(new SignatureVerdict.Valid(SignatureAuthority.Contract), await VerifyAsync(wallet, Good));
    }

    [Fact]
    public async Task Asks_a_wallet_that_is_not_deployed_yet_and_leaves_it_so()
    {
        var (wallet, deploy) = await NewWalletAsync(1);

        Assert.Equal(new SignatureVerdict.Valid(SignatureAuthority.CounterfactualContract), await VerifyAsync(wallet, Wrapped(Good, deploy)));
        Assert.Equal(new SignatureVerdict.Invalid(SignatureFault.Refused), await VerifyAsync(wallet, Wrapped(Bad, deploy)));
        Assert.Equal(new SignatureVerdict.Invalid(SignatureFault.NotByKey), await VerifyAsync(wallet, Good));
        Assert.True((await chain.Client.GetCodeAsync(wallet, BlockTag.Latest, Token)).IsEmpty);
    }

    [Fact]
    public async Task Says_when_the_factory_does_not_deploy_the_account()
    {
        var (wallet, _) = await NewWalletAsync(2);
        var (_, other) = await NewWalletAsync(3);

        Assert.Equal(
            new SignatureVerdict.Invalid(SignatureFault.NotDeployed, "the factory's call failed"), await VerifyAsync(wallet, Wrapped(Good, "0xdeadbeef")));
        Assert.Equal(
            new SignatureVerdict.Invalid(SignatureFault.NotDeployed, "the factory's call succeeded and deployed something else"),
            await VerifyAsync(wallet, Wrapped(Good, other)));
    }

    [Fact]
    public async Task Takes_a_wrapped_signature_of_a_wallet_that_was_deployed_meanwhile()
    {
        var (wallet, deploy) = await NewWalletAsync(4);
        await chain.SendAsync(chain.Factory, deploy);

        Assert.Equal(new SignatureVerdict.Valid(SignatureAuthority.Contract), await VerifyAsync(wallet, Wrapped(Good, deploy)));
        Assert.Equal(new SignatureVerdict.Valid(SignatureAuthority.Contract), await VerifyAsync(wallet, Good));
    }

    [Fact]
    public async Task Prepares_a_wallet_that_refuses_until_then()
    {
        var (wallet, deploy) = await NewWalletAsync(5);
        await chain.SendAsync(chain.Factory, deploy);
        await chain.SendAsync(wallet, Selector("disable(bool)") + 1.ToString("x64"));
        var enable = Selector("enable(address)") + Word(wallet);

        Assert.Equal(new SignatureVerdict.Invalid(SignatureFault.Refused), await VerifyAsync(wallet, Good));
        Assert.Equal(new SignatureVerdict.Valid(SignatureAuthority.CounterfactualContract), await VerifyAsync(wallet, Wrapped(Good, enable)));
    }

    [Fact]
    public async Task Asks_the_delegate_of_an_account_first_and_then_its_key()
    {
        using var key = PrivateKey.Generate();
        var wallet = await chain.DeployAsync("OwnedWallet", Word(chain.Owner.Address));
        await chain.SetCodeAsync(key.Address, "0xef0100" + wallet.ToLowerHex()[2..]);

        Assert.Equal(new SignatureVerdict.Valid(SignatureAuthority.Contract), await VerifyAsync(key.Address, Good));
        Assert.Equal(new SignatureVerdict.Valid(SignatureAuthority.KeyOfDelegatingAccount), await VerifyAsync(key.Address, key.Sign(Digest).ToBytes()));
        Assert.Equal(new SignatureVerdict.Invalid(SignatureFault.Refused), await VerifyAsync(key.Address, Bad));
    }

    [Fact]
    public async Task Refuses_what_only_looks_wrapped_and_what_is_absurdly_long()
    {
        Assert.Equal(
            new SignatureVerdict.Invalid(SignatureFault.MalformedWrapper), await VerifyAsync(chain.Owner.Address, CounterfactualSignature.Magic.ToArray()));
        Assert.Equal(
            new SignatureVerdict.Invalid(SignatureFault.TooLong), await VerifyAsync(chain.Owner.Address, new byte[SmartAccountVerifier.MaxSignatureBytes + 1]));
        // Short enough to be read, too long to be asked about: no node runs so much creation code.
        Assert.Equal(
            new SignatureVerdict.Invalid(SignatureFault.TooLong), await VerifyAsync(chain.Owner.Address, Wrapped(new byte[60_000], "0x")));
    }

    [Fact]
    public async Task Knows_nothing_when_the_node_says_nothing()
    {
        await using var nobody = EthereumClient.Connect(new Uri("http://127.0.0.1:1/"), new RpcOptions { MaxAttempts = 1 });
        var verifier = new SmartAccountVerifier(nobody);

        Assert.IsType<RpcError.Transport>(
            Assert.IsType<SignatureVerdict.Undecided>(await verifier.VerifyAsync(chain.Owner.Address, Digest, Good, BlockTag.Latest, Token)).Error);
        Assert.IsType<RpcError.Transport>(
            Assert.IsType<SignatureVerdict.Undecided>(await verifier.VerifyAsync(chain.Owner.Address, Digest, Wrapped(Good, "0x"), BlockTag.Latest, Token)).Error);
    }

    [Fact]
    public async Task Agrees_with_viem()
    {
        const string Module = """
            import { createPublicClient, http } from "viem";
            import { readFileSync } from "node:fs";
            const { url, cases } = JSON.parse(readFileSync(0, "utf8"));
            const client = createPublicClient({ transport: http(url) });
            const verdicts = [];
            for (const { address, hash, signature } of cases) verdicts.push(await client.verifyHash({ address, hash, signature }));
            process.stdout.write(verdicts.map(verdict => verdict ? "1" : "0").join(""));
            """;
        var deployed = await chain.DeployAsync("OwnedWallet", Word(chain.Owner.Address));
        var refusing = await chain.DeployAsync("MisbehavingWallet", 4.ToString("x64"));
        var (wallet, deploy) = await NewWalletAsync(6);
        (Address Account, byte[] Signature)[] cases =
        [
            (chain.Owner.Address, Good), (chain.Owner.Address, Bad), (deployed, Good), (deployed, Bad), (refusing, Good),
            (wallet, Wrapped(Good, deploy)), (wallet, Wrapped(Bad, deploy)), (wallet, Good), (deployed, Wrapped(Good, deploy)),
        ];
        var json = string.Join(',', cases.Select(one => $$"""{"address":"{{one.Account}}","hash":"{{Digest}}","signature":"{{Hex.Encode(one.Signature)}}"}"""));

        var theirs = await PeerProcess.RunNodeAsync(Module, $$"""{"url":"{{chain.Url}}","cases":[{{json}}]}""", Token);

        var ours = new List<char>();
        foreach (var (account, signature) in cases)
            ours.Add(await VerifyAsync(account, signature) is SignatureVerdict.Valid ? '1' : '0');
        Assert.Equal("101001001", theirs.Trim());
        Assert.Equal(theirs.Trim(), string.Concat(ours));
    }

    private static string Word(Address address) => new string('0', 24) + address.ToLowerHex()[2..];

    private static string Selector(string function) => Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(function)).ToString()[..10];

    private Task<SignatureVerdict> VerifyAsync(Address account, byte[] signature) =>
        _verifier.VerifyAsync(account, Digest, signature, BlockTag.Latest, Token);

    private byte[] Wrapped(byte[] signature, string call) => new CounterfactualSignature(chain.Factory, Hex.Decode(call), signature).Wrap();

    /// <summary>A wallet of the owner that is not deployed, and the call that deploys it.</summary>
    private async Task<(Address Wallet, string Deploy)> NewWalletAsync(int salt)
    {
        var arguments = Word(chain.Owner.Address) + salt.ToString("x64");
        var address = await chain.Client.CallAsync(
            new CallRequest { To = chain.Factory, Data = Hex.Decode(Selector("addressOf(address,bytes32)") + arguments) }, BlockTag.Latest, null, Token);
        return (new Address(address.Span[12..]), Selector("deploy(address,bytes32)") + arguments);
    }
}
