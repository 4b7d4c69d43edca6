using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Earnings;

/// <summary>Asks a source for the price, and stores it for all processes. Without an answer the last price stays, and its age is told.</summary>
public sealed class PriceFetcher(
    IDatabase database, PriceSource source, HttpClient client, ScheduleOptions options, ILogger<PriceFetcher> logger, TimeProvider clock) : ITimedWork
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public string Name => "price";

    public TimeSpan Every => options.Pricing;

    public WorkScope Scope => WorkScope.Cluster;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await FetchAsync(cancellationToken) is not { } price)
            return;
        await database.WriteAsync(
            session => session.ExecuteAsync(
                """
                INSERT INTO token_prices (source, tokens_per_coin, told_at) VALUES (@Source, @Price, @Now)
                ON CONFLICT (source) DO UPDATE SET tokens_per_coin = excluded.tokens_per_coin, told_at = excluded.told_at
                """,
                new { Source = source.ToString(), Price = price, Now = clock.GetUtcNow() }),
            cancellationToken);
    }

    private async Task<UInt256?> FetchAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await client.GetAsync(source.Url, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!response.IsSuccessStatusCode)
            {
                logger.PriceNotTold($"{source} answered with {(int)response.StatusCode}");
                return null;
            }

            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            var bytes = new byte[PriceReading.MaxBytes + 1];
            var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, either.Token);
            var fault = "The answer is longer than any price.";
            var price = length > PriceReading.MaxBytes ? null : PriceReading.Read(bytes.AsMemory(0, length), source, out fault);
            if (price is null)
                logger.PriceNotTold($"{source}: {fault}");
            return price;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // What the exception says may hold the address, and with it a key.
            logger.PriceNotTold($"{source} cannot be reached, or was too slow");
            return null;
        }
    }
}

/// <summary>Posts the stored price where this process looks.</summary>
public sealed class PricePosting(IDatabase database, PriceSource source, PriceBoard board) : ITimedWork
{
    public string Name => "price-posting";

    public TimeSpan Every => TimeSpan.FromSeconds(10);

    public WorkScope Scope => WorkScope.Replica;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var told = await database.ReadAsync(
            session => session.QuerySingleOrDefaultAsync<Row>(
                "SELECT tokens_per_coin AS TokensPerCoin, told_at AS ToldAt FROM token_prices WHERE source = @Source", new { Source = source.ToString() }),
            cancellationToken);
        // The bounds may have been changed since it was stored.
        if (told is not null && told.TokensPerCoin >= source.Least && told.TokensPerCoin <= source.Most)
            board.Post(told.TokensPerCoin, told.ToldAt);
    }

    private sealed class Row
    {
        public UInt256 TokensPerCoin { get; init; }

        public DateTimeOffset ToldAt { get; init; }
    }
}
