using Microsoft.AspNetCore.Http;
using OpenGradient.Indexer.Api;

namespace OpenGradient.Indexer.Webhooks;

/// <summary>How webhooks do: where each stands, what was wrong, and what nobody took. Neither addresses nor secrets are told.</summary>
internal sealed class WebhookEndpoint(IndexApi api, IReadOnlyList<Webhook> hooks)
{
    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var items = await api.AskAsync(
            context,
            async session =>
            {
                var told = new List<object>();
                foreach (var hook in hooks)
                {
                    var place = await WebhookStore.ReadAsync(session, hook);
                    told.Add(new
                    {
                        name = hook.Name,
                        @event = hook.Event,
                        place = place.Place.ToString(),
                        delivered = place.Delivered,
                        attempts = place.Attempts,
                        next_at = place.NextAt == 0 ? (long?)null : place.NextAt,
                        fault = place.Fault,
                        dead_letters = (await WebhookStore.LettersAsync(session, hook.Name))
                            .Select(letter => new { died_at = letter.DiedAt, from = letter.FromPlace, to = letter.ToPlace, attempts = letter.Attempts, fault = letter.Fault }),
                    });
                }

                return told;
            },
            cancellationToken);
        return Results.Json(new { items });
    }
}
