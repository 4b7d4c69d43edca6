using System.Text.Json;
using OpenGradient.Ethereum.Http;
using OpenGradient.Explorer.Asking;

namespace OpenGradient.Explorer.Serving;

/// <summary>Reads what relayers tell of themselves. Only those that the operator named are asked, none is followed elsewhere, and none for long.</summary>
internal sealed class RelayerClient(ExplorerOptions options, HttpMessageHandler? handler = null) : IDisposable
{
    private const int MostBytes = 2 << 20;
    private const int JobsShown = 20;
    private const int DaysShown = 7;

    private readonly HttpClient _client = new(new ConnectionFailures(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }))
    {
        Timeout = options.RelayerTimeout,
        MaxResponseContentBufferSize = MostBytes,
    };

    public Task<RelayerState[]> LookAsync(CancellationToken cancellationToken) => Task.WhenAll(options.Relayers.Select(address => LookAsync(address, cancellationToken)));

    public void Dispose() => _client.Dispose();

    private async Task<RelayerState> LookAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return new RelayerState(address)
            {
                Health = new Row(await ReadAsync(new Uri(address, "health/ready"), cancellationToken)),
                Jobs = [.. (await ReadAsync(new Uri(address, $"api/jobs?limit={JobsShown}"), cancellationToken)).EnumerateArray().Take(JobsShown).Select(job => new Row(job))],
                Profit = [.. (await ReadAsync(new Uri(address, $"api/profit?days={DaysShown}"), cancellationToken)).EnumerateArray().Select(line => new Row(line))],
            };
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or InvalidOperationException
            || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new RelayerState(address) { Failure = failure is TaskCanceledException ? $"It did not answer within {options.RelayerTimeout.TotalSeconds:0.#} s." : failure.Message };
        }
    }

    // Also one that is not ready tells why.
    private async Task<JsonElement> ReadAsync(Uri address, CancellationToken cancellationToken)
    {
        using var answer = await _client.GetAsync(address, cancellationToken);
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
    }
}

/// <summary>What a relayer told, or why not.</summary>
public sealed record RelayerState(Uri Address)
{
    public string? Failure { get; init; }

    public Row Health { get; init; }

    public IReadOnlyList<Row> Jobs { get; init; } = [];

    public IReadOnlyList<Row> Profit { get; init; } = [];
}
