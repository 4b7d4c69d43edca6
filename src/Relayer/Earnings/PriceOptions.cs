using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Earnings;

/// <summary>What the chain's coin is worth in the token that fees are paid in.</summary>
/// <param name="TokensPerCoin">In the token's smallest unit: what counts until a source has told something. Zero does not weigh gas against fees.</param>
/// <param name="Source">Who tells the price; null where it stays.</param>
public sealed record PriceOptions(UInt256 TokensPerCoin, PriceSource? Source);

/// <summary>Where a price is read.</summary>
/// <param name="Url">Answers with JSON. It may hold a key, and is not shown.</param>
/// <param name="Field">The names on the way to the price: a number, or a text with one.</param>
/// <param name="Decimals">The token's.</param>
/// <param name="Least">What is below is not believed.</param>
/// <param name="Most">What is above is not believed.</param>
public sealed record PriceSource(Uri Url, IReadOnlyList<string> Field, int Decimals, UInt256 Least, UInt256 Most)
{
    /// <summary>Where it is, without what may be secret.</summary>
    public override string ToString() => Url.GetLeftPart(UriPartial.Authority);
}
