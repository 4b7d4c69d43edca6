using OpenGradient.Explorer.Tests.Chain;

namespace OpenGradient.Explorer.Tests;

/// <summary>All pages, by short names, and where they are.</summary>
internal static class PageList
{
    private static readonly Dictionary<string, Func<Story, string>> Paths = new(StringComparer.Ordinal)
    {
        ["overview"] = _ => "/",
        ["requests"] = _ => "/requests",
        ["request"] = story => $"/requests/{story.Good}",
        ["request-attested"] = story => $"/requests/{story.Attested}",
        ["request-overturned"] = story => $"/requests/{story.Overturned}",
        ["models"] = _ => "/models",
        ["model"] = _ => $"/models/{Story.Model}",
        ["model-hostile"] = _ => $"/models/{Story.HostileModel}",
        ["version"] = _ => $"/versions/{Story.Version}",
        ["nodes"] = _ => "/nodes",
        ["node"] = story => $"/nodes/{story.Node}",
        ["keys"] = _ => "/keys",
        ["key"] = story => $"/keys/{story.Key}",
        ["block"] = _ => "/blocks/9",
        ["challenges"] = _ => "/challenges",
        ["statistics"] = _ => "/statistics?days=1",
        ["sql"] = _ => "/sql",
        ["exports"] = _ => "/exports",
        ["verify"] = _ => "/verify",
        ["operator"] = _ => "/operator",
        ["search"] = _ => "/search",
    };

    public static IEnumerable<string> Names => Paths.Keys;

    public static string PathOf(string name, Story story) => Paths[name](story);
}
