using System.Collections.Concurrent;
using System.Globalization;
using OpenGradient.Blobs.Folders;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Inference.Tensors;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Samples;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests.Network;

/// <summary>
/// A chain of its own with five verifiers and one node that answers as it is told to lie: each a whole relayer with a database, a key and a cache of its own.
/// </summary>
public sealed class CourtNetwork : IAsyncLifetime
{
    private const int Verifiers = 5;
    private const uint Hour = 3_600;

    private readonly DeployedChainFixture _chain = new();
    private readonly List<TestRelayer> _folders = [];
    private readonly List<RelayerHost> _hosts = [];
    private readonly List<LocalSigner> _signers = [];
    private readonly ConcurrentDictionary<Hash32, float> _lies = new();
    private BlockMaker? _blocks;
    private ulong _nonce;

    internal TestNetwork Network { get; private set; } = null!;

    internal IChallengeCourtContract Court => new(_chain.Client, _chain.Deployment.Court);

    internal INodeRegistryContract Nodes => new(_chain.Client, _chain.Deployment.Nodes);

    internal Hash32 Floats { get; private set; }

    /// <summary>By how much answers of <see cref="Floats"/> may differ.</summary>
    internal float Tolerance { get; } = (float)double.Parse(
        SampleModels.Read(Repository.Root).Single(model => model.Card.Name == "volatility").Card.Artifacts.Single(artifact => artifact.File == "model.onnx").ToleranceAbs!,
        CultureInfo.InvariantCulture) * 1e-18f;

    internal Hash32 Integers { get; private set; }

    internal Address Misbehaving => _signers[0].Address;

    internal IReadOnlyList<Address> Members => [.. _signers.Skip(1).Select(signer => signer.Address)];

    /// <summary>The hosts of the verifiers.</summary>
    internal IReadOnlyList<RelayerHost> Hosts => [.. _hosts.Skip(1)];

    public async ValueTask InitializeAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        await _chain.InitializeAsync();
        Network = await TestNetwork.OpenAsync(_chain);
        Floats = await Network.PublishAsync("volatility", "model.onnx", "volatility-float");
        Integers = await Network.PublishAsync("volatility", "model.ogq", "volatility-integer");
        for (var i = 0; i <= Verifiers; i++)
        {
            _signers.Add(await Network.EnlistAsync(i + 1));
            await FundAtCourtAsync(_signers[i].Address);
        }

        // Committees are drawn by the stakes with which the hour began.
        await BlockMaker.PassAsync(_chain.Client, Hour, stop);
        for (var i = 0; i <= Verifiers; i++)
            _hosts.Add(await StartAsync(i));
        _blocks = new BlockMaker(_chain.Client);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_hosts.Select(host => host.DisposeAsync().AsTask()));
        if (_blocks is not null)
            await _blocks.DisposeAsync();
        _folders.ForEach(folder => folder.Dispose());
        _signers.ForEach(signer => signer.Dispose());
        await _chain.DisposeAsync();
    }

    /// <summary>Asks what only the node answers that does as it is told: so much is added to every number of its answer.</summary>
    internal async Task<Hash32> AskMisbehavingAsync(float lie)
    {
        var stop = TestContext.Current.CancellationToken;
        var input = Returns(++_nonce);
        var asked = await Network.RequestAsync(Floats, input);
        var request = asked with { Assignee = Misbehaving, ExclusiveUntil = asked.Deadline };
        // The lie is there before the question is.
        _lies[Keccak256.Hash(input)] = lie;
        var receipt = await _chain.Owner.SendAsync(Network.Hub.PrepareRequestRequestBytes(request, input), cancellationToken: stop);
        return receipt.Logs.Select(log => IHubContract.RequestedEvent.TryDecode(log.Content, out var told) ? told : null).OfType<IHubContract.RequestedEvent>().Single().RequestId;
    }

    /// <summary>Asks a quorum of some of the verifiers.</summary>
    internal async Task<Hash32> AskQuorumAsync(Hash32 versionId, byte[] input, byte quorum, int members)
    {
        var terms = new IHubContract.Terms([], [.. Members.Take(members).Order()]);
        var request = await Network.RequestAsync(versionId, input) with { QuorumValue = quorum, TermsHash = RequestHash.Of(terms) };
        var receipt = await _chain.Owner.SendAsync(Network.Hub.PrepareRequestRequestBytesTerms(request, input, terms));
        return receipt.Logs.Select(log => IHubContract.RequestedEvent.TryDecode(log.Content, out var told) ? told : null).OfType<IHubContract.RequestedEvent>().Single().RequestId;
    }

    internal static byte[] Returns(ulong seed)
    {
        var data = new byte[16 * sizeof(float)];
        for (var i = 0; i < 16; i++)
            BitConverter.TryWriteBytes(data.AsSpan(i * sizeof(float)), 0.01f * ((i + (float)seed) % 16 - 8));
        return Encode(new Tensor("returns", DataType.Float, [1, 16], data));
    }

    internal static byte[] Quantised() => Encode(new Tensor("input", DataType.Uint8, [16], Enumerable.Range(120, 16).Select(i => (byte)i).ToArray()));

    private static byte[] Encode(Tensor tensor) =>
        TensorEncoding.TryEncode([tensor], out var encoded) is var fault and not TensorFault.None
            ? throw new InvalidOperationException($"The input has no encoding: {fault}.")
            : encoded;

    private async Task FundAtCourtAsync(Address node)
    {
        var amount = Units.Parse("10", 18);
        await _chain.Owner.SendAsync(Network.Token.PrepareMint(_chain.Owner.Address, amount));
        await _chain.Owner.SendAsync(Network.Token.PrepareApprove(_chain.Deployment.Court, amount));
        await _chain.Owner.SendAsync(Court.PrepareDeposit(node, amount));
    }

    private async Task<RelayerHost> StartAsync(int index)
    {
        var relayer = new TestRelayer(_chain.Deployment, _chain.Endpoint);
        _folders.Add(relayer);
        foreach (var file in new[] { "model.onnx", "model.ogq" })
        {
            await using var content = File.OpenRead(Repository.PathOf("models", "volatility", file));
            await new FolderBlobStore(relayer.BlobFolder).PutAsync(content, TestContext.Current.CancellationToken);
        }

        relayer.Options = index == 0
            ? relayer.Options with { Preparing = honest => new Liar(honest, Lie) }
            : relayer.Options with { Verifying = new VerifyingOptions { Poll = TimeSpan.FromMilliseconds(200), LookAgain = TimeSpan.FromSeconds(1) } };
        return await relayer.StartAsync(_signers[index]);
    }

    private ReadOnlyMemory<byte> Lie(Job job, ReadOnlyMemory<byte> output) =>
        _lies.TryGetValue(job.Ask.Request.InputCommit, out var by) && by != 0 ? Liar.Shift(output, by) : output;
}
