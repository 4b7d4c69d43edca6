using OpenGradient.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Prover.Setup;

namespace OpenGradient.Benchmarks.Forgeries;

/// <summary>The verifier contract on a local chain, asked about many proofs at a time.</summary>
internal sealed class ContractVerdicts : IAsyncDisposable
{
    // A message of so many is answered well before a client stops waiting.
    private const int AtOnce = 50;

    private readonly Anvil _anvil;
    private readonly EthereumClient _client;

    private ContractVerdicts(Anvil anvil, EthereumClient client, Address verifier)
    {
        _anvil = anvil;
        _client = client;
        Verifier = verifier;
    }

    public Address Verifier { get; }

    public static string Description { get; } = $"anvil {FoundryPrograms.Version}, {new AnvilOptions().Hardfork} rules";

    public static async Task<ContractVerdicts> DeployAsync(string repositoryRoot, ProvingSetup setup, CancellationToken cancellationToken)
    {
        var anvil = await Anvil.StartAsync(repositoryRoot, new AnvilOptions { Accounts = 1 }, cancellationToken);
        var client = EthereumClient.Connect(anvil.HttpUrl);
        try
        {
            using var deployer = new LocalSigner(DevelopmentAccounts.Key(0));
            var sender = new DevelopmentSender(client, deployer, AnvilOptions.DevelopmentChainId);
            return new ContractVerdicts(anvil, client, await sender.DeployAsync(ProofVerifierContract.Deployment(SetupOf(setup)), cancellationToken));
        }
        catch
        {
            await client.DisposeAsync();
            await anvil.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the contract answers; null where it reverted, which it never may. A chain that gives no answer is no answer of the contract's: it throws.</summary>
    public async Task<IReadOnlyList<bool?>> AskAsync(IEnumerable<Forgery> forgeries, CancellationToken cancellationToken)
    {
        List<bool?> answers = [];
        foreach (var some in forgeries.Chunk(AtOnce))
            answers.AddRange(await AskSomeAsync(some, cancellationToken));
        return answers;
    }

    private async Task<IEnumerable<bool?>> AskSomeAsync(Forgery[] forgeries, CancellationToken cancellationToken)
    {
        ProofVerifierContract.VerifyProofCall[] calls =
        [
            .. forgeries.Select(forgery => new ProofVerifierContract.VerifyProofCall(
                [.. forgery.Statements.Select(statement => new ProofVerifierContract.ProofStatement(
                    statement.ProofCommitment, statement.InputCommit, statement.OutputCommit, statement.ReceiptDigest))],
                forgery.Proof)),
        ];
        var results = await _client.TrySendAllAsync(
            calls.Select(call => Eth.Call(new CallRequest { To = Verifier, Data = call.Encode() }, BlockTag.Latest)), cancellationToken);
        return results.Select(result => result.TryGet(out var returned, out var error) ? ProofVerifierContract.VerifyProofCall.DecodeReturn(returned.Span)
            : error is RpcError.Reverted ? (bool?)null
            : throw new RpcException(_client.Endpoint.Name, "eth_call", error));
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _anvil.DisposeAsync();
    }

    private static ProofVerifierContract.Setup SetupOf(ProvingSetup setup)
    {
        var witnesses = setup.Witnesses;
        return new ProofVerifierContract.Setup(
            setup.Verifier.Origin.Label, WordsOf(setup.Verifier.Tau.AsSpan()),
            [.. setup.Verifier.Powers.Take(witnesses.Length).Select(power => WordsOf(power.AsSpan()))], [.. witnesses.Select(witness => WordsOf(witness.AsSpan()))]);
    }

    private static UInt256[] WordsOf(ReadOnlySpan<byte> bytes)
    {
        var words = new UInt256[bytes.Length / UInt256.ByteLength];
        for (var i = 0; i < words.Length; i++)
            words[i] = UInt256.FromBigEndian(bytes.Slice(i * UInt256.ByteLength, UInt256.ByteLength));
        return words;
    }
}
