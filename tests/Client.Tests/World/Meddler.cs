using System.Net;

namespace OpenGradient.Client.Tests.World;

/// <summary>Sits between client and relay: keeps what goes by, and changes what it was told to.</summary>
internal sealed class Meddler : DelegatingHandler
{
    public Meddler()
        : base(new SocketsHttpHandler())
    {
    }

    /// <summary>Changes what is sent.</summary>
    public Func<byte[], byte[]> Question { get; set; } = static bytes => bytes;

    /// <summary>Changes what comes back.</summary>
    public Func<byte[], byte[]> Answer { get; set; } = static bytes => bytes;

    public List<byte[]> Sent { get; } = [];

    public List<byte[]> Received { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content)
        {
            Sent.Add(await content.ReadAsByteArrayAsync(cancellationToken));
            request.Content = new ByteArrayContent(Question(Sent[^1]));
            request.Content.Headers.ContentType = content.Headers.ContentType;
        }

        var response = await base.SendAsync(request, cancellationToken);
        Received.Add(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        if (response.StatusCode != HttpStatusCode.OK)
            return response;
        var changed = new ByteArrayContent(Answer(Received[^1]));
        changed.Headers.ContentType = response.Content.Headers.ContentType;
        response.Content = changed;
        return response;
    }
}
