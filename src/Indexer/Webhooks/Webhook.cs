using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenGradient.Indexer.Webhooks;

/// <summary>An address that is told of new rows of one event.</summary>
/// <param name="Name">As the operator calls it; where it stands is kept under this name.</param>
/// <param name="Url">Where rows are sent.</param>
/// <param name="Secret">What deliveries are signed with; at least 16 letters.</param>
/// <param name="Event">The event's table, such as <c>hub_settled</c>.</param>
/// <param name="Filter">Conditions as in lists, such as <c>node=0x…&amp;assurance=2</c>; empty takes every row.</param>
/// <param name="FormerSecret">What deliveries are signed with as well, while the receiver still knows only that one.</param>
public sealed partial record Webhook(string Name, Uri Url, string Secret, string Event, string Filter = "", string? FormerSecret = null)
{
    public const int MaxHooks = 50;
    public const int MaxFileBytes = 256 * 1024;

    private const int LeastSecret = 16;
    private const int LongestName = 40;

    /// <summary>What is wanted, as a hash: when it changes the hook begins anew.</summary>
    internal string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Event}\n{Filter}")));

    internal IEnumerable<string> Secrets => FormerSecret is null ? [Secret] : [Secret, FormerSecret];

    /// <summary>Its name: neither the secret nor the address is for a log.</summary>
    public override string ToString() => Name;

    /// <summary>Reads the operator's file, a JSON array; false with what is wrong with it. Secrets are not shown.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, bool allowsPrivate, [NotNullWhen(true)] out IReadOnlyList<Webhook>? hooks, [NotNullWhen(false)] out string? fault)
    {
        (hooks, fault) = (null, null);
        Entry[]? entries;
        try
        {
            entries = JsonSerializer.Deserialize(utf8, HookJson.Default.EntryArray);
        }
        catch (JsonException wrong)
        {
            fault = $"it is no array of webhooks: line {wrong.LineNumber}";
            return false;
        }

        if (entries is null || entries.Length > MaxHooks)
            fault = $"it holds no webhooks, or more than {MaxHooks}";
        else if (entries.GroupBy(entry => entry?.Name, StringComparer.Ordinal).Any(group => group.Count() > 1))
            fault = "two webhooks have the same name";
        else
            fault = entries.Select(entry => FaultOf(entry, allowsPrivate)).FirstOrDefault(wrong => wrong is not null);
        if (fault is not null)
            return false;
        hooks = [.. entries!.Select(entry => new Webhook(entry.Name!, new Uri(entry.Url!), entry.Secret!, entry.Event!, entry.Filter ?? "", entry.FormerSecret))];
        return true;
    }

    // By default what is told, and to whom, is not for the networks between.
    private static string? FaultOf(Entry? entry, bool allowsPrivate) =>
        entry is not { Name.Length: > 0 and <= LongestName, Event.Length: > 0 } ? "a webhook has no name, or no event"
        : !entry.Name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-') ? "a name has other letters than a to z, 0 to 9 and dashes"
        : entry.Secret is not { Length: >= LeastSecret } || entry.FormerSecret is { Length: < LeastSecret } ? $"a secret of {entry.Name} has fewer than {LeastSecret} letters"
        : !Uri.TryCreate(entry.Url, UriKind.Absolute, out var url) || (url.Scheme != "https" && !(allowsPrivate && url.Scheme == "http")) || url.UserInfo.Length > 0
            ? $"the url of {entry.Name} is no https address"
        : null;

    private sealed record Entry(
        [property: JsonPropertyName("name")] string? Name, [property: JsonPropertyName("url")] string? Url, [property: JsonPropertyName("secret")] string? Secret,
        [property: JsonPropertyName("event")] string? Event, [property: JsonPropertyName("filter")] string? Filter,
        [property: JsonPropertyName("former_secret")] string? FormerSecret);

    [JsonSourceGenerationOptions(AllowDuplicateProperties = false, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, MaxDepth = 4)]
    [JsonSerializable(typeof(Entry[]))]
    private sealed partial class HookJson : JsonSerializerContext;
}
