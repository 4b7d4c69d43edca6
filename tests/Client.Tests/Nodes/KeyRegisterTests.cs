using System.Security.Cryptography;
using OpenGradient.Client.Nodes;
using OpenGradient.Client.Tests.World;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Client.Tests.Nodes;

/// <summary>What the register says of a key that evidence speaks for: whose it is, and whether it is valid by the chain's time.</summary>
public sealed class KeyRegisterTests
{
    private static readonly DateTimeOffset ChainTime = DateTimeOffset.FromUnixTimeSeconds(2_000_000_000);
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_that_is_the_nodes_is_asked_after_for_the_chains_time()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels());
        var register = new Register(await world.TrustAsync());

        Assert.Null(await register.FindFaultAsync());

        // Not for this machine's, which is years before.
        Assert.Equal((ulong)ChainTime.ToUnixTimeSeconds(), register.AskedFor);
        Assert.Equal(PrivateWorld.Registry, Assert.Single(register.Asked.Distinct()));
    }

    [Fact]
    public async Task Anything_else_is_refused_and_said()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels());
        var trusted = await world.TrustAsync();
        foreach (var (register, said) in ((Register, string)[])
            [
                (new Register(trusted) { Signer = Address.Zero }, "has no key"), (new Register(trusted) { Signer = PrivateWorld.Payee }, $"{PrivateWorld.Payee}"),
                (new Register(trusted) { HpkeKey = Keccak256.Hash("other"u8) }, "another key for private requests"), (new Register(trusted) { EvidenceHash = Keccak256.Hash("other"u8) }, "other evidence"),
                (new Register(trusted) { IsValid = false }, "pending, expired or revoked"),
            ])
        {
            var refused = await register.FindFaultAsync();
            Assert.Equal(NodeRefusal.NotRegistered, refused?.Reason);
            Assert.Contains(said, refused!.Detail, StringComparison.Ordinal);
        }
    }

    private sealed class Register(TrustedNode node) : IContractCaller
    {
        public Address Signer { get; init; } = node.Signer;

        public Hash32 HpkeKey { get; init; } = new(SHA256.HashData(node.Key.PublicKey.Span));

        public Hash32 EvidenceHash { get; init; } = node.Evidence.EvidenceHash;

        public bool IsValid { get; init; } = true;

        public ulong AskedFor { get; private set; }

        public List<Address> Asked { get; } = [];

        public Task<NodeExamination.Refused?> FindFaultAsync() => KeyRegister.FindFaultAsync(this, PrivateWorld.Registry, node, ChainTime, Stop);

        public ValueTask<ReadOnlyMemory<byte>> CallAsync(Address to, ReadOnlyMemory<byte> data, BlockTag at, CancellationToken cancellationToken)
        {
            Asked.Add(to);
            if (IAttestedKeysContract.SignerOfCall.TryDecode(data.Span, out var signerOf))
            {
                Assert.Equal((PrivateWorld.Node, node.KeyEpoch), (signerOf.Node, signerOf.KeyEpoch));
                return Words(WordOf(Signer));
            }

            if (IAttestedKeysContract.KeyOfCall.TryDecode(data.Span, out _))
            {
                // Node, signer, the two that count, what it rests on, its times; label, kind, state, and when.
                return Words([WordOf(PrivateWorld.Node), WordOf(Signer), HpkeKey, EvidenceHash, .. new Hash32[15]]);
            }

            Assert.True(IAttestedKeysContract.IsValidAtCall.TryDecode(data.Span, out var validAt));
            AskedFor = validAt.Time;
            return Words(Hash32.FromUInt256(IsValid ? UInt256.One : UInt256.Zero));
        }

        private static Hash32 WordOf(Address address) => new([.. new byte[12], .. address.Bytes]);

        private static ValueTask<ReadOnlyMemory<byte>> Words(params IReadOnlyList<Hash32> words) => new(words.SelectMany(word => word.ToArray()).ToArray());
    }
}
