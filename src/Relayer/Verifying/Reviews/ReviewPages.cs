using Microsoft.AspNetCore.Builder;

namespace OpenGradient.Relayer.Verifying.Reviews;

/// <summary>What was reviewed, for whoever asks.</summary>
public static class ReviewPages
{
    private const int MostListed = 100;

    /// <summary>Adds the list to an operator's pages.</summary>
    public static Action<WebApplication> Of(ReviewStore reviews) => application => application.MapGet(
        "/api/reviews", (Verdict? verdict, int? limit, CancellationToken stop) => reviews.ListAsync(verdict, limit ?? MostListed, stop));
}
