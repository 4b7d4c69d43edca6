using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Parts.Evidence;

/// <summary>A blob that a row names, and how far the index is with it.</summary>
/// <param name="Hash">As the API takes it.</param>
/// <param name="Row">What the index says; null where it says nothing.</param>
/// <param name="Problem">Why it says nothing.</param>
public sealed record FetchedBlob(string Hash, Row? Row, Problem? Problem)
{
    private const string UriPrefix = "blob:";
    private const int HashedUriLetters = 76;

    /// <summary>Whether its bytes were read here.</summary>
    public bool IsRead { get; init; }

    /// <summary>Where its bytes are; null where they are not to be had.</summary>
    public string? Content => Row?.Text("content") is { Length: > 0 } path && path.StartsWith("/v1/blobs/", StringComparison.Ordinal) ? path : null;

    public string State => Row?.Text("state") ?? "";

    /// <summary>Why there is nothing to show, for people; null where there is.</summary>
    public string? Lack => IsRead ? null : State switch
    {
        "" => Problem?.Detail ?? "The index says nothing of it.",
        "waiting" when Row!.Value.Has("fetched_at") => "It was here, and is fetched again.",
        "waiting" when Row!.Value.Number("attempts") == 0 => "It has not been fetched yet.",
        "waiting" => "It has not been had yet, and is tried again.",
        "given_up" => "It was tried often, and is not tried any more.",
        "evicted" => "It was here, and made room for others.",
        // A description is read by the index, and evidence by the page.
        _ when Content is null => "It is here, and is not of the form that was asked for.",
        _ => "It is here, and could not be read just now.",
    };

    /// <summary>What sources said the last time; empty where they were not asked, or gave it.</summary>
    public string Reason => Row?.Text("reason") ?? "";

    /// <summary>The description that a uri names by its hash; null for any other uri, which nobody follows.</summary>
    internal static async Task<FetchedBlob?> LoadNamedAsync(Visit visit, string uri) =>
        uri.StartsWith(UriPrefix + "sha256:", StringComparison.Ordinal) && uri.Length == HashedUriLetters ? await LoadAsync(visit, uri[UriPrefix.Length..]) : null;

    internal static async Task<FetchedBlob> LoadAsync(Visit visit, string hash)
    {
        var (row, problem) = await visit.Index.FindAsync("blobs", hash, visit.Stop);
        return new FetchedBlob(hash, row, problem);
    }
}
