using System.Security.Cryptography;
using OpenGradient.Attestation;
using OpenGradient.Attestation.Binding;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Proofs;
using OpenGradient.Indexer.Schema;
using OpenGradient.Support;

namespace OpenGradient.ReceiptBundles.Tests;

/// <summary>A receipt of a private answer, what a chain said of it and of its key, and what was revoked.</summary>
internal sealed class BundleWorld
{
    public const ulong AttestedAt = 1_893_456_000; // 2030-01-01, when ManualTime begins.
    public const ulong SettledAt = AttestedAt + 5_000;

    public static readonly ChainId Chain = new(31337);
    public static readonly Address Hub = Address.Parse("0x00000000000000000000000000000000000000aa");
    public static readonly Address Registry = Address.Parse("0x00000000000000000000000000000000000000bb");
    public static readonly Address Node = Address.Parse("0x00000000000000000000000000000000000000cc");
    public static readonly Address Payee = Address.Parse("0x00000000000000000000000000000000000000dd");

    private readonly PrivateKey _key = PrivateKey.Generate();

    /// <param name="type">What the key was born in.</param>
    /// <param name="later">How long after the block that it names the evidence was made, with all that it rests on.</param>
    public BundleWorld(TeeType type = TeeType.Tdx, TimeSpan later = default)
    {
        var clock = new ManualTime();
        clock.Advance(later);
        var binding = new KeyBinding { SigningKey = _key.PublicKey.ToUncompressed().AsMemory(1), HpkeKey = HpkeKey, ChainId = Chain.Value, Registry = Registry, KeyEpoch = 1 };
        var made = new EmulatedAttester(Roots, clock).Attest(type, binding.ToReportData(), publicKey: type == TeeType.Nitro ? HpkeKey : null);
        Keys = new KeyEvidence { Kind = made.Kind, Evidence = made.Evidence, Collateral = made.Collateral, Binding = binding };
        Verdict = Keys.Verify(Verifier, Policy, clock.GetUtcNow());
        Assert.Empty(Verdict.Reasons);
        Receipt = Sign(new IHubContract.Receipt(
            Keccak256.Hash("request"u8), Keccak256.Hash("version"u8), PrivateCommitment.Of(Salt, "question"u8), PrivateCommitment.Of(Salt, "answer"u8),
            (byte)Assurance.Attested, Node, Payee, KeyEpoch: 1, IssuedAt: SettledAt - 10, ExpiresAt: SettledAt + 1000, Keys.EvidenceHash)) with
        {
            Input = "question"u8.ToArray(),
            Output = "answer"u8.ToArray(),
            InputSalt = Salt,
            OutputSalt = Salt,
        };
        Registration = new IAttestedKeysContract.KeyRegisteredEvent(
            Node, _key.Address, 1,
            new IAttestedKeysContract.KeyRegistration(
                Node, _key.Address, new Hash32(SHA256.HashData(HpkeKey)), Keys.EvidenceHash, Verdict.RootId!.Value, type.ToWord(), Verdict.WorkloadId!.Value,
                Verdict.PlatformId!.Value, (byte)Verdict.TcbStatus!, Verdict.TcbEvaluation ?? 0, AttestedAt, AttestedAt + 86_400, 1),
            [], AttestedAt + 600);
    }

    public static EmulatedRoots Roots { get; } = EmulatedRoots.Generate();

    public static AttestationVerifier Verifier { get; } = new(TrustAnchors.Production.With(Roots.Anchors), new ManualTime());

    public static AttestationPolicy Policy { get; } = new() { AllowEmulated = true };

    public static Hash32 Salt { get; } = Keccak256.Hash("salt"u8);

    public static byte[] HpkeKey { get; } = [4, .. Enumerable.Range(1, 64).Select(i => (byte)i)];

    public KeyEvidence Keys { get; }

    public Verdict Verdict { get; }

    public SignedReceipt Receipt { get; }

    public IAttestedKeysContract.KeyRegisteredEvent Registration { get; }

    public Address Signer => _key.Address;

    public HashSet<Hash32> Blocks { get; } = [];

    public BundleTrust Trust => new() { ChainId = Chain, Hub = Hub, Registry = Registry, Blocks = Blocks, Verifier = Verifier, Policy = Policy };

    public SignedReceipt Sign(IHubContract.Receipt receipt, PrivateKey? key = null) =>
        new(Chain, Hub, receipt, (key ?? _key).Sign(new HubDomain(Chain, Hub).DigestOf(receipt)).ToBytes());

    /// <summary>A bundle of a receipt that was settled; all its blocks are known.</summary>
    public ReceiptBundle Bundle(SignedReceipt? receipt = null, ulong settledAt = SettledAt, params IReadOnlyList<RowBundle> revocations) => new()
    {
        Version = ReceiptBundle.CurrentVersion,
        Receipt = (receipt ?? Receipt).ToFile(),
        Keys = Keys.ToDocument(),
        Registration = Row("keys_registered", Registration.ToLog(Registry), AttestedAt + 5),
        Anchor = Row("hub_settled", SettledOf(receipt ?? Receipt, settledAt).ToLog(Hub), settledAt),
        Revocations = revocations,
    };

    public static IHubContract.SettledEvent SettledOf(SignedReceipt receipt, ulong settledAt)
    {
        var signed = receipt.Receipt;
        return new IHubContract.SettledEvent(
            signed.RequestId, signed.Node, settledAt,
            new IHubContract.Settlement(
                signed.OutputCommit, signed.Node, signed.Payee, signed.KeyEpoch, signed.IssuedAt, signed.ExpiresAt, signed.EvidenceHash, signed.Assurance, Hash32.Zero, 0, settledAt, 0),
            receipt.Evidence, ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>The row of a log in a block of that time, which is known unless it is said otherwise.</summary>
    public RowBundle Row(string table, Log log, ulong at, bool isKnown = true)
    {
        // A log of somebody else's before it.
        Receipt[] receipts =
        [
            new Receipt { TransactionType = 2, Succeeded = true, CumulativeGasUsed = 21_000, Logs = [new Log(Payee, [Salt], ReadOnlyMemory<byte>.Empty)] },
            new Receipt { TransactionType = 2, Succeeded = true, CumulativeGasUsed = 90_000, Logs = [log] },
        ];
        var header = new BlockHeader
        {
            ParentHash = Salt,
            OmmersHash = BlockHeader.NoOmmersHash,
            Beneficiary = Address.Zero,
            StateRoot = Salt,
            TransactionsRoot = Salt,
            ReceiptsRoot = BlockCommitments.ReceiptsRoot(receipts),
            LogsBloom = Bloom.Of(receipts.SelectMany(receipt => receipt.Logs)),
            Difficulty = 0,
            Number = new BlockNumber(at - AttestedAt + 100),
            GasLimit = 30_000_000,
            GasUsed = 90_000,
            Timestamp = at,
            ExtraData = ReadOnlyMemory<byte>.Empty,
            MixHash = Salt,
            Nonce = 0,
        };
        var declared = OurFamilies.Hub().Concat(OurFamilies.Keys()).First(known => known.Name == table);
        if (isKnown)
            Blocks.Add(header.ComputeHash());
        return RowProof.Create(Chain, declared, header, receipts, logIndex: 1, Salt) ?? throw new InvalidOperationException("The block does not hold the log.");
    }
}
