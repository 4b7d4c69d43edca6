using System.Net;

namespace OpenGradient.PrivateService.Relaying;

/// <summary>A request's body as it is forwarded: what was read of it already, and the rest as it comes.</summary>
internal sealed class ForwardedBody(ReadOnlyMemory<byte> start, Stream rest) : HttpContent
{
    private const int PieceBytes = 32 * 1024;

    /// <summary>How much was forwarded.</summary>
    public long Forwarded { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(start, cancellationToken);
        Forwarded = start.Length;
        var piece = new byte[PieceBytes];
        for (int read; (read = await rest.ReadAsync(piece, cancellationToken)) > 0; Forwarded += read)
            await stream.WriteAsync(piece.AsMemory(0, read), cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
