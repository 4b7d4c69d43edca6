using System.Text.RegularExpressions;

namespace OpenGradient.Tidy.Tests;

/// <summary>Whoever asks over HTTP waits for one kind of failure: what connects is held by the handler that sees to it.</summary>
public sealed partial class ConnectionTests
{
    [Fact]
    public void Everything_that_connects_tells_of_failures_in_one_way()
    {
        var bare = string.Join(", ", SourceTree.Files(".cs")
            .Where(path => SourceTree.Relative(path).StartsWith("src/", StringComparison.Ordinal))
            .Where(path => Connects().IsMatch(File.ReadAllText(path)))
            .Select(SourceTree.Relative)
            .Order(StringComparer.Ordinal));

        // That one is held by who sends with it.
        Assert.Equal("src/Indexer/Webhooks/DeliveryHandler.cs", bare);
    }

    // A handler of the runtime's that is not held, or a client that makes its own.
    [GeneratedRegex(@"(?<!ConnectionFailures\((?:handler \?\? )?new )SocketsHttpHandler|new HttpClient(?:\(\)| \{)|HttpClient \w+ = new(?:\(\)| \{)|new HttpClientHandler", RegexOptions.None, 1000)]
    private static partial Regex Connects();
}
