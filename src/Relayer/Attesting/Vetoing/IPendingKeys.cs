using OpenGradient.Contracts;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Attesting.Vetoing;

/// <summary>Which keys were registered lately. All of it throws <see cref="Ethereum.Rpc.RpcException"/> where nobody answers.</summary>
public interface IPendingKeys
{
    /// <summary>The keys that were registered after a block, of any node.</summary>
    /// <param name="block">Null to begin with the last blocks.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<RegistrationReading> RegisteredSinceAsync(BlockNumber? block, CancellationToken cancellationToken);

    /// <summary>How a key stands; null for one that is not known.</summary>
    Task<PendingKey?> StandingAsync(Address signer, CancellationToken cancellationToken);

    Task<bool> IsAttesterAsync(Address address, CancellationToken cancellationToken);
}

/// <summary>Which keys were registered, in order, and up to where that is known.</summary>
public sealed record RegistrationReading(BlockNumber UpTo, IReadOnlyList<RegisteredSigner> Signers);

/// <summary>A key that was registered.</summary>
/// <param name="Signer">Its address.</param>
/// <param name="Block">In which block.</param>
public sealed record RegisteredSigner(Address Signer, BlockNumber Block);

/// <summary>A key that may still be vetoed.</summary>
/// <param name="Registration">What the register has of it.</param>
/// <param name="State">How it stands.</param>
/// <param name="ActiveFrom">When it becomes valid.</param>
/// <param name="Time">The chain's time now.</param>
public sealed record PendingKey(IAttestedKeysContract.KeyRegistration Registration, KeyState State, ulong ActiveFrom, ulong Time);
