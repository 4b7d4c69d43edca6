using OpenGradient.Attestation.Binding;
using OpenGradient.Ethereum.Signing;
using OpenGradient.PrivateRequests.Chunked;
using OpenGradient.PrivateRequests.Hpke;

namespace OpenGradient.PrivateService.Answering;

/// <summary>
/// The keys of one epoch: born in this process, never stored, and gone with it. So a gateway that was started again opens no request of before, and need not
/// remember which of them it had answered.
/// </summary>
public sealed class GatewayKeys : IDisposable
{
    private readonly HpkeKeyPair _hpke;

    /// <param name="evidence">That the keys live here.</param>
    /// <param name="hpke">What requests are sealed to. It is taken over.</param>
    /// <param name="signer">Signs receipts; the caller keeps it.</param>
    public GatewayKeys(KeyEvidence evidence, HpkeKeyPair hpke, ISigner signer)
    {
        if (!evidence.Binding.HpkeKey.Span.SequenceEqual(hpke.PublicKey) || evidence.Signer != signer.Address)
            throw new ArgumentException("The evidence is of other keys.", nameof(evidence));
        (Evidence, _hpke, Signer) = (evidence, hpke, signer);
        Document = evidence.ToUtf8();
        Gateway = new ChunkedGateway(IdOf(evidence.Binding.KeyEpoch), hpke, ChunkLabels.Private);
    }

    public KeyEvidence Evidence { get; }

    public ISigner Signer { get; }

    public ulong KeyEpoch => Evidence.Binding.KeyEpoch;

    internal byte[] Document { get; }

    internal ChunkedGateway Gateway { get; }

    /// <summary>How a message names the key of an epoch, in one byte.</summary>
    public static byte IdOf(ulong keyEpoch) => unchecked((byte)keyEpoch);

    public void Dispose() => _hpke.Dispose();
}
