using System.Net;
using System.Text.Json;

namespace OpenGradient.Indexer.Tests.Webhooks;

/// <summary>Whoever a webhook tells.</summary>
internal sealed class HookReceiver : HttpMessageHandler
{
    public static readonly Uri Url = new("https://hooks.example/og");

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    /// <summary>Says what is answered to a body, or how the line breaks; null answers with the status.</summary>
    public Func<string, Task<HttpResponseMessage>>? Answer { get; set; }

    /// <summary>Everything that arrived, whatever was answered.</summary>
    public List<(Dictionary<string, string> Headers, string Body)> Taken { get; } = [];

    public static JsonElement.ArrayEnumerator Items(string body) => JsonSerializer.Deserialize<JsonElement>(body).GetProperty("items").EnumerateArray();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Assert.Equal(Url, request.RequestUri);
        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        Taken.Add((request.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.Ordinal), body));
        return Answer is null ? new HttpResponseMessage(Status) : await Answer(body);
    }
}
