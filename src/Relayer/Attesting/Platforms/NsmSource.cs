namespace OpenGradient.Relayer.Attesting.Platforms;

/// <summary>This machine as an AWS Nitro enclave. Its documents carry their own chain, and need no collateral.</summary>
public sealed class NsmSource(string device = NsmDevice.DefaultPath) : IEvidenceSource
{
    public string Name => "AWS Nitro";

    public Task<MachineEvidence> FetchAsync(ReadOnlyMemory<byte> reportData, ReadOnlyMemory<byte> nonce, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken) =>
        Task.Run(() => NsmDevice.Fetch(device, reportData.Span, nonce.Span, publicKey.Span), cancellationToken);
}
