using System.IO.Compression;
using System.Text.Json;

namespace OpenGradient.Support;

/// <summary>The test cases that the npm package @ethersproject/testcases publishes (MIT): one gzipped JSON file a suite.</summary>
public static class PublishedSuite
{
    /// <summary>Reads a suite by its name, such as <c>rlp-coder</c>.</summary>
    public static JsonDocument Read(string name)
    {
        var path = Repository.PathOf("node_modules", "@ethersproject", "testcases", "testcases", name + ".json.gz");
        using var file = File.OpenRead(path);
        using var json = new GZipStream(file, CompressionMode.Decompress);
        return JsonDocument.Parse(json);
    }
}
