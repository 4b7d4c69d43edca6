using System.Globalization;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Benchmarks.Gas;

/// <summary>The contracts and those who use them, and the figures as they come.</summary>
internal sealed class GasWorld(GasChain chain, IProgress<string> progress)
{
    private const ulong AnswerSeconds = 3600;
    private const ulong ReceiptSeconds = 600;
    private const int OutputFloats = 8;

    private readonly Dictionary<string, ulong> _figures = new(StringComparer.Ordinal);

    public GasChain Chain => chain;

    public HubDomain Domain { get; } = new(chain.Deployment.ChainId, chain.Deployment.Hub);

    public IHubContract Hub { get; } = new(chain.Client, chain.Deployment.Hub);

    public INodeRegistryContract Nodes { get; } = new(chain.Client, chain.Deployment.Nodes);

    public TestTokenContract Token { get; } = new(chain.Client, chain.Deployment.Token);

    /// <summary>Published before anything is asked: one of floats, and one that can be proven.</summary>
    public Hash32 FloatVersion { get; set; }

    /// <inheritdoc cref="FloatVersion"/>
    public Hash32 ProvableVersion { get; set; }

    public IReadOnlyDictionary<string, ulong> Figures => _figures;

    /// <summary>64 bytes, none of them zero.</summary>
    public static byte[] Input { get; } = [.. Enumerable.Range(1, 64).Select(value => (byte)value)];

    /// <summary>The encoding of one tensor, "score", of eight floats; the mark makes one differ from another.</summary>
    public static byte[] OutputOf(byte mark)
    {
        var floats = Enumerable.Range(1, OutputFloats).SelectMany(i => (byte[])[mark, (byte)i, 0x80, 0x3f]);
        return [1, 1, 5, .. "score"u8, 1, 1, OutputFloats, 0, 0, 0, .. floats];
    }

    public static UInt256 Tokens(ulong number) => Units.Parse(number.ToString(CultureInfo.InvariantCulture), 18);

    /// <summary>Sends what is not measured.</summary>
    public Task<TransactionReceipt> DoAsync(int account, ContractCall call, CancellationToken cancellationToken) =>
        chain.SendAsync(account, call, cancellationToken);

    /// <summary>Sends and keeps what it cost, by a name.</summary>
    public async Task<TransactionReceipt> MeasureAsync(
        string name, int account, ContractCall call, CancellationToken cancellationToken, ulong items = 1)
    {
        progress.Report(name);
        var receipt = await chain.SendAsync(account, call, cancellationToken);
        Keep(name, receipt.GasUsed / items);
        return receipt;
    }

    /// <summary>Holds that a transaction did what it is measured for: an item of a batch that is refused, say, costs little.</summary>
    public static IReadOnlyList<TEvent> Expect<TEvent>(TransactionReceipt receipt, int count = 1)
        where TEvent : class, IContractEvent<TEvent>
    {
        List<TEvent> found = [];
        foreach (var log in receipt.Logs)
        {
            if (TEvent.TryDecode(log.Content, out var read))
                found.Add(read);
        }

        return found.Count == count
            ? found
            : throw new InvalidOperationException($"The transaction told {found.Count} times of {typeof(TEvent).Name}, and {count} were expected.");
    }

    public void Keep(string name, ulong gas) => _figures.Add(name, gas);

    /// <summary>A `Signed` request about floats that the busy node may settle without a claim.</summary>
    public IHubContract.Request Request(Assurance assurance = Assurance.Signed) => new(
        assurance == Assurance.Proven ? ProvableVersion : FloatVersion,
        (byte)assurance,
        Assignee: chain.AddressOf(GasActors.BusyNode),
        ExclusiveUntil: chain.Now + AnswerSeconds,
        Deadline: chain.Now + AnswerSeconds,
        ChallengeWindow: 0,
        CallbackGas: 0,
        Flags: 0,
        QuorumValue: 0,
        Fee: Tokens(1),
        DeliveryTip: UInt256.Zero,
        MinLien: UInt256.Zero,
        InputCommit: Keccak256.Hash(Input),
        TermsHash: Hash32.Zero);

    /// <summary>The same for anyone who claims it.</summary>
    public IHubContract.Request OpenRequest() => Request() with { Assignee = Address.Zero, ExclusiveUntil = 0 };

    public ContractCall Asking(IHubContract.Request request) => Hub.PrepareRequestRequestBytes(request, Input);

    /// <summary>What was asked, with all that its id is made of.</summary>
    public static IHubContract.Ask AskIn(TransactionReceipt receipt)
    {
        var asked = Expect<IHubContract.RequestedEvent>(receipt)[0];
        return new IHubContract.Ask(asked.Request, asked.Requester, asked.Nonce);
    }

    public static IHubContract.Settlement SettlementIn(TransactionReceipt receipt) => Expect<IHubContract.SettledEvent>(receipt)[0].Settlement;

    public async Task<IHubContract.Ask> AskAsync(IHubContract.Request request, CancellationToken cancellationToken) =>
        AskIn(await DoAsync(GasActors.Requester, Asking(request), cancellationToken));

    /// <summary>An answer by a node, signed by its own key, or by the enclave's where it is <c>Attested</c>.</summary>
    public async Task<IHubContract.Submission> AnswerAsync(
        IHubContract.Ask ask, CancellationToken cancellationToken, int node = GasActors.BusyNode, byte mark = 1, IHubContract.Terms? terms = null)
    {
        var isAttested = ask.Request.Assurance == (byte)Assurance.Attested;
        var output = OutputOf(mark);
        var submission = new IHubContract.Submission(
            ask,
            terms ?? new IHubContract.Terms([], []),
            Keccak256.Hash(output),
            chain.AddressOf(node),
            chain.AddressOf(node == GasActors.BusyNode ? GasActors.BusyPayee : GasActors.OtherPayee),
            KeyEpoch: isAttested ? 1ul : 0ul,
            IssuedAt: chain.Now,
            ExpiresAt: chain.Now + ReceiptSeconds,
            EvidenceHash: isAttested ? EvidenceHash : Hash32.Zero,
            ReadOnlyMemory<byte>.Empty,
            output);
        if (ask.Request.Assurance == (byte)Assurance.Proven)
            return submission;

        var digest = Domain.DigestOf(Domain.ReceiptOf(submission));
        return submission with { Evidence = await SignReceiptAsync(isAttested ? GasActors.Enclave : node, digest, cancellationToken) };
    }

    /// <summary>As nodes sign receipts.</summary>
    public Task<byte[]> SignReceiptAsync(int account, Hash32 digest, CancellationToken cancellationToken) =>
        SignAsync(account, digest, signature => signature.ToCompactBytes(), cancellationToken);

    /// <summary>In 65 bytes.</summary>
    public Task<byte[]> SignAsync(int account, Hash32 digest, CancellationToken cancellationToken) =>
        SignAsync(account, digest, signature => signature.ToBytes(), cancellationToken);

    // Without a zero byte: those are cheaper, and come by chance.
    private async Task<byte[]> SignAsync(int account, Hash32 digest, Func<Signature, byte[]> form, CancellationToken cancellationToken)
    {
        while (true)
        {
            var bytes = form(await chain.SignerOf(account).SignAsync(digest, cancellationToken));
            if (!bytes.Contains((byte)0))
                return bytes;
        }
    }

    /// <summary>What the busy node's key was registered with.</summary>
    public static Hash32 EvidenceHash { get; } = Keccak256.Hash("evidence"u8);
}
