using OpenGradient.Benchmarks.Gas;
using OpenGradient.Benchmarks.Gas.Proofs;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Benchmarks.Prover;

// The chain goes to what is returned, and is disposed of with it.
#pragma warning disable CA2000

/// <summary>
/// What settling a model's answers by a proof takes of a chain: the gas of transaction receipts, through the hub and with all data, on a local chain with all contracts. The proofs are real, and
/// so is the verifier that checks them.
/// </summary>
internal sealed class ProverGas : IAsyncDisposable
{
    /// <summary>The longest transaction that nodes take from strangers: go-ethereum's limit, which others follow.</summary>
    public const int MostBytes = 131_072;

    // What a signed transaction has beside its data, at the most.
    private const int Envelope = 256;

    private readonly GasChain _chain;
    private readonly GasWorld _world;

    private ProverGas(GasChain chain, GasWorld world) => (_chain, _world) = (chain, world);

    public static async Task<ProverGas> OpenAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var chain = await GasChain.StartAsync(repositoryRoot, cancellationToken);
        try
        {
            var world = new GasWorld(chain, progress);
            await RegisteringCases.RunAsync(world, cancellationToken);
            return new ProverGas(chain, world);
        }
        catch
        {
            await chain.DisposeAsync();
            throw;
        }
    }

    /// <summary>Settles one answer and batches of them, in both forms.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="model">The model, under the setup that the chain's verifier has.</param>
    /// <param name="cache">What its long proofs are made by.</param>
    /// <param name="batches">How many answers go together.</param>
    /// <param name="work">By how many threads.</param>
    public async Task<IReadOnlyList<BenchmarkRow>> MeasureAsync(string name, CommittedModel model, VersionCache cache, IReadOnlyList<int> batches, Work work)
    {
        // Published by what is a model's name there: its sizes.
        var version = await ProvableVersion.PublishAsync(_world, name.Split(' ')[0], model, work.CancellationToken);
        var one = await version.AnswerAsync([InputOf(model, 0)], work.CancellationToken);
        List<BenchmarkRow> rows = [];
        foreach (var form in new[] { ProofForm.Short, ProofForm.Long })
        {
            foreach (var batch in batches)
            {
                var bytes = one.BytesWith(batch, ProofSizes.ProofLength(model.Model.Descriptor, form, batch));
                rows.Add(bytes + Envelope > MostBytes
                    ? ProverSuite.Figure(NameOfLength(name, form, batch), "bytes", bytes)
                    : ProverSuite.Figure(NameOf(name, form, batch), "gas", await SettleAsync(version, model, form, cache, batch, work)));
            }
        }

        return rows;
    }

    /// <summary>A figure's name: the gas of each answer of a batch.</summary>
    public static string NameOf(string model, ProofForm form, int batch) => $"{model}, {WordOf(form)}, {batch}: receipt gas of each";

    /// <summary>The name of what stands in its place where the batch is no transaction: how long that would be.</summary>
    public static string NameOfLength(string model, ProofForm form, int batch) => $"{model}, {WordOf(form)}, {batch}: not settled, its transaction would have";

    public ValueTask DisposeAsync() => _chain.DisposeAsync();

    private async Task<double> SettleAsync(ProvableVersion version, CommittedModel model, ProofForm form, VersionCache cache, int batch, Work work)
    {
        var stop = work.CancellationToken;
        // Whoever is paid has been paid for a proof before: that is the steady state.
        var first = await version.AnswerAsync([InputOf(model, 0)], stop);
        await _world.DoAsync(GasActors.BusyNode, first.SettledBy(version.Prover.ProveLong(cache, first.Inferences, work).Bytes), stop);

        var answers = await version.AnswerAsync([.. Enumerable.Range(0, batch).Select(i => InputOf(model, i))], stop);
        var proof = form == ProofForm.Long ? version.Prover.ProveLong(cache, answers.Inferences, work) : version.Prover.ProveShort(answers.Inferences, work);
        var settled = await _world.DoAsync(GasActors.BusyNode, answers.SettledBy(proof.Bytes), stop);
        GasWorld.Expect<IHubContract.SettledEvent>(settled, batch);
        return (double)settled.GasUsed / batch;
    }

    private static string WordOf(ProofForm form) => form == ProofForm.Long ? "long" : "short";

    // As good as random, and the same each time. Of 256 bytes one is zero, which is cheaper.
    private static byte[] InputOf(CommittedModel model, int seed)
    {
        var input = new byte[model.Model.Descriptor.Inputs];
        for (var i = 0; i < input.Length; i += 32)
            Keccak256.Hash([.. ProvableVersion.LittleEndian(seed), .. ProvableVersion.LittleEndian(i)]).Bytes[..Math.Min(32, input.Length - i)].CopyTo(input.AsSpan(i));
        return input;
    }
}
