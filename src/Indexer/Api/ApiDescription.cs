using OpenGradient.Indexer.Api.OpenApi;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api;

/// <summary>What an indexer of our contracts serves, wherever they are deployed.</summary>
public static class ApiDescription
{
    /// <summary>The OpenAPI document, with the tables of tokens and their balances.</summary>
    public static string OfOurContracts() => OpenApiDocument.Of(Resource.Of(
    [
        Family("hub", OurFamilies.Hub()), Family("models", OurFamilies.Models()), Family("nodes", OurFamilies.Nodes()), Family("keys", OurFamilies.Keys()),
        Family("court", OurFamilies.Court()), Family("verifiers", OurFamilies.Verifiers()), TokenFamily.Of("token", [], default, keepsBalances: true),
    ])).ToJsonString();

    private static EventFamily Family(string name, IReadOnlyList<EventTable> tables) => new(name, tables, [], default);
}
