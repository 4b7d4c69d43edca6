using OpenGradient.Attestation.Binding;
using OpenGradient.Contracts.Keys;
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
    private readonly bool _isBorrowed;

    /// <param name="evidence">That the keys live here.</param>
    /// <param name="hpke">What requests are sealed to. It is taken over, unless it is borrowed.</param>
    /// <param name="signer">Signs receipts; the caller keeps it.</param>
    /// <param name="isBorrowed">Whether the caller keeps the key for requests, too, and wipes it when it ends.</param>
    public GatewayKeys(KeyEvidence evidence, HpkeKeyPair hpke, IReceiptSigner signer, bool isBorrowed = false)
    {
        if (!evidence.Binding.HpkeKey.Span.SequenceEqual(hpke.PublicKey) || evidence.Signer != signer.Address)
            throw new ArgumentException("The evidence is of other keys.", nameof(evidence));
        (Evidence, _hpke, Signer, _isBorrowed) = (evidence, hpke, signer, isBorrowed);
        Document = evidence.ToUtf8();
        Gateway = new ChunkedGateway(IdOf(evidence.Binding.KeyEpoch), hpke, ChunkLabels.Private);
    }

    public KeyEvidence Evidence { get; }

    public IReceiptSigner Signer { get; }

    /// <summary>Whether they were disposed of: then nothing that was sealed to them is ever opened again.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether they may sign nothing more, not even for what was opened by them. The gateway's, under its lock.</summary>
    internal bool IsRevoked { get; set; }

    public ulong KeyEpoch => Evidence.Binding.KeyEpoch;

    internal byte[] Document { get; }

    internal ChunkedGateway Gateway { get; }

    /// <summary>How many requests are being opened by them just now. The gateway's, under its lock.</summary>
    internal int Openings { get; set; }

    /// <summary>How a message names the key of an epoch, in one byte.</summary>
    public static byte IdOf(ulong keyEpoch) => unchecked((byte)keyEpoch);

    public void Dispose()
    {
        IsOver = true;
        if (!_isBorrowed)
            _hpke.Dispose();
    }
}
