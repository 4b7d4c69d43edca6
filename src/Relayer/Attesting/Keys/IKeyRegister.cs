using OpenGradient.Contracts;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Judging;

namespace OpenGradient.Relayer.Attesting.Keys;

/// <summary>Looks blocks up: what an attester knows of the chain.</summary>
public interface IBlockWitnesses
{
    /// <summary>The block with this hash; null where the chain has none. Throws <see cref="Ethereum.Rpc.RpcException"/> where nobody answers.</summary>
    Task<BlockWitness?> FindAsync(Hash32 hash, CancellationToken cancellationToken);
}

/// <summary>The register of attested keys, as one node looks at it. All of it throws <see cref="Ethereum.Rpc.RpcException"/> where nobody answers.</summary>
public interface IKeyRegister : IBlockWitnesses
{
    /// <summary>How our node's keys stand, all at one block.</summary>
    /// <param name="held">The keys that this process has.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<KeySituation> LookAsync(IReadOnlyCollection<Address> held, CancellationToken cancellationToken);

    /// <summary>A block that evidence can name: new, and yet one that every endpoint has by now.</summary>
    Task<BlockWitness> AnchorAsync(CancellationToken cancellationToken);

    /// <summary>Why the register would refuse such a key, whoever attests to it; null where nothing is in its way.</summary>
    Task<string?> ObstacleAsync(IAttestedKeysContract.KeyRegistration registration, CancellationToken cancellationToken);

    /// <summary>How many attesters a registration needs; zero where they can register nothing.</summary>
    Task<int> ThresholdAsync(CancellationToken cancellationToken);

    Task<bool> IsAttesterAsync(Address address, CancellationToken cancellationToken);

    /// <summary>Whether anything was revoked after a block, and up to where that is known now.</summary>
    Task<RevocationReading> RevokedSinceAsync(BlockNumber block, CancellationToken cancellationToken);
}

/// <summary>What was revoked lately, of all that keys may rest on.</summary>
/// <param name="UpTo">The last block that was looked at.</param>
/// <param name="Any">Whether there was anything.</param>
public sealed record RevocationReading(BlockNumber UpTo, bool Any);

/// <summary>How a node's keys stand at the register.</summary>
/// <param name="Block">The block at which that is so.</param>
/// <param name="Time">Its time.</param>
/// <param name="LastEpoch">The epoch of the last registration; zero for none.</param>
/// <param name="Last">Its key; null for none.</param>
/// <param name="Held">The keys that this process has and that are registered, the newest first.</param>
public sealed record KeySituation(BlockNumber Block, ulong Time, ulong LastEpoch, RegisteredKey? Last, IReadOnlyList<RegisteredKey> Held);

/// <summary>A key at the register.</summary>
public sealed record RegisteredKey
{
    public required Address Signer { get; init; }

    public required ulong KeyEpoch { get; init; }

    public required KeyState State { get; init; }

    public required Hash32 EvidenceHash { get; init; }

    public required Hash32 WorkloadId { get; init; }

    /// <summary>What its root stands for, as the register has it.</summary>
    public required string RootLabel { get; init; }

    public required bool IsEmulated { get; init; }

    public required ulong AttestedAt { get; init; }

    public required ulong ExpiresAt { get; init; }

    public required ulong ActiveFrom { get; init; }

    /// <summary>It ends here by time, or by a successor.</summary>
    public required ulong ValidUntil { get; init; }

    /// <summary>Whether somebody has taken away this very key, and not what it rests on.</summary>
    public required bool IsRevokedByName { get; init; }
}
