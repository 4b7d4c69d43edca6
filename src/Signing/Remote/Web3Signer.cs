using System.Diagnostics.CodeAnalysis;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Signing.Keys;

namespace OpenGradient.Signing.Remote;

/// <summary>
/// Signs by a web3signer (its eth1 API). Nothing of what it answers is trusted: a signature counts when the expected account is recovered
/// from it. Any thread may use it.
/// </summary>
/// <remarks>
/// web3signer hashes what it is given (Keccak-256) and signs that. So transactions go to it as their unsigned bytes, which every version
/// signs. A digest alone, such as an EIP-712 receipt's, needs <c>applyHash: false</c>, which versions since August 2026 know; older ones
/// refuse the request, and that is told as <see cref="SignerFault.Unsupported"/>. Its <c>eth_signTransaction</c> is not used: it signs for the
/// one chain that it was started for, and writes the transaction anew instead of signing the one that was shown to it.
/// </remarks>
public sealed class Web3Signer : IHashingSigner, IDisposable
{
    private readonly RemoteSignerOptions _options;
    private readonly SignerConnection _connection;
    private readonly string _identifier;

    private Web3Signer(RemoteSignerOptions options, SignerConnection connection, string identifier) =>
        (_options, _connection, _identifier) = (options, connection, identifier);

    public Address Address => _options.Address;

    /// <summary>Asks the signer whether it has the key of the expected account. Only cancelling throws, and options outside their ranges.</summary>
    /// <param name="options">Where, and whose account.</param>
    /// <param name="clock">The clock of timeouts.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The connection goes to the signer, or is disposed of.")]
    public static async Task<KeyOpening> OpenAsync(
        RemoteSignerOptions options, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        options.Validate();
        var connection = new SignerConnection(options, clock ?? TimeProvider.System);
        try
        {
            if (await connection.FindAsync(options.Address, cancellationToken) is { } identifier)
                return new KeyOpening.Opened(new Web3Signer(options, connection, identifier));

            connection.Dispose();
            return new KeyOpening.Refused(
                $"The signer at {options.Name} has no key of {options.Address}.", "Load the key there, or name the address that it has.");
        }
        catch (SignerException failure)
        {
            connection.Dispose();
            return new KeyOpening.Refused(failure.Message, "Start the signer, and look at its address and its log.");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    /// <exception cref="SignerException">There is no signature.</exception>
    public async ValueTask<Signature> SignAsync(Hash32 digest, CancellationToken cancellationToken) =>
        Checked(await _connection.SignAsync(_identifier, digest.ToArray(), applyHash: false, cancellationToken), digest);

    /// <inheritdoc />
    /// <exception cref="SignerException">There is no signature.</exception>
    public async ValueTask<Signature> SignHashOfAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        Checked(await _connection.SignAsync(_identifier, message, applyHash: true, cancellationToken), Keccak256.Hash(message.Span));

    public void Dispose() => _connection.Dispose();

    public override string ToString() => _options.ToString();

    private Signature Checked(Signature given, Hash32 digest)
    {
        // (r, n − s) is the same signature; chains take the low form only.
        var low = given.S > Secp256k1.GreatestLowS && given.S < Secp256k1.Order
            ? new Signature(given.R, Secp256k1.Order - given.S, !given.YParity)
            : given;
        if (low.IsBy(Address, digest))
            return low;

        throw low.IsBy(Address, Keccak256.Hash(digest.Bytes))
            ? new SignerException(SignerFault.Unsupported, $"The signer at {_options.Name} hashed the digest once more: its version does not sign digests.")
            : new SignerException(SignerFault.WrongSignature, $"The signer at {_options.Name} gave a signature that is not by {Address}.");
    }
}
