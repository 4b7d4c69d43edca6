using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;

namespace OpenGradient.Ethereum.SmartAccounts;

/// <summary>
/// Tells whether a signature is an account's own, whatever the account is: one with a key, a contract (ERC-1271), a contract that is not
/// deployed yet (ERC-6492), or one with a key that delegates to a contract (EIP-7702). Asked in the order of ERC-6492: the wrapper first,
/// then the code, then the key.
/// </summary>
/// <param name="client">The node whose word is taken for the account's code and answers.</param>
/// <param name="askedBy">
/// Whom the account sees asking. Some accounts answer according to that, so that a contract which will check the signature later should be
/// named here. A wrapped signature is always asked about by an account of no consequence.
/// </param>
public sealed class SmartAccountVerifier(EthereumClient client, Address? askedBy = null)
{
    /// <summary>Above what wallets make, multisignatures and passkeys included.</summary>
    public const int MaxSignatureBytes = 128 * 1024;

    // EIP-3860: nodes refuse more, however often they are asked.
    private const int MaxCreationCodeBytes = 49_152;

    private const int DelegationLength = 3 + Address.ByteLength;

    private static readonly Selector IsValidSignature = new(0x1626ba7e);

    // ERC-1271's answer: the function's own selector, as the ABI returns four bytes.
    private static readonly Hash32 MagicAnswer = Hash32.Parse("0x1626ba7e00000000000000000000000000000000000000000000000000000000");

    // A node tells these faults of the code that it ran as errors of its own, each client in its words.
    private static readonly string[] FaultsOfCode =
        ["invalid opcode", "invalidfeopcode", "bad instruction", "out of gas", "outofgas", "stack underflow", "stack overflow", "stack limit", "invalid jump",
            "write protection", "evm error"];

    private static ReadOnlySpan<byte> DelegationPrefix => [0xef, 0x01, 0x00];

    public async Task<SignatureVerdict> VerifyAsync(
        Address account, Hash32 digest, ReadOnlyMemory<byte> signature, BlockTag at, CancellationToken cancellationToken = default)
    {
        if (signature.Length > MaxSignatureBytes)
            return new SignatureVerdict.Invalid(SignatureFault.TooLong);
        if (!CounterfactualSignature.IsWrapped(signature.Span))
            return await VerifyPlainAsync(account, digest, signature, at, cancellationToken);
        return CounterfactualSignature.TryUnwrap(signature.Span, out var wrapped)
            ? await VerifyCounterfactualAsync(account, digest, wrapped!, at, cancellationToken)
            : new SignatureVerdict.Invalid(SignatureFault.MalformedWrapper);
    }

    private async Task<SignatureVerdict> VerifyPlainAsync(
        Address account, Hash32 digest, ReadOnlyMemory<byte> signature, BlockTag at, CancellationToken cancellationToken)
    {
        var batch = client.CreateBatch();
        var code = batch.Add(Eth.GetCode(account, at));
        var answer = batch.Add(Eth.Call(new CallRequest { From = askedBy, To = account, Data = Question(digest, signature.Span) }, at));
        await batch.SendAsync(cancellationToken);

        if (!code.Result.TryGet(out var deployed, out var error))
            return new SignatureVerdict.Undecided(error);
        if (deployed.IsEmpty)
            return JudgeKey(account, digest, signature.Span, SignatureAuthority.Key, new SignatureVerdict.Invalid(SignatureFault.NotByKey));

        var verdict = Judge(answer.Result);
        return verdict is SignatureVerdict.Invalid refusal && IsDelegation(deployed.Span)
            ? JudgeKey(account, digest, signature.Span, SignatureAuthority.KeyOfDelegatingAccount, refusal)
            : verdict;
    }

    private async Task<SignatureVerdict> VerifyCounterfactualAsync(
        Address account, Hash32 digest, CounterfactualSignature wrapped, BlockTag at, CancellationToken cancellationToken)
    {
        var creationCode = CounterfactualProbe.CreationCode(account, digest, wrapped);
        if (creationCode.Length > MaxCreationCodeBytes)
            return new SignatureVerdict.Invalid(SignatureFault.TooLong);

        var result = await client.TrySendAsync(Eth.Call(new CallRequest { Data = creationCode }, at), cancellationToken);
        if (!result.TryGet(out var findings, out var error))
            return JudgeFailure(error);
        return CounterfactualProbe.Judge(findings.Span)
            ?? new SignatureVerdict.Undecided(new RpcError.Malformed("the probe's creation code did not return its findings"));
    }

    private static SignatureVerdict Judge(RpcResult<ReadOnlyMemory<byte>> answer)
    {
        if (answer.TryGet(out var returned, out var error))
        {
            return returned.Length < Hash32.ByteLength ? new SignatureVerdict.Invalid(SignatureFault.ShortAnswer)
                : returned.Span.StartsWith(MagicAnswer.Bytes) ? new SignatureVerdict.Valid(SignatureAuthority.Contract)
                : new SignatureVerdict.Invalid(SignatureFault.Refused);
        }

        return JudgeFailure(error);
    }

    // What the code itself did is its answer, and would be again; what the node could not do may be asked once more.
    private static SignatureVerdict JudgeFailure(RpcError error) =>
        error switch
        {
            RpcError.Reverted => new SignatureVerdict.Invalid(SignatureFault.Reverted, error.Explanation),
            { Words: { } said } when Array.Exists(FaultsOfCode, words => said.Message.Contains(words, StringComparison.OrdinalIgnoreCase)) =>
                new SignatureVerdict.Invalid(SignatureFault.Reverted, error.Explanation),
            _ => new SignatureVerdict.Undecided(error),
        };

    // As a contract would judge by ecrecover.
    private static SignatureVerdict JudgeKey(
        Address account, Hash32 digest, ReadOnlySpan<byte> bytes, SignatureAuthority authority, SignatureVerdict.Invalid otherwise) =>
        Signature.TryParse(bytes, out var signature) && signature.IsBy(account, digest)
            ? new SignatureVerdict.Valid(authority)
            : otherwise;

    private static bool IsDelegation(ReadOnlySpan<byte> code) => code.Length == DelegationLength && code.StartsWith(DelegationPrefix);

    private static byte[] Question(Hash32 digest, ReadOnlySpan<byte> signature)
    {
        var writer = new AbiWriter(stackalloc byte[512], IsValidSignature, 2 * AbiReader.WordLength);
        writer.WriteBytes32(digest);
        writer.WriteBytes(signature);
        return writer.ToArray();
    }
}
